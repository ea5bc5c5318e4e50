import type { BindingInfo, FunctionMetadata } from './messages';

/** A registered function with its trigger told apart from the other bindings. */
export interface AppFunction {
  name: string;
  id: string;
  /** Trigger type in lower case, e.g. `httptrigger`. */
  type: string;
  triggerName: string;
  trigger: BindingInfo;
  metadata: FunctionMetadata;
}

export type TriggerKind =
  'http' | 'queue' | 'timer' | 'orchestration' | 'activity' | 'entity' | 'unsupported';

const kinds: Record<string, TriggerKind> = {
  httptrigger: 'http',
  queuetrigger: 'queue',
  timertrigger: 'timer',
  orchestrationtrigger: 'orchestration',
  activitytrigger: 'activity',
  entitytrigger: 'entity',
};

/** Throws when the function has no trigger or several. */
export function toAppFunction(metadata: FunctionMetadata): AppFunction {
  const triggers = Object.entries(metadata.bindings).filter(([, binding]) =>
    /trigger$/i.test(binding.type ?? ''),
  );
  const [only] = triggers;
  if (!only || triggers.length > 1) throw new Error(`Function "${metadata.name}" needs exactly one trigger.`);
  const [triggerName, trigger] = only;
  return {
    name: metadata.name,
    id: metadata.functionId ?? metadata.name,
    type: (trigger.type ?? '').toLowerCase(),
    triggerName,
    trigger,
    metadata,
  };
}

export function triggerKind(fn: AppFunction): TriggerKind {
  return kinds[fn.type] ?? 'unsupported';
}

/** Names of a function's input bindings of one type, the trigger excluded. */
export function inputsOfType(fn: AppFunction, type: string): string[] {
  return Object.entries(fn.metadata.bindings)
    .filter(
      ([name, { type: t, direction }]) =>
        name !== fn.triggerName && direction === 'in' && t?.toLowerCase() === type,
    )
    .map(([name]) => name);
}

/** An option of a binding as text, undefined when absent or of another type. */
export function textOption(binding: BindingInfo, option: string): string | undefined {
  const value = binding[option];
  return typeof value === 'string' ? value : undefined;
}

import { z } from 'zod';

/** What an orchestrator invocation asked for since its execution started, in call order. */
export type Action =
  | { actionType: 0; functionName: string; input?: unknown }
  | { actionType: 1; functionName: string; input?: unknown; retryOptions: RetryOptions }
  | { actionType: 2; functionName: string; instanceId?: string | null | undefined; input?: unknown }
  | {
      actionType: 3;
      functionName: string;
      instanceId?: string | null | undefined;
      input?: unknown;
      retryOptions: RetryOptions;
    }
  | { actionType: 4; input?: unknown }
  | { actionType: 5; fireAt: string; isCanceled: boolean }
  | { actionType: 6; externalEventName: string }
  | { actionType: 7; instanceId: string; operation: string; input?: unknown }
  | { actionType: 9; instanceId: string; operation: string; input?: unknown }
  | { actionType: 11 | 12; compoundActions: Action[] };

export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number | undefined;
  maxRetryIntervalInMilliseconds?: number | undefined;
  retryTimeoutInMilliseconds?: number | undefined;
}

const retryOptions = z.object({
  firstRetryIntervalInMilliseconds: z.number(),
  maxNumberOfAttempts: z.number(),
  backoffCoefficient: z.number().optional(),
  maxRetryIntervalInMilliseconds: z.number().optional(),
  retryTimeoutInMilliseconds: z.number().optional(),
});

const named = { functionName: z.string(), input: z.unknown().optional() };
const child = { ...named, instanceId: z.string().nullish() };
const operation = { instanceId: z.string(), operation: z.string(), input: z.unknown().optional() };

const action: z.ZodType<Action> = z.lazy(() =>
  z.discriminatedUnion('actionType', [
    z.object({ actionType: z.literal(0), ...named }),
    z.object({ actionType: z.literal(1), ...named, retryOptions }),
    z.object({ actionType: z.literal(2), ...child }),
    z.object({ actionType: z.literal(3), ...child, retryOptions }),
    z.object({ actionType: z.literal(4), input: z.unknown().optional() }),
    z.object({ actionType: z.literal(5), fireAt: z.iso.datetime(), isCanceled: z.boolean() }),
    z.object({ actionType: z.literal(6), externalEventName: z.string() }),
    z.object({ actionType: z.literal(7), ...operation }),
    z.object({ actionType: z.literal(9), ...operation }),
    z.object({ actionType: z.literal([11, 12]), compoundActions: z.array(action) }),
  ]),
);

const state = z.object({
  isDone: z.boolean(),
  actions: z.array(z.array(action)).max(1),
  output: z.unknown().optional(),
  error: z.string().optional(),
  customStatus: z.unknown().optional(),
});

/** How an orchestrator invocation ended. */
export type OrchestratorOutcome =
  | {
      kind: 'state';
      actions: Action[];
      isDone: boolean;
      output?: unknown;
      /** Message of the error that escaped the orchestrator. */
      error?: string | undefined;
      customStatus?: unknown;
    }
  /** The library itself failed, or its answer is not understood: there is nothing to replay. */
  | { kind: 'broken'; message: string };

/** Reads the state object an orchestrator function returned. */
export function readState(value: unknown): OrchestratorOutcome {
  const parsed = state.safeParse(value);
  if (!parsed.success) {
    return { kind: 'broken', message: `Unsupported orchestrator result: ${z.prettifyError(parsed.error)}` };
  }
  const { actions, ...rest } = parsed.data;
  return { kind: 'state', actions: actions[0] ?? [], ...rest };
}

const label = '$OutOfProcData$:';

/** Reads the message of an orchestrator function that threw; a user's error carries the state behind a label. */
export function readFailure(message: string): OrchestratorOutcome {
  const at = message.indexOf(label);
  if (at < 0) return { kind: 'broken', message };
  const json = message.slice(at + label.length).split('\n', 1)[0] ?? '';
  try {
    const outcome = readState(JSON.parse(json));
    return outcome.kind === 'state' && outcome.error === undefined ? { ...outcome, error: '' } : outcome;
  } catch {
    return { kind: 'broken', message };
  }
}

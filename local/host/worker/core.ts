import Module from 'node:module';
import type {
  BindingInfo,
  FunctionMetadata,
  InvocationRequest,
  InvocationResponse,
  LogLevel,
} from '../messages';

/** The parts of the programming model (`@azure/functions`) that a worker drives. */
export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(
    capabilities: Record<string, string>,
  ): Record<string, unknown> | Promise<Record<string, unknown>>;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface CoreInvocationContext {
  invocationId: string;
  request: InvocationRequest;
  metadata: { name: string; bindings: Record<string, BindingInfo> };
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
  log(level: LogLevel, category: string, message: string): void;
}

export type FunctionCallback = (...args: unknown[]) => unknown;
export type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate' | 'log';
type HookCallback = (context: object) => unknown;

const hookNames: readonly string[] = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'];

class Disposable {
  static from(...parts: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => parts.forEach((part) => part.dispose()));
  }
  private release: (() => void) | undefined;
  constructor(release: () => void) {
    this.release = release;
  }
  dispose(): void {
    this.release?.();
    this.release = undefined;
  }
}

function systemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

/** What an app registers while it loads: functions, hooks and the programming model. */
export class Registry {
  readonly functions = new Map<string, { metadata: FunctionMetadata; callback: FunctionCallback }>();
  readonly appHookData: Record<string, unknown> = {};
  model: ProgrammingModel | undefined;
  private readonly hooks = new Map<string, Set<HookCallback>>();
  private locked = false;

  /** After this, registering a function is an error, as in Azure once the host has asked for the functions. */
  lock(): void {
    this.locked = true;
  }

  register(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.locked) {
      throw systemError(new Error('A function can only be registered during app startup.'));
    }
    const id = metadata.functionId ?? metadata.name;
    if (this.functions.has(id)) {
      throw systemError(new Error(`A function with id "${id}" has already been registered.`));
    }
    this.functions.set(id, { metadata: { ...metadata, functionId: id }, callback });
    return new Disposable(() => {
      if (this.locked) throw systemError(new Error('A function can only be disposed during app startup.'));
      this.functions.delete(id);
    });
  }

  registerHook(name: string, callback: HookCallback): Disposable {
    if (!hookNames.includes(name)) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
    const callbacks = this.hooks.get(name) ?? new Set();
    this.hooks.set(name, callbacks.add(callback));
    return new Disposable(() => callbacks.delete(callback));
  }

  /** Runs the hooks of that name in order of registration; the first error ends it. */
  async runHooks(name: Exclude<HookName, 'log'>, context: object): Promise<void> {
    for (const callback of this.hooks.get(name) ?? []) await callback(context);
  }

  /** Log hooks are synchronous; one that throws is skipped, since reporting it would log again. */
  runLogHooks(context: {
    level: LogLevel;
    message: string;
    category: string;
    invocationContext?: unknown;
  }): void {
    for (const callback of this.hooks.get('log') ?? []) {
      try {
        callback(context);
      } catch {
        continue;
      }
    }
  }
}

/** The value of `require('@azure/functions-core')`. */
export function coreModule(
  registry: Registry,
  log: CoreInvocationContext['log'],
  hostVersion: string,
): object {
  return {
    version: '3.12.0',
    hostVersion,
    Disposable,
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
      registry.register(metadata, callback),
    registerHook: (name: string, callback: HookCallback) => registry.registerHook(name, callback),
    setProgrammingModel: (model: ProgrammingModel) => {
      registry.model = model;
    },
    getProgrammingModel: () => registry.model,
    log,
  };
}

/** Makes `@azure/functions-core`, which exists on no registry, resolvable in this process. Call before loading the app. */
export function provideModule(id: string, value: object): void {
  // Not in the public types, yet the hook every `require` passes through.
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const load = loader._load.bind(loader);
  loader._load = (request, ...rest) => (request === id ? value : load(request, ...rest));
}

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { FunctionFailed, WorkerLost, type Invoker } from '../durable';
import type { AppChild } from './child';
import { inputsOfType, triggerKind, type AppFunction } from './appFunction';
import type { InvocationRequest, InvocationResponse, TypedData } from './messages';
import { traceContext } from './traceContext';
import { fromTyped, toTyped } from './typed';

export interface InvocationOptions {
  /** Why it runs, for the log. */
  reason: string;
  triggerMetadata?: Record<string, TypedData>;
  retryContext?: NonNullable<InvocationRequest['retryContext']>;
  invocationId?: string;
  /** W3C `traceparent` of whoever caused it; absent or malformed: a new trace begins. */
  traceParent?: string | undefined;
}

export interface InvocationsOptions {
  child: AppChild;
  /** Real ms an invocation may take. */
  timeout: number;
  /** Data of a durable client binding. */
  durableClient(): object;
  /** Delivers the function's output bindings; rejecting fails the invocation. */
  deliver(fn: AppFunction, response: InvocationResponse): Promise<void>;
  log: (line: string) => void;
}

/** Real ms after which an HTTP request counts as waiting for something rather than as work. */
const httpPatience = 1_000;

/** Every call into the app passes here: adds the inputs beside the trigger, delivers the outputs, counts and logs. */
export class Invocations {
  private active = 0;
  /** Start (performance.now) of each HTTP request that runs. */
  private readonly requests = new Set<{ started: number }>();
  private refusing = false;
  /** Real time (performance.now) at which the last invocation ended. */
  lastEnd = 0;

  constructor(private readonly options: InvocationsOptions) {}

  get running(): number {
    return this.active;
  }

  /**
   * Invocations that simulated time must not jump over. A request that waits for the outcome of an operation is not one
   * of them: it would hold up the very time it waits for.
   */
  get outstanding(): number {
    const before = performance.now() - httpPatience;
    const waiting = [...this.requests].filter(({ started }) => started < before).length;
    return this.active - waiting;
  }

  /** From now on no durable work is taken: it stays where it is and is delivered to the next host. */
  refuse(): void {
    this.refusing = true;
  }

  /** Resolves when nothing runs any more, at the latest after `limit` ms. */
  async drained(limit: number): Promise<void> {
    const deadline = performance.now() + limit;
    while (this.active > 0 && performance.now() < deadline) await wait(20);
  }

  /** Rejects with FunctionFailed (the function threw, or an output could not be delivered) or WorkerLost. */
  async run(fn: AppFunction, trigger: TypedData, options: InvocationOptions): Promise<InvocationResponse> {
    const invocationId = options.invocationId ?? randomUUID();
    const { reason, triggerMetadata, retryContext } = options;
    const label = `'Functions.${fn.name}'`;
    const quiet = ['orchestration', 'entity', 'activity'].includes(triggerKind(fn));
    if (!quiet) this.options.log(`Executing ${label} (Reason='${reason}', Id=${invocationId})`);
    const started = performance.now();
    const outcome = (text: string): string =>
      `Executed ${label} (${text}, Id=${invocationId}, Duration=${Math.round(performance.now() - started)}ms)`;
    this.active += 1;
    const request = triggerKind(fn) === 'http' ? { started } : undefined;
    if (request) this.requests.add(request);
    try {
      const response = await this.inTime(label, {
        invocationId,
        functionId: fn.id,
        inputData: [{ name: fn.triggerName, data: trigger }, ...this.clients(fn)],
        traceContext: traceContext(options.traceParent),
        ...(triggerMetadata ? { triggerMetadata } : {}),
        ...(retryContext ? { retryContext } : {}),
      });
      await this.options.deliver(fn, response);
      if (!quiet) this.options.log(outcome('Succeeded'));
      return response;
    } catch (error) {
      // An orchestrator that throws is how it reports failure, with its whole state in the message.
      if (triggerKind(fn) !== 'orchestration') {
        this.options.log(outcome('Failed'));
        this.options.log(
          error instanceof FunctionFailed ? error.remoteStack || error.message : String(error),
        );
      }
      throw error;
    } finally {
      this.active -= 1;
      if (request) this.requests.delete(request);
      this.lastEnd = performance.now();
    }
  }

  /** How the durable runtime calls orchestrators, activities and entities. */
  durableInvoker(find: (name: string) => AppFunction | undefined): Invoker {
    return {
      invoke: async (name, triggerInput, triggerMetadata, traceParent) => {
        if (this.refusing || !this.options.child.ready) throw new WorkerLost('Nothing is taken at present.');
        const fn = find(name);
        if (!fn) throw new FunctionFailed(`The function '${name}' does not exist in this app.`);
        const response = await this.run(
          fn,
          { string: triggerInput },
          {
            reason: 'durable',
            traceParent,
            ...(triggerMetadata
              ? {
                  triggerMetadata: Object.fromEntries(
                    Object.entries(triggerMetadata).map(([key, value]) => [key, toTyped(value)]),
                  ),
                }
              : {}),
          },
        );
        return fromTyped(response.returnValue);
      },
    };
  }

  /** One that takes too long is given up and takes the app's process along, as nothing else can end it. */
  private async inTime(label: string, request: InvocationRequest): Promise<InvocationResponse> {
    const { child, timeout } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new FunctionFailed(`Timeout value of ${timeout} ms was exceeded by function ${label}.`));
        child.kill();
      }, timeout);
    });
    try {
      return await Promise.race([child.invoke(request), overdue]);
    } finally {
      clearTimeout(timer);
    }
  }

  private clients(fn: AppFunction): { name: string; data: TypedData }[] {
    const names = inputsOfType(fn, 'durableclient');
    if (names.length === 0) return [];
    const data = { string: JSON.stringify(this.options.durableClient()) };
    return names.map((name) => ({ name, data }));
  }
}

/** What the durable engine needs from its host, and what the host may ask of it. */

/** The clock everything durable follows. It may run faster than real time, jump forward, or stand still. */
export interface Clock {
  /** Current instant in epoch milliseconds; never goes back. */
  now(): number;
  /** Calls `listener` whenever the clock jumps, pauses, resumes or changes its rate. Returns the unsubscribe function. */
  onChange(listener: () => void): () => void;
  /** Real milliseconds until the instant `t` is reached at the present rate; Infinity while paused. */
  realDelayUntil(t: number): number;
}

export type FunctionKind = 'orchestration' | 'activity' | 'entity';

/** Runs one function of the app. */
export interface Invoker {
  /**
   * @param triggerInput JSON text for the trigger binding
   * @param traceParent W3C trace context of whoever started the orchestration
   * @returns the function's return value as a JSON value
   * @throws FunctionFailed when the user's code threw, WorkerLost when the worker died before it answered
   */
  invoke(
    name: string,
    triggerInput: string,
    triggerMetadata?: Record<string, unknown>,
    traceParent?: string,
  ): Promise<unknown>;
}

/** The user's code threw: `message` is the raw exception message. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
  constructor(
    message: string,
    /** Stack trace as the worker reported it; empty if it reported none. */
    readonly remoteStack = '',
  ) {
    super(message);
  }
}

/** The worker died before it answered: the outcome is unknown and the work is delivered again. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

export interface DurableOptions {
  /** SQLite file; created if absent. `:memory:` keeps nothing. One engine at a time may have it open. */
  databaseFile: string;
  hubName: string;
  /** Version of orchestrations that are started without one. */
  defaultVersion?: string;
  clock: Clock;
  invoker: Invoker;
  /** Origin of the host's HTTP server, e.g. `http://127.0.0.1:7071`. */
  baseUrl: string;
  /** Activities running at the same time. */
  maxActivities: number;
  /** Orchestrator episodes, and separately entity batches, running at the same time. */
  maxOrchestrations: number;
  log(line: string): void;
}

export interface DurableRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string;
}

export interface DurableResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

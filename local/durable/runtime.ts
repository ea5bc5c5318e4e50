import type { DurableOptions, DurableRequest, DurableResponse, FunctionKind } from './contracts';
import { Dispatcher } from './dispatch/dispatcher';
import { FunctionRegistry } from './dispatch/registry';
import { bindingPayload } from './http/payload';
import { empty } from './http/responses';
import { route } from './http/router';
import { Store } from './store/store';

/** The embedded durable engine: one task hub, its dispatcher and its HTTP API. */
export class DurableRuntime {
  private readonly store: Store;
  private readonly functions = new FunctionRegistry();
  private readonly dispatcher: Dispatcher;
  private stopped = false;

  /** @throws if the database file cannot be opened, for instance because another engine has it open */
  constructor(private readonly options: DurableOptions) {
    this.store = new Store(options.databaseFile);
    this.dispatcher = new Dispatcher({ ...options, store: this.store, functions: this.functions });
  }

  /** Sets the app's durable functions. Call before `workerReady`. */
  register(functions: { name: string; kind: FunctionKind }[]): void {
    this.functions.replace(functions);
  }

  /** A worker takes invocations; everything pending is delivered, what an earlier worker held is delivered again. */
  workerReady(): void {
    this.dispatcher.resume();
  }

  /** The worker is gone; nothing is delivered until the next is ready. */
  workerLost(): void {
    this.dispatcher.pause();
  }

  /** Begins to follow the clock and to dispatch. */
  start(): void {
    this.dispatcher.start();
  }

  /** Stops dispatching and closes the database. Invocations under way are delivered again at the next start. */
  stop(): Promise<void> {
    if (!this.stopped) {
      this.stopped = true;
      this.dispatcher.stop();
      this.store.close();
    }
    return Promise.resolve();
  }

  /** Data of every durableClient binding. */
  bindingPayload(systemKey?: string): object {
    return bindingPayload(this.options.baseUrl, this.options.hubName, systemKey);
  }

  /** Answers a request below /runtime/webhooks/durabletask. What it answers is committed. */
  handle(request: DurableRequest): Promise<DurableResponse> {
    if (this.stopped) return Promise.resolve(empty(503));
    const { store, functions, options } = this;
    const response = route({ ...options, store, functions }, request);
    this.dispatcher.pump();
    return Promise.resolve(response);
  }

  /**
   * How much is to be done now, and when the next thing is due.
   * @returns outstanding: messages, activities and due timers without a committed outcome, running ones included;
   * nextTimer: epoch ms of the earliest uncancelled timer of an instance that has not finished
   */
  activity(): { outstanding: number; nextTimer: number | null } {
    if (this.stopped) return { outstanding: 0, nextTimer: null };
    return {
      outstanding: this.store.work.outstanding(this.options.clock.now()),
      nextTimer: this.store.work.nextTimer(),
    };
  }
}

import type { Clock, Invoker } from '../contracts';
import { FunctionFailed, WorkerLost } from '../contracts';
import type { Store } from '../store/store';
import { activityItem } from './activities';
import { nextBatch } from './entities';
import { nextEpisode } from './episodes';
import { missingFunction } from './registry';
import type { FunctionRegistry } from './registry';
import type { InvocationOutcome, WorkItem } from './item';
import { Lane } from './lane';
import { TimerWheel } from './timers';

export interface DispatcherOptions {
  store: Store;
  clock: Clock;
  invoker: Invoker;
  functions: FunctionRegistry;
  maxActivities: number;
  maxOrchestrations: number;
  log(line: string): void;
}

/**
 * Runs what the store says is to be done. All pending work is rows of the store, removed by the transaction that
 * writes the outcome: whatever dies, the row is still there and is delivered again.
 */
export class Dispatcher {
  private readonly episodes: Lane;
  private readonly batches: Lane;
  private readonly activities: Lane;
  private readonly timers: TimerWheel;
  private started = false;
  private workerReady = false;
  private pumping = false;

  constructor(private readonly options: DispatcherOptions) {
    this.episodes = new Lane(options.maxOrchestrations);
    this.batches = new Lane(options.maxOrchestrations);
    this.activities = new Lane(options.maxActivities);
    this.timers = new TimerWheel(options.store, options.clock, () => this.pump());
  }

  start(): void {
    this.started = true;
    this.timers.start();
    this.pump();
  }

  stop(): void {
    this.started = false;
    this.timers.stop();
    this.abandon();
  }

  /** A worker takes invocations from now on; what an earlier one has not answered is delivered again. */
  resume(): void {
    this.abandon();
    this.workerReady = true;
    this.pump();
  }

  /** No worker takes invocations. */
  pause(): void {
    this.workerReady = false;
    this.abandon();
  }

  /** Starts everything that may start. Call after every change of the store. */
  pump(): void {
    // An invoker that fails at once ends up here again.
    if (!this.started || this.pumping) return;
    this.pumping = true;
    try {
      this.timers.fireDue();
      if (this.workerReady) this.dispatch();
    } finally {
      this.pumping = false;
    }
  }

  private dispatch(): void {
    const { store, clock, maxActivities } = this.options;
    const now = (): number => clock.now();
    for (const target of store.work.targets()) {
      if (target.startsWith('@')) this.run(this.batches, target, () => nextBatch(store, target, now));
      else this.run(this.episodes, target, () => nextEpisode(store, target, now));
    }
    // The running ones are the oldest, so the first rows hold them all and as many more as may start.
    for (const activity of store.work.activities(maxActivities)) {
      this.run(this.activities, String(activity.number), () => activityItem(store, activity, now));
    }
  }

  private run(lane: Lane, key: string, prepare: () => WorkItem | undefined): void {
    const token = lane.enter(key);
    if (!token) return;
    const item = prepare();
    if (!item) {
      lane.leave(key, token);
      return;
    }
    void this.invoke(item).then((outcome) => {
      if (!lane.holds(key, token)) return;
      if (outcome) this.finish(item, outcome);
      else this.workerReady = false;
      lane.leave(key, token);
      this.pump();
    });
  }

  private finish(item: WorkItem, outcome: InvocationOutcome): void {
    const line = this.options.store.commit(() => item.finish(outcome));
    if (line !== undefined) this.options.log(line);
  }

  /** @returns undefined if the worker was lost before it answered */
  private async invoke(item: WorkItem): Promise<InvocationOutcome | undefined> {
    const name = this.options.functions.resolve(item.kind, item.functionName);
    if (name === undefined) {
      const message = missingFunction(item.kind, item.functionName);
      this.options.log(message);
      return { ok: false, message, stack: '' };
    }
    try {
      return {
        ok: true,
        value: await this.options.invoker.invoke(name, item.input, item.metadata, item.traceParent),
      };
    } catch (error) {
      if (error instanceof WorkerLost) return undefined;
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, message, stack: error instanceof FunctionFailed ? error.remoteStack : '' };
    }
  }

  private abandon(): void {
    for (const lane of [this.episodes, this.batches, this.activities]) lane.abandon();
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import { WorkerLost, type Clock } from '../../durable';
import type { TypedData } from '../messages';
import { retryDelay } from '../retry';
import type { AppFunction } from '../appFunction';
import { atStart, dueRun, isMonitored, type Schedule, type TimerStatus } from './schedule';
import type { TimerStore } from './store';

export interface TimerListenerOptions {
  fn: AppFunction;
  schedule: Schedule;
  clock: Clock;
  store: TimerStore;
  /** False when only the app process, not the host, has started again: runOnStartup does not apply then. */
  hostStart: boolean;
  run: (
    input: TypedData,
    retry: { retryCount: number; maxRetryCount: number } | undefined,
  ) => Promise<unknown>;
}

/** Longest real wait before looking at the clock again; also keeps within what setTimeout can count. */
const longestWait = 3_600_000;

/** Fires one timer-triggered function when its due time passes on the clock, never two runs at once. */
export class TimerListener {
  private due: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private unsubscribe: (() => void) | undefined;
  private running = false;
  private stopped = false;
  private readonly monitored: boolean;

  constructor(private readonly options: TimerListenerOptions) {
    const useMonitor = options.fn.trigger['useMonitor'] !== false;
    this.monitored = isMonitored(options.schedule, useMonitor, options.clock.now());
  }

  start(): void {
    const { fn, schedule, clock, store, hostStart } = this.options;
    const now = clock.now();
    const status = this.monitored ? store.get(fn.name) : undefined;
    const runOnStartup = hostStart && fn.trigger['runOnStartup'] === true;
    const first = atStart(schedule, { status, runOnStartup, now });
    this.due = first.due;
    if (!status) this.note({ last: 0, next: first.due ?? 0, lastUpdated: now });
    this.unsubscribe = clock.onChange(() => this.arm());
    if (first.runNow) void this.fire(first.pastDue);
    else this.arm();
  }

  stop(): void {
    this.stopped = true;
    this.unsubscribe?.();
    clearTimeout(this.timer);
  }

  /** Runs the function now, outside its schedule. */
  async runNow(): Promise<void> {
    await this.call(false);
  }

  private arm(): void {
    clearTimeout(this.timer);
    if (this.stopped || this.running || this.due === undefined) return;
    const { schedule, clock } = this.options;
    const run = dueRun(schedule, this.due, clock.now());
    if (run) {
      this.due = run.next;
      void this.fire(run.pastDue);
      return;
    }
    const delay = clock.realDelayUntil(this.due);
    if (delay !== Infinity)
      this.timer = setTimeout(() => this.arm(), Math.min(Math.ceil(delay), longestWait));
  }

  private async fire(pastDue: boolean): Promise<void> {
    this.running = true;
    const started = this.options.clock.now();
    try {
      await this.call(pastDue);
    } catch (error) {
      // Not noted as run: the app process starting again finds it past due.
      if (error instanceof WorkerLost) return;
    } finally {
      this.running = false;
    }
    this.note({ last: started, next: this.due ?? 0, lastUpdated: started });
    this.arm();
  }

  private async call(pastDue: boolean): Promise<void> {
    const { fn, run } = this.options;
    const policy = fn.metadata.retryOptions;
    for (let retry = 0; ; retry += 1) {
      try {
        const context = policy ? { retryCount: retry, maxRetryCount: policy.maxRetryCount ?? 0 } : undefined;
        await run(this.input(pastDue), context);
        return;
      } catch (error) {
        const delay = error instanceof WorkerLost ? undefined : retryDelay(policy, retry + 1);
        if (delay === undefined || this.stopped) throw error;
        await wait(delay);
      }
    }
  }

  private input(pastDue: boolean): TypedData {
    const status = this.monitored ? this.options.store.get(this.options.fn.name) : undefined;
    const iso = (t: number): string => (t === 0 ? '0001-01-01T00:00:00+00:00' : new Date(t).toISOString());
    return {
      json: JSON.stringify({
        Schedule: { AdjustForDST: true },
        ScheduleStatus: status
          ? { Last: iso(status.last), LastUpdated: iso(status.lastUpdated), Next: iso(this.due ?? 0) }
          : null,
        IsPastDue: pastDue,
      }),
    };
  }

  private note(status: TimerStatus): void {
    if (this.monitored) this.options.store.set(this.options.fn.name, status);
  }
}

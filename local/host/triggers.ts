import type { Clock } from '../durable';
import { textOption, triggerKind, type AppFunction } from './appFunction';
import type { Invocations } from './invocations';
import { queueService } from './queue/connection';
import { QueueListener } from './queue/listener';
import { resolveSettings, setting, type QueueSettings } from './settings';
import { TimerListener } from './timer/listener';
import { parseSchedule } from './timer/schedule';
import type { TimerStore } from './timer/store';

export interface TriggersOptions {
  settings: Record<string, string>;
  queues: QueueSettings;
  clock: Clock;
  timers: TimerStore;
  invocations: Invocations;
  /** False when only the app's process has started again. */
  hostStart: boolean;
  log: (line: string) => void;
  /** A function whose trigger cannot be set up is left out; the others run. */
  onError(fn: AppFunction, error: unknown): void;
}

/** The queue and timer triggers of one life of the app's process. */
export class Triggers {
  private readonly queues: QueueListener[] = [];
  private readonly timers = new Map<string, TimerListener>();

  private stopped = false;

  constructor(private readonly options: TriggersOptions) {}

  async start(functions: AppFunction[]): Promise<void> {
    for (const fn of functions) {
      try {
        const kind = triggerKind(fn);
        if (kind === 'queue') await this.addQueue(fn);
        if (kind === 'timer') this.addTimer(fn);
      } catch (error) {
        this.options.onError(fn, error);
      }
    }
    if (this.stopped) return;
    for (const listener of [...this.queues, ...this.timers.values()]) listener.start();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) timer.stop();
    await Promise.all(this.queues.map((queue) => queue.stop()));
  }

  /** Every queue was seen empty by a poll begun after `t` (performance.now). */
  queuesEmptySince(t: number): boolean {
    // No short-cut: each listener that cannot say so yet has to poll.
    return this.queues.map((queue) => queue.emptySince(t)).every(Boolean);
  }

  /** Runs a queue- or timer-triggered function once with this input; false when it is of another kind. */
  runManually(fn: AppFunction, input: string): boolean {
    const run = triggerKind(fn) === 'queue' ? this.runQueue(fn, input) : this.timers.get(fn.name)?.runNow();
    // The failure is in the log; whoever asked has had the answer already.
    run?.catch(() => undefined);
    return run !== undefined;
  }

  private runQueue(fn: AppFunction, input: string): Promise<unknown> {
    const reason = 'This function was programmatically called via the host APIs.';
    return this.options.invocations.run(
      fn,
      { string: input },
      { reason, triggerMetadata: { QueueTrigger: { string: input } } },
    );
  }

  private async addQueue(fn: AppFunction): Promise<void> {
    const { settings, queues, invocations, log } = this.options;
    const name = resolveSettings(settings, textOption(fn.trigger, 'queueName') ?? '').toLowerCase();
    if (name === '') throw new Error('The queue trigger names no queue.');
    const service = await queueService(
      settings,
      textOption(fn.trigger, 'connection') || 'AzureWebJobsStorage',
    );
    this.queues.push(
      new QueueListener({
        queue: service.getQueueClient(name),
        poison: service.getQueueClient(`${name}-poison`),
        settings: queues,
        run: (input, triggerMetadata) =>
          invocations.run(fn, input, { reason: `New queue message detected on '${name}'.`, triggerMetadata }),
        log,
      }),
    );
  }

  private addTimer(fn: AppFunction): void {
    const { settings, clock, timers, invocations, hostStart } = this.options;
    const schedule = resolveSettings(settings, textOption(fn.trigger, 'schedule') ?? '');
    this.timers.set(
      fn.name,
      new TimerListener({
        fn,
        schedule: parseSchedule(schedule, setting(settings, 'WEBSITE_TIME_ZONE')),
        clock,
        store: timers,
        hostStart,
        run: (input, retryContext) =>
          invocations.run(fn, input, {
            reason: `Timer fired at ${new Date(clock.now()).toISOString()}`,
            ...(retryContext ? { retryContext } : {}),
          }),
      }),
    );
  }
}

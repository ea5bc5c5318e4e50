import type { Clock } from '../contracts';
import { EventType, stamp } from '../engine/history';
import type { Store } from '../store/store';

/** Longest delay setTimeout takes. */
const maxDelay = 2 ** 31 - 1;

/** Turns due timers into messages and wakes up for the next one, following the clock through jumps and pauses. */
export class TimerWheel {
  private handle: NodeJS.Timeout | undefined;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    /** Called when timers may have become due. */
    private readonly wake: () => void,
  ) {}

  start(): void {
    this.unsubscribe = this.clock.onChange(this.wake);
  }

  stop(): void {
    this.unsubscribe?.();
    clearTimeout(this.handle);
  }

  /** Posts every due timer to its instance, then sets the alarm for the next. */
  fireDue(): void {
    const now = this.clock.now();
    const due = this.store.work.dueTimers(now);
    if (due.length > 0) {
      this.store.commit(() => {
        for (const { instanceId, timerId, executionId, fireAt } of due) {
          this.store.work.removeTimer(instanceId, timerId);
          const fired = {
            EventType: EventType.TimerFired,
            ...stamp(now),
            TimerId: timerId,
            FireAt: new Date(fireAt).toISOString(),
          };
          this.store.work.post(instanceId, fired, { executionId });
        }
      });
    }
    this.arm();
  }

  private arm(): void {
    clearTimeout(this.handle);
    const next = this.store.work.nextTimer();
    if (next === null) return;
    const delay = this.clock.realDelayUntil(next);
    // A paused clock announces its return.
    if (!Number.isFinite(delay)) return;
    this.handle = setTimeout(this.wake, Math.min(Math.max(1, Math.ceil(delay)), maxDelay));
  }
}

import type { ClockFollower } from './follower';
import { IdleDecision, type WorkSample } from './idle';

/** Real milliseconds between two looks at the work while the clock may jump. */
const interval = 2;

/** Tells a jumping clock when this host has nothing left to do before its next durable timer. */
export class IdleReporter {
  private timer: NodeJS.Timeout | undefined;
  private decision = new IdleDecision();
  private reporting = false;

  constructor(
    private readonly follower: ClockFollower,
    private readonly work: () => WorkSample,
  ) {
    // After every change of the clock the same state is news again.
    follower.onChange(() => {
      if (!this.reporting) this.decision = new IdleDecision();
    });
  }

  start(): void {
    this.timer ??= setInterval(() => this.look(), interval);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    if (!this.follower.jumping || this.reporting) return;
    const report = this.decision.observe(this.work(), performance.now());
    if (!report) return;
    this.reporting = true;
    this.follower
      .idle(report.nextDue)
      // The clock's server is away or refuses: the next look tries again.
      .catch(() => undefined)
      .finally(() => (this.reporting = false));
  }
}

/** What the host sees of its own work at one moment. */
export interface WorkSample {
  /** Nothing runs, nothing is waiting to run, and every queue was seen empty since the last work ended. */
  idle: boolean;
  /** Epoch ms of the next durable timer, null when there is none. */
  nextDue: number | null;
}

/** Real milliseconds a state must last before it counts as idle. */
const settle = 3;
/** Real milliseconds after which an unchanged report is made again, in case the server could not act on the first. */
const repeat = 250;

/**
 * Decides when "nothing is outstanding here" may be told to a clock that jumps: after the same idle state was seen for
 * 3 ms, and again every 250 ms while it lasts.
 */
export class IdleDecision {
  private since: number | undefined;
  private nextDue: number | null = null;
  private reportedAt: number | undefined;

  /** `at` is real milliseconds. Returns the due time to report, undefined when nothing is to be reported now. */
  observe(sample: WorkSample, at: number): { nextDue: number | null } | undefined {
    if (!sample.idle) {
      this.since = undefined;
      return undefined;
    }
    if (this.since === undefined || sample.nextDue !== this.nextDue) {
      this.since = at;
      this.nextDue = sample.nextDue;
      this.reportedAt = undefined;
    }
    if (at - this.since < settle) return undefined;
    if (this.reportedAt !== undefined && at - this.reportedAt < repeat) return undefined;
    this.reportedAt = at;
    return { nextDue: this.nextDue };
  }
}

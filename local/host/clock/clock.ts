import type { Clock } from '../../durable';

/** A clock that also tells whether it jumps when nothing is left to do before the next durable timer. */
export interface HostClock extends Clock {
  readonly jumping: boolean;
}

/** The clock of this machine. */
export const realClock: HostClock = {
  jumping: false,
  now: () => Date.now(),
  onChange: () => () => undefined,
  realDelayUntil: (t) => Math.max(0, t - Date.now()),
};

/** State of a simulated clock as its server tells it; `now` is epoch milliseconds of simulated time. */
export interface ClockDocument {
  now: number;
  rate: number;
  paused: boolean;
  mode: 'rate' | 'jump';
}

/** Simulated time between two documents: the last known instant plus real time passed times rate; never runs backwards. */
export class SimulatedTime {
  private base = 0;
  private at: number;
  private rate = 0;

  /** `real` counts real milliseconds from any origin. */
  constructor(private readonly real: () => number) {
    this.at = real();
  }

  now(): number {
    return this.base + (this.real() - this.at) * this.rate;
  }

  realDelayUntil(t: number): number {
    const left = t - this.now();
    if (left <= 0) return 0;
    return this.rate === 0 ? Infinity : left / this.rate;
  }

  apply(document: ClockDocument): void {
    // A document is already a little old when it arrives: its instant may lie behind the one extrapolated here.
    this.base = Math.max(this.now(), document.now);
    this.at = this.real();
    this.rate = document.paused ? 0 : document.rate;
  }

  freeze(): void {
    this.base = this.now();
    this.at = this.real();
    this.rate = 0;
  }
}

import type { Cloud } from '../cloud';

/** What everybody may know of the one clock. */
export interface ClockDocument {
  /** Simulated epoch milliseconds. */
  now: number;
  /** Simulated milliseconds per real millisecond. */
  rate: number;
  paused: boolean;
  mode: 'rate' | 'jump';
}

export interface ClockChange {
  rate?: number;
  paused?: boolean;
  advanceTo?: number;
  advanceBy?: number;
}

interface Follower {
  streams: number;
  /** What the follower waits for; undefined while it is busy, null if it waits for nothing. */
  nextDue?: number | null;
}

/**
 * The one clock of the local system. It stands still while somebody follows it but none of the followers is ready,
 * and in jump mode leaps to the next thing anybody waits for when all of them are idle.
 */
export class SimulatedClock {
  private base: number;
  private at: number;
  private halted = false;
  private working = 0;
  private readonly followers = new Map<string, Follower>();
  private readonly listeners = new Set<(document: ClockDocument) => void>();

  constructor(
    private readonly cloud: Cloud,
    private rate: number,
    private readonly mode: 'rate' | 'jump',
    private readonly realNow: () => number = () => performance.now(),
  ) {
    this.base = cloud.now;
    this.at = realNow();
  }

  get paused(): boolean {
    const followers = [...this.followers.values()];
    return this.halted || (followers.length > 0 && followers.every(({ streams }) => streams === 0));
  }

  /** Brings the cloud up to the present; whatever fell due meanwhile has happened afterwards. */
  tick(): number {
    const elapsed = this.paused ? 0 : (this.realNow() - this.at) * this.rate;
    this.cloud.advance(Math.floor(this.base + elapsed));
    return this.cloud.now;
  }

  document(): ClockDocument {
    return { now: this.tick(), rate: this.rate, paused: this.paused, mode: this.mode };
  }

  change(change: ClockChange): ClockDocument {
    this.alter(() => {
      if (change.rate !== undefined && change.rate > 0) this.rate = change.rate;
      if (change.paused !== undefined) this.halted = change.paused;
      const target =
        change.advanceTo ?? (change.advanceBy === undefined ? undefined : this.base + change.advanceBy);
      if (target !== undefined) this.base = Math.max(this.base, target);
    });
    return this.document();
  }

  onChange(listener: (document: ClockDocument) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A follower is ready as long as one of its streams is open; the function returned ends this one. */
  follow(name: string): () => void {
    const follower = this.followers.get(name) ?? { streams: 0 };
    this.alter(() => {
      this.followers.set(name, follower);
      follower.streams += 1;
      delete follower.nextDue;
    });
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.alter(() => {
        follower.streams -= 1;
        delete follower.nextDue;
      });
    };
  }

  /** A follower says good-bye: time no longer waits for it. */
  leave(name: string): ClockDocument {
    this.alter(() => this.followers.delete(name));
    return this.document();
  }

  /** A follower has nothing to do before its next timer. */
  idle(name: string, nextDue: number | null): ClockDocument {
    const follower = this.followers.get(name);
    if (follower) follower.nextDue = nextDue;
    this.jump();
    return this.document();
  }

  /** Nothing jumps while an ARM request is being processed. */
  async whileWorking<T>(work: () => Promise<T>): Promise<T> {
    this.working += 1;
    try {
      return await work();
    } finally {
      this.working -= 1;
      this.jump();
    }
  }

  private jump(): void {
    if (this.mode !== 'jump' || this.paused || this.working > 0) return;
    const ready = [...this.followers.values()].filter(({ streams }) => streams > 0);
    const dues = ready.map(({ nextDue }) => nextDue);
    if (ready.length === 0 || dues.includes(undefined)) return;
    const known = dues.filter((due) => typeof due === 'number');
    if (known.length === 0) return;
    const target = Math.min(...known);
    if (target <= this.tick()) return;
    this.alter(() => {
      this.base = Math.max(this.base, target);
    });
  }

  /** Changes the course of time from this moment on and tells everybody. */
  private alter(change: () => void): void {
    this.base = this.tick();
    this.at = this.realNow();
    change();
    const document = this.document();
    for (const listener of this.listeners) listener(document);
  }
}

import type { Clock } from '../../../local/durable';

/** A clock that moves only when told. */
export class VirtualClock implements Clock {
  private listeners = new Set<() => void>();

  constructor(private instant: number) {}

  now(): number {
    return this.instant;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  realDelayUntil(): number {
    return Infinity;
  }

  jumpTo(instant: number): void {
    this.instant = Math.max(this.instant, instant);
    for (const listener of this.listeners) listener();
  }
}

import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Named in the error. */
  what: string;
  /** Real milliseconds before it gives up. */
  limit?: number;
  /** Real milliseconds between two looks; at least what a look takes, since an app that is always asked never rests. */
  every?: number;
  /** Done between two looks instead of waiting, for example to move the simulated clock. */
  meanwhile?: () => Promise<unknown>;
  signal?: AbortSignal;
}

/**
 * Looks again and again until there is something.
 * @throws after the limit, or when the signal fires.
 */
export async function until<T>(look: () => Promise<T | undefined>, options: UntilOptions): Promise<T> {
  const giveUp = performance.now() + (options.limit ?? 60_000);
  for (;;) {
    options.signal?.throwIfAborted();
    const begun = performance.now();
    const found = await look();
    const took = performance.now() - begun;
    if (found !== undefined) return found;
    if (performance.now() > giveUp) throw new Error(`Waited too long for ${options.what}.`);
    await options.meanwhile?.();
    const rest = Math.max(options.every ?? 100, took);
    await delay(rest, undefined, options.signal ? { signal: options.signal } : {});
  }
}

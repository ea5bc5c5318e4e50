import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Named in the error. */
  what: string;
  /** Real milliseconds before it gives up. */
  limit?: number;
  /** Real milliseconds between two looks. */
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
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > giveUp) throw new Error(`Waited too long for ${options.what}.`);
    await options.meanwhile?.();
    await delay(options.every ?? 100, undefined, options.signal ? { signal: options.signal } : {});
  }
}

import type { Duration, RetryOptions } from './messages';

function milliseconds(duration: Duration | undefined): number {
  return Number(duration?.seconds ?? 0) * 1000;
}

/**
 * Delay in ms before retry number `retry` (from 1) of a function with a retry policy; undefined = no more retries.
 * Exponential back-off doubles from the minimum to the maximum interval.
 */
export function retryDelay(options: RetryOptions | undefined, retry: number): number | undefined {
  if (!options) return undefined;
  const limit = options.maxRetryCount ?? 0;
  if (limit !== -1 && retry > limit) return undefined;
  if (String(options.retryStrategy).toLowerCase() === 'exponentialbackoff') {
    const delay = milliseconds(options.minimumInterval) * 2 ** (retry - 1);
    return Math.min(delay, milliseconds(options.maximumInterval));
  }
  return milliseconds(options.delayInterval);
}

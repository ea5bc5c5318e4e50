import type { RetryOptions } from './actions';
import { Task } from './task';

/**
 * Repeats an attempt with growing pauses. After the last failed attempt it still creates one timer that is due at
 * once: the library counts that timer's number and waits for it. When the retry time is used up there is no timer,
 * so the library never learns of the failure and hangs, here as upstream.
 */
export function withRetry(
  options: RetryOptions,
  host: { attempt: () => Task; now: () => number; sleepUntil: (at: number) => Task },
): Task {
  const outcome = new Task();
  const firstAttemptAt = host.now();
  let failures = 0;
  const run = (): void => host.attempt().whenSettled(judge);
  const judge = (attempt: Task): void => {
    if (attempt.state === 'succeeded') return outcome.settle('succeeded');
    failures += 1;
    const now = host.now();
    const timeout = options.retryTimeoutInMilliseconds;
    if (timeout !== undefined && now >= firstAttemptAt + timeout) return outcome.settle('failed');
    const last = failures >= options.maxNumberOfAttempts;
    const pause = host.sleepUntil(last ? now : now + delayAfter(failures, options));
    pause.whenSettled(() => (last ? outcome.settle('failed') : run()));
  };
  run();
  return outcome;
}

/** Milliseconds to wait after the given number of failures. */
function delayAfter(failures: number, options: RetryOptions): number {
  const delay =
    options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (failures - 1);
  return Math.min(delay, options.maxRetryIntervalInMilliseconds ?? Infinity);
}

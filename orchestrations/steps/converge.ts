import type { Task } from 'durable-functions';
import type { Change, Done, Outcome } from '../../shared/azure/outcome';
import { failed } from '../../shared/azure/outcome';
import { nextDelay, pollDelay, spreadOf, type Pace } from '../../shared/azure/retry';
import type { Resume } from '../../shared/azure/ensure';
import { isCancelled, now, StepFailed, throwIfCancelled, type Run, type Steps } from './run';
import { pause } from './wait';

/** Longest time that one resource may stay under way before the step gives up. */
const patienceSeconds = 3_600;

/**
 * Looks at one resource again and again until it is as desired: follows the operation that a look left behind, retries
 * failures as their class allows. A running ARM operation is followed to its end even when the operation is cancelled.
 */
export function* converge<Facts = unknown>(
  run: Run,
  what: { name: string; pace: Pace },
  look: (resume: Resume) => Task,
): Steps<Done<Facts>> {
  const startedAt = now(run);
  let resume: Resume = {};
  let looks = 0;
  let failures = 0;
  let failingSince = 0;
  for (;;) {
    const outcome = yield* attempt<Facts>(look(resume));
    if (outcome.status === 'done') return outcome;
    if (outcome.status === 'pending') {
      if (now(run) - startedAt > patienceSeconds * 1_000) {
        throw new StepFailed(
          failed(
            'transient',
            'StillPending',
            `${what.name} did not finish within ${patienceSeconds / 60} minutes.`,
          ),
        );
      }
      resume = resumeOf(outcome);
      yield* pause(run, pollDelay(what.pace, looks, outcome.pollAfterSeconds));
      looks += 1;
      if (isCancelled(run) && !outcome.operation) throwIfCancelled(run);
      continue;
    }
    failures += 1;
    if (failures === 1) failingSince = now(run);
    const elapsed = (now(run) - failingSince) / 1_000;
    const seed = spreadOf(`${run.operation} ${what.name} ${failures}`);
    const delay = nextDelay(outcome.class, { failures, elapsed }, seed, outcome.retryAfterSeconds);
    if (delay === undefined) throw new StepFailed(outcome);
    throwIfCancelled(run);
    resume = resumeOf({ ...resume, ...(outcome.resumable ? {} : { operation: undefined }) });
    yield* pause(run, delay);
    throwIfCancelled(run);
  }
}

function resumeOf({
  operation,
  change,
}: {
  operation?: string | undefined;
  change?: Change | undefined;
}): Resume {
  return { ...(operation ? { operation } : {}), ...(change ? { change } : {}) };
}

/** Result of an activity that returns typed outcomes; one that threw (a crash, a bug) counts as transient. */
export function* attempt<Facts>(task: Task): Steps<Outcome<Facts>> {
  try {
    return (yield task) as Outcome<Facts>;
  } catch (error) {
    return failed('transient', 'ActivityFailed', error instanceof Error ? error.message : String(error));
  }
}

/** For activities with a plain result: repeats on any error for a few minutes, then gives the step up. */
export function* call<T>(run: Run, name: string, start: () => Task): Steps<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return (yield start()) as T;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const delay =
        failures < 12 ? nextDelay('transient', { failures, elapsed: 0 }, spreadOf(name)) : undefined;
      if (delay === undefined) throw new StepFailed(failed('transient', 'ActivityFailed', message));
      yield* pause(run, delay);
    }
  }
}

import type { Task } from 'durable-functions';
import type { Change, Done, Failed, Outcome } from '../../shared/azure/outcome';
import { failed } from '../../shared/azure/outcome';
import { nextDelay, pollDelay, spreadOf, type Pace } from '../../shared/azure/retry';
import type { Resume } from '../../shared/azure/ensure';
import type { Closed } from '../activities/finish';
import { now, StepFailed, throwIfCancelled, type Run, type Steps } from './run';
import { pause } from './wait';

/** Longest time that one resource may stay under way before the step gives up. */
const usualPatience = 3_600;

/** What a step waits for. */
export interface Awaited {
  name: string;
  pace: Pace;
  /** Seconds; Infinity where the looks themselves tell when it has taken too long. */
  patience?: number;
}

/** Failures in a row, and the time of the first. */
interface Failures {
  count: number;
  since: number;
}

const none: Failures = { count: 0, since: 0 };

/**
 * Looks at one resource again and again until it is as desired: follows the operation that a look left behind, retries
 * failures as their class allows. A running ARM operation is followed to its end even when the operation is cancelled;
 * nothing new is begun then. `look` is told whether the work itself failed since it was last begun. `begun` is the outcome
 * of a first look that somebody else has taken.
 */
export function* converge<Facts = unknown>(
  run: Run,
  what: Awaited,
  look: (resume: Resume, workFailed: boolean) => Task,
  begun?: Outcome<Facts>,
): Steps<Done<Facts>> {
  const startedAt = now(run);
  const patience = what.patience ?? usualPatience;
  let resume: Resume = {};
  let looks = 0;
  // Looks that fail are counted apart from work that fails: one look that succeeds makes up for them.
  let failedLooks = none;
  let failedWork = none;
  let workFailed = false;
  // What was begun is followed to its end.
  if (!begun) throwIfCancelled(run);
  for (let taken = begun; ; taken = undefined) {
    const outcome: Outcome<Facts> = taken ?? (yield* attempt<Facts>(look(resume, workFailed)));
    if (outcome.status === 'done') return outcome;
    let delay: number | undefined;
    if (outcome.status === 'pending') {
      if (now(run) - startedAt > patience * 1_000) {
        throw new StepFailed(
          failed('transient', 'StillPending', `${what.name} did not finish within ${patience / 60} minutes.`),
        );
      }
      resume = resumeOf(outcome);
      workFailed = false;
      failedLooks = none;
      delay = pollDelay(what.pace, looks, outcome.pollAfterSeconds);
      looks += 1;
    } else {
      const before = outcome.resumable ? failedLooks : failedWork;
      const failures = { count: before.count + 1, since: before.count === 0 ? now(run) : before.since };
      delay = delayOf(run, what.name, outcome, failures);
      if (delay === undefined) throw new StepFailed(outcome);
      if (outcome.resumable) failedLooks = failures;
      else {
        failedWork = failures;
        workFailed = true;
        resume = resumeOf({ ...resume, operation: undefined });
      }
    }
    if (!resume.operation) throwIfCancelled(run);
    yield* pause(run, delay);
    if (!resume.operation) throwIfCancelled(run);
  }
}

/** Asks one question until it is answered with facts. */
export function* asked<Facts>(run: Run, name: string, look: () => Task): Steps<Facts> {
  const { facts } = yield* converge<Facts>(run, { name, pace: 'quick' }, look);
  if (facts === undefined) throw new Error(`${name} answers with facts`);
  return facts;
}

/** Seconds until the next attempt; undefined if the failure stands. */
function delayOf(run: Run, name: string, failure: Failed, { count, since }: Failures): number | undefined {
  const elapsed = (now(run) - since) / 1_000;
  const spread = spreadOf(`${run.operation} ${name} ${count}`);
  return nextDelay(failure.class, { failures: count, elapsed }, spread, failure.retryAfterSeconds);
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

/**
 * Result of an activity that returns typed outcomes; one that threw (a crash, a bug) counts as transient. It says nothing
 * about what is under way, which is looked at again.
 */
export function* attempt<Facts>(task: Task): Steps<Outcome<Facts>> {
  try {
    return (yield task) as Outcome<Facts>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...failed('transient', 'ActivityFailed', message), resumable: true };
  }
}

/**
 * For activities with a plain result: repeats on any error for a few minutes, then gives the step up; at once if the answer
 * is a failure that stands.
 */
export function* call<T>(run: Run, name: string, start: () => Task): Steps<T> {
  for (let failures = 1; ; failures += 1) {
    let answer: unknown;
    try {
      answer = yield start();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const delay =
        failures < 12 ? nextDelay('transient', { failures, elapsed: 0 }, spreadOf(name)) : undefined;
      if (delay === undefined) throw new StepFailed(failed('transient', 'ActivityFailed', message));
      yield* pause(run, delay);
      continue;
    }
    if (isFailed(answer)) throw new StepFailed(answer);
    return answer as T;
  }
}

const isFailed = (answer: unknown): answer is Failed =>
  (answer as Partial<Failed> | null | undefined)?.status === 'failed' &&
  (answer as Partial<Failed>).class !== undefined;

/** About a day: 2, 4, 8, ... seconds, then every quarter of an hour. */
const mostClosings = 100;
const longestClosingDelay = 900;

/**
 * Writes the end of an operation, and has its caller told. Hardly ever given up, since until then its host stays claimed;
 * never throws, since there is nobody left to catch it.
 */
export function* close(run: Run, start: () => Task): Steps<void> {
  run.ignoreCancel = true;
  for (let failures = 1; failures <= mostClosings; failures += 1) {
    try {
      const closed = (yield start()) as Closed | null | undefined;
      return yield* tell(run, closed?.callback);
    } catch {
      yield* pause(run, Math.min(2 ** failures, longestClosingDelay));
    }
  }
}

/** The delivery goes its own way from here; a timer starts one that could not be started. */
function* tell(run: Run, callback: string | undefined): Steps<void> {
  if (callback === undefined) return;
  try {
    yield run.activities.startDelivery({ callback, round: 1 });
  } catch {
    // Telling somebody never keeps an operation from its end.
  }
}

import { failed } from '../../shared/azure/outcome';
import { guestPaces } from '../../shared/azure/retry';
import type { GuestVerdict } from '../../shared/azure/resources/guestVerdict';
import type { GuestPhase } from '../../shared/guest/types';
import { converge } from './converge';
import { now, StepFailed, throwIfCancelled, type Run, type Steps } from './run';
import { pause } from './wait';

export type Succeeded = Extract<GuestVerdict, { verdict: 'ok' }>;

/** A phase whose result is unknown is run again, as a new run command; every phase is test-then-set. */
const mostAttempts = 3;
const againAfterSeconds = 30;
/** Number of the first run command where an operation comes back to a phase. */
export const secondLook = 11;

/** Settled: what is unknown or passes by itself has been asked again. */
export type SettledVerdict =
  Succeeded | (Extract<GuestVerdict, { code: string }> & { verdict: 'failed' | 'again' });

/**
 * Runs one guest phase until it has a verdict. Where an operation runs a phase more than once, `first` keeps the run
 * commands apart: one by a name that exists already is not run again.
 */
export function* guestVerdict(
  run: Run,
  phase: GuestPhase,
  notBootedAt?: string,
  first = 1,
): Steps<SettledVerdict> {
  for (let attempt = first; ; attempt += 1) {
    const begun = now(run);
    const what = { name: phase, pace: guestPaces[phase], patience: Infinity };
    const { facts } = yield* converge<GuestVerdict>(run, what, (resume) =>
      run.activities.runGuestPhase({
        operation: run.operation,
        phase,
        attempt,
        resume,
        begun,
        now: now(run),
        ...(notBootedAt === undefined ? {} : { notBootedAt }),
      }),
    );
    if (facts?.verdict === 'ok') return facts;
    const verdict = facts ?? { verdict: 'failed', code: 'GuestNoResult', message: 'No verdict.' };
    if (verdict.verdict === 'failed' || attempt === first + mostAttempts - 1) return verdict;
    throwIfCancelled(run);
    yield* pause(run, againAfterSeconds);
  }
}

/** Runs one guest phase; what it cannot do fails the step. */
export function* guestPhase(
  run: Run,
  phase: GuestPhase,
  notBootedAt?: string,
  first?: number,
): Steps<Succeeded> {
  const verdict = yield* guestVerdict(run, phase, notBootedAt, first);
  if (verdict.verdict === 'ok') return verdict;
  throw new StepFailed(failed('fatal', verdict.code, verdict.message));
}

/** Restarts the VM through Azure, again if Azure could not, and waits for an agent status newer than the restart. */
export function* restart(run: Run): Steps<void> {
  const since = now(run);
  const what = { name: 'restart', pace: 'restart', patience: Infinity } as const;
  yield* converge(run, what, (resume, workFailed) =>
    run.activities.restartVirtualMachine({
      operation: run.operation,
      resume: workFailed ? {} : resume,
      since,
      now: now(run),
    }),
  );
}

/**
 * Features, restart, network, restart, verify. A restart is asked for only where the phase says that it needs one; each
 * next phase refuses to run in the boot that the restart should have ended.
 */
export function* configureGuest(run: Run, firstVerify?: number): Steps<Succeeded> {
  const features = yield* installed(run);
  const bootedFeatures = yield* restartIfNeeded(run, features);
  const network = yield* guestPhase(run, 'network', bootedFeatures);
  const bootedNetwork = yield* restartIfNeeded(run, network);
  return yield* guestPhase(run, 'verify', bootedNetwork, firstVerify);
}

/** Windows that waits for a restart installs nothing before it: one more restart then, and the phase again. */
function* installed(run: Run): Steps<Succeeded> {
  const first = yield* guestVerdict(run, 'features');
  if (first.verdict === 'ok') return first;
  if (first.code !== 'restartFirst') throw new StepFailed(failed('fatal', first.code, first.message));
  yield* restart(run);
  return yield* guestPhase(run, 'features', first.bootTime, secondLook);
}

function* restartIfNeeded(run: Run, phase: Succeeded): Steps<string | undefined> {
  if (!phase.restartNeeded) return undefined;
  yield* restart(run);
  return phase.bootTime;
}

import { failed, type Outcome } from '../../shared/azure/outcome';
import type { Resume } from '../../shared/azure/ensure';
import { guestPaces } from '../../shared/azure/retry';
import type { GuestVerdict } from '../../shared/azure/resources/guestVerdict';
import type { GuestAttempt } from '../../shared/azure/resources/runCommand';
import type { PhaseFacts } from '../activities/guest';
import type { RestartFacts } from '../activities/restart';
import type { GuestPhase } from '../../shared/guest/types';
import { converge } from './converge';
import { isCancelled, now, show, StepFailed, throwIfCancelled, type Run, type Steps } from './run';
import { pause } from './wait';

export type Succeeded = Extract<PhaseFacts, { verdict: 'ok' }>;

/** A phase whose result is unknown is run again, as a new run command; every phase is test-then-set. */
const mostAttempts = 3;
const againAfterSeconds = 30;
/** Number of the first run command where an operation comes back to a phase. */
export const secondLook = 11;

/** Settled: what is unknown or passes by itself has been asked again. */
export type SettledVerdict =
  Succeeded | (Extract<GuestVerdict, { code: string }> & { verdict: 'failed' | 'again' });

/** How a phase is run. */
export interface PhaseOptions {
  /** Boot in which it must not run: that of before a restart. */
  notBootedAt?: string | undefined;
  /** Whatever guests would notice is left alone. */
  mayInterrupt?: false;
  /** Where an operation runs a phase more than once, this keeps the run commands apart: one by a name that exists already is not run again. */
  first?: number;
  /** Restart the VM as soon as the phase says that it needs one. */
  restart?: true;
  /** How its first attempt was begun already. */
  begun?: Outcome<PhaseFacts> | undefined;
}

/** Runs one guest phase until it has a verdict. */
export function* guestVerdict(
  run: Run,
  phase: GuestPhase,
  { first = 1, restart, begun: started, ...options }: PhaseOptions = {},
): Steps<SettledVerdict> {
  for (let attempt = first; ; attempt += 1) {
    const begun = now(run);
    const what = { name: phase, pace: guestPaces[phase], patience: Infinity };
    const look = (resume: Resume) =>
      run.activities.runGuestPhase({
        ...attemptOf(run, phase, attempt, options),
        resume,
        begun,
        now: now(run),
        ...(restart && !isCancelled(run) ? { restart } : {}),
      });
    const { facts } = yield* converge<PhaseFacts>(run, what, look, attempt === first ? started : undefined);
    if (facts?.bootTime !== undefined) run.bootTime = facts.bootTime;
    if (facts?.verdict === 'ok') {
      warn(run, phase, facts);
      return facts;
    }
    const verdict = facts ?? { verdict: 'failed', code: 'GuestNoResult', message: 'No verdict.' };
    if (verdict.verdict === 'failed' || attempt === first + mostAttempts - 1) return verdict;
    throwIfCancelled(run);
    yield* pause(run, againAfterSeconds);
  }
}

const longestDetail = 600;

/** Told on the step at hand: nothing failed, but somebody should look. */
function warn(run: Run, phase: GuestPhase, { warnings = [] }: Succeeded): void {
  const step = run.steps.find(({ status }) => status === 'running');
  const told = `Windows, in phase ${phase}: ${warnings.join(', ')}.`;
  if (!step || warnings.length === 0 || step.detail?.includes(told)) return;
  show(run, step.name, [step.detail, told].filter(Boolean).join(' ').slice(0, longestDetail));
}

const attemptOf = (
  { operation }: Run,
  phase: GuestPhase,
  attempt: number,
  { notBootedAt, mayInterrupt }: PhaseOptions,
): GuestAttempt => ({
  operation,
  phase,
  attempt,
  ...(notBootedAt === undefined ? {} : { notBootedAt }),
  ...(mayInterrupt === undefined ? {} : { mayInterrupt }),
});

/** Runs one guest phase; what it cannot do fails the step. */
export function* guestPhase(run: Run, phase: GuestPhase, options?: PhaseOptions): Steps<Succeeded> {
  const verdict = yield* guestVerdict(run, phase, options);
  if (verdict.verdict === 'ok') return verdict;
  throw new StepFailed(failed('fatal', verdict.code, verdict.message));
}

/**
 * Phase network where guests must not notice. A look at Windows said that this is possible; the script itself refuses what
 * has come since. Says how much was changed, and why something was left if it was.
 */
export function* configureGently(run: Run): Steps<{ changed: number; kept?: string }> {
  const verdict = yield* guestVerdict(run, 'network', { mayInterrupt: false });
  if (verdict.verdict === 'ok') {
    const kept = 'Windows wants a restart; it was not restarted.';
    return { changed: verdict.changed, ...(verdict.restartNeeded ? { kept } : {}) };
  }
  if (verdict.code === 'repairNeedsInterruption') return { changed: 0, kept: verdict.message };
  throw new StepFailed(failed('fatal', verdict.code, verdict.message));
}

/**
 * Restarts the VM through Azure, again if Azure could not, and waits for an agent status newer than the restart; then the
 * phase that comes next is begun. A phase may have begun the restart already.
 */
function* restart(
  run: Run,
  begun: Succeeded['restart'],
  next: GuestAttempt,
): Steps<Outcome<PhaseFacts> | undefined> {
  const since = begun?.since ?? now(run);
  const what = { name: 'restart', pace: 'restart', patience: Infinity } as const;
  const look = (resume: Resume, workFailed: boolean) =>
    run.activities.restartVirtualMachine({
      operation: run.operation,
      resume: workFailed ? {} : resume,
      since,
      now: now(run),
      ...(isCancelled(run) ? {} : { next }),
    });
  const { facts } = yield* converge<RestartFacts>(run, what, look, begun?.outcome);
  return facts?.begun;
}

/**
 * Features, restart, network, restart, verify. A restart is asked for only where the phase says that it needs one; each
 * next phase refuses to run in the boot that the restart should have ended. `begun`: how the first was begun already.
 */
export function* configureGuest(run: Run, firstVerify = 1, begun?: Outcome<PhaseFacts>): Steps<Succeeded> {
  const features = yield* installed(run, begun);
  const rested = yield* restartIfNeeded(run, features, 'network', 1);
  const network = yield* guestPhase(run, 'network', { ...rested, restart: true });
  return yield* guestPhase(run, 'verify', {
    ...(yield* restartIfNeeded(run, network, 'verify', firstVerify)),
    first: firstVerify,
  });
}

/** Windows that waits for a restart installs nothing before it: one more restart then, and the phase again. */
function* installed(run: Run, started?: Outcome<PhaseFacts>): Steps<Succeeded> {
  const first = yield* guestVerdict(run, 'features', { restart: true, begun: started });
  if (first.verdict === 'ok') return first;
  if (first.code !== 'restartFirst') throw new StepFailed(failed('fatal', first.code, first.message));
  const again = { notBootedAt: first.bootTime };
  const begun = yield* restart(run, undefined, attemptOf(run, 'features', secondLook, again));
  return yield* guestPhase(run, 'features', { ...again, first: secondLook, restart: true, begun });
}

function* restartIfNeeded(
  run: Run,
  done: Succeeded,
  next: GuestPhase,
  attempt: number,
): Steps<Pick<PhaseOptions, 'notBootedAt' | 'begun'>> {
  if (!done.restartNeeded) return {};
  const notBootedAt = done.bootTime;
  const begun = yield* restart(run, done.restart, attemptOf(run, next, attempt, { notBootedAt }));
  return { notBootedAt, begun };
}

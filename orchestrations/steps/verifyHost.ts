import type { GuestVerdict } from '../../shared/azure/resources/guestVerdict';
import type { JobFacts } from '../activities/reconcile/jobs';
import { call, close, converge } from './converge';
import { agentReady } from './ensured';
import { failureOf, now, type Run, type Steps } from './run';

/**
 * Asks one host how Windows is, by the phase verify, which changes nothing. Each costs a run command of half a minute or
 * more and the claim of the host, so it is done on request, for a host that may have restarted, and else rarely. A host
 * that is stopped or busy is passed over.
 */
export function* verifyHost(run: Run, input: { id: string; network: string; index: number }): Steps<void> {
  const { id, network, index } = input;
  const { operation, host } = yield* call<JobFacts>(run, 'beginJob', () =>
    run.activities.beginJob({ id, network, round: 0, verify: index, now: now(run) }),
  );
  if (operation === undefined || host === undefined) return;
  const own: Run = { ...run, operation, steps: [] };
  let failure: string | undefined;
  try {
    const verdict = yield* verified(own);
    const { ok, message, failedChecks, seen } = verdict;
    yield* call(run, 'noteGuest', () =>
      run.activities.noteGuest({
        id,
        network,
        host,
        ok,
        failedChecks: failedChecks.slice(0, 20),
        now: now(run),
        ...(seen === undefined ? {} : { seen }),
        ...(message === undefined ? {} : { message: message.slice(0, 600) }),
      }),
    );
  } catch (error) {
    failure = failureOf(error).message;
  }
  yield* close(own, () =>
    run.activities.endJob({
      id,
      network,
      operation,
      steps: [],
      now: now(run),
      ...(failure === undefined ? {} : { failure }),
    }),
  );
}

interface Look {
  ok: boolean;
  message?: string;
  failedChecks: string[];
  seen?: { os: string; bootTime: string };
}

function* verified(run: Run): Steps<Look> {
  yield* agentReady(run);
  const begun = now(run);
  const what = { name: 'verify', pace: 'guestCheck', patience: Infinity } as const;
  const { facts } = yield* converge<GuestVerdict>(run, what, (resume) =>
    run.activities.runGuestPhase({
      operation: run.operation,
      phase: 'verify',
      attempt: 1,
      resume,
      begun,
      now: now(run),
    }),
  );
  if (facts?.verdict === 'ok') {
    const { os, bootTime } = facts;
    return { ok: true, failedChecks: [], seen: { os, bootTime } };
  }
  if (facts?.verdict !== 'failed') throw new Error(facts?.message ?? 'The guest gave no verdict.');
  return { ok: false, message: facts.message, failedChecks: facts.failedChecks ?? [] };
}

import { failed } from '../../shared/azure/outcome';
import { needingInterruption } from '../../shared/guest/interruption';
import type { HostOutcome } from '../../shared/records/types';
import type { BeginHostFacts } from '../activities/converge';
import type { OperationFacts } from '../activities/plan';
import { asked, call, close } from './converge';
import { agentReady, verified } from './ensured';
import { configureGently, guestPhase, guestVerdict } from './guest';
import { addRoute } from './routes';
import { failureOf, note, now, step, StepFailed, type Run, type Steps } from './run';

export interface HostRollOut {
  /** Position of the host on the operation. */
  index: number;
  leases: OperationFacts['leases'];
  /** Not to be waited for any longer if another operation has it. */
  giveUp: boolean;
}

type Outcome = Pick<HostOutcome, 'status' | 'changed' | 'reason'>;

const interruption = 'NeedsInterruption';
const longestReason = 300;

/** Attempts of the phase verify before this one belong to the look that comes first. */
const afterLook = 10;

/** Brings one host to what the definition says, under its claim; false if another operation has it. */
export function* rollOutHost(run: Run, { index, leases, giveUp }: HostRollOut): Steps<boolean> {
  const { operation } = run;
  const { job, busy } = yield* call<BeginHostFacts>(run, 'beginHostRollOut', () =>
    run.activities.beginHostRollOut({ operation, index, giveUp, now: now(run) }),
  );
  if (job === undefined) return busy !== true;
  // What is done finds host and network by its own operation; leases belong to the instance.
  const own: Run = { ...run, operation: job, steps: [] };
  const outcome = yield* attempted(own, leases);
  yield* close(own, () =>
    run.activities.endHostRollOut({ operation, index, job, outcome, steps: own.steps, now: now(run) }),
  );
  return true;
}

function* attempted(run: Run, leases: OperationFacts['leases']): Steps<Outcome> {
  try {
    yield* step(run, 'addRoute', () => addRoute(run, leases));
    yield* step(run, 'configureGuest', () => guestBrought(run));
    yield* step(run, 'verify', () => verified(run));
    const changed = changedIn(run);
    return changed.length > 0 ? { status: 'converged', changed } : { status: 'unchanged' };
  } catch (error) {
    const { code, message } = failureOf(error);
    const changed = changedIn(run);
    return {
      status: code === interruption ? 'needsInterruption' : 'failed',
      ...(changed.length > 0 ? { changed } : {}),
      reason: message.slice(0, longestReason),
    };
  }
}

const changedIn = ({ steps }: Run): string[] =>
  steps.flatMap(({ name, change }) => (change === undefined || change === 'unchanged' ? [] : [name]));

/**
 * Windows is asked only if its last verification was for something else, and touched only if it is not as it should be.
 * What would restart anything is left as it is and said.
 */
function* guestBrought(run: Run): Steps<void> {
  const { current } = yield* asked<{ current: boolean }>(run, 'guest', () =>
    run.activities.checkGuest({ operation: run.operation }),
  );
  if (current) return;
  yield* agentReady(run);
  const look = yield* guestVerdict(run, 'verify');
  if (look.verdict === 'ok') return;
  const { failedChecks = [], code, message } = look;
  if (failedChecks.length === 0) throw new StepFailed(failed('fatal', code, message));
  const hard = needingInterruption(failedChecks);
  if (hard.length > 0) {
    const detail = `Only an interruption puts this right in Windows: ${hard.join(', ')}. Nothing was changed there.`;
    throw new StepFailed(failed('fatal', interruption, detail));
  }
  const { changed, kept } = yield* configureGently(run);
  if (changed > 0) note(run, 'configureGuest', 'updated');
  if (kept !== undefined) throw new StepFailed(failed('fatal', interruption, kept));
  yield* guestPhase(run, 'verify', { first: afterLook });
}

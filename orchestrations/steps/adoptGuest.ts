import { guestRepair } from '../../shared/adoption/guestRepair';
import { failed } from '../../shared/azure/outcome';
import {
  configureGently,
  configureGuest,
  guestPhase,
  guestVerdict,
  secondLook,
  type Succeeded,
} from './guest';
import { note, StepFailed, type Run, type Steps } from './run';

const name = 'configureGuest';

/**
 * Looks into a host that somebody else built. One that is right is left as it is; what differs is put right where guests
 * do not feel it, and otherwise only with leave to interrupt them.
 */
export function* adoptGuest(run: Run, allowInterruption: boolean): Steps<Succeeded> {
  const seen = yield* guestVerdict(run, 'verify');
  note(run, name, 'unchanged');
  if (seen.verdict === 'ok') return seen;
  const { failedChecks = [] } = seen;
  if (failedChecks.length === 0) throw new StepFailed(failed('fatal', seen.code, seen.message));
  const { byHand, interrupting } = guestRepair(failedChecks);
  if (byHand.length > 0) {
    throw refusal(
      'GuestNotAdoptable',
      `Only its owner can mend ${byHand.join(', ')} in Windows.`,
      seen.message,
    );
  }
  if (interrupting.length > 0) {
    if (!allowInterruption) {
      const list = `Mending ${interrupting.join(', ')} in Windows interrupts guests, which needs allowInterruption.`;
      throw refusal('RepairNeedsInterruption', list, seen.message);
    }
    note(run, name, 'updated');
    return yield* configureGuest(run, secondLook);
  }
  if (!allowInterruption) {
    const { changed, kept } = yield* configureGently(run);
    if (changed > 0) note(run, name, 'updated');
    if (kept !== undefined) throw refusal('RepairNeedsInterruption', kept, 'It needs allowInterruption.');
    return yield* guestPhase(run, 'verify', { first: secondLook });
  }
  const { restartNeeded } = yield* guestPhase(run, 'network');
  note(run, name, 'updated');
  return yield* restartNeeded
    ? configureGuest(run, secondLook)
    : guestPhase(run, 'verify', { first: secondLook });
}

const refusal = (code: string, reason: string, message: string) =>
  new StepFailed(failed('fatal', code, `${reason} ${message}`.trim()));

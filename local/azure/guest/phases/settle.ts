import { isRunning } from '../interfaces';
import { PhaseFailure, neededFeatures, wait } from '../session';
import type { Session } from '../session';
import type { WindowsState } from '../types';

/** Windows after a restart: what the scripts wait for before they touch anything, in seconds since its start. */
const young = 90;
const grown = 180;
const patience = 240;

/** Who waits for a restart of Windows. */
export function pendingRestart({ rebootPending, updatesPending }: WindowsState): string[] {
  return [...(rebootPending ? ['servicing'] : []), ...(updatesPending === true ? ['updates'] : [])];
}

/** Nothing settles while a script waits but by the time that passes: what ends a restart ends the script, too. */
export function settle(session: Session): void {
  const { state, plan, atBoot, upSeconds } = session;
  if (atBoot || plan.notBootedAt === undefined) return;
  const pending = neededFeatures.filter((name) => state.features[name] === 'InstallPending');
  const reason =
    state.rebootInProgress === true
      ? 'servicing is in the middle of a restart'
      : pending.length > 0 && `still to be finished: ${pending.join(', ')}`;
  if (reason !== false) {
    session.worked += patience;
    throw new PhaseFailure('notSettled', `Windows has not settled since the restart: ${reason}.`);
  }
  const busy = isRunning(state, 'TrustedInstaller') || pendingRestart(state).length > 0;
  wait(session, 'Windows settled', Math.max(0, (busy ? grown : young) - upSeconds), patience);
}

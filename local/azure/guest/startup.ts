import type { NicFacts } from './contract';
import { decodePlan } from './parameters';
import { reportBoot, storedRun } from './phases/bootTask';
import { network } from './phases/network';
import { knownPhase } from './run';
import { PhaseFailure } from './session';
import type { Session } from './session';
import type { WindowsState } from './types';
import { startWindows } from './windows/boot';

/**
 * What a restart leaves: pending features are in, what was only active is gone, and startup tasks have run.
 * @param deallocated the machine was, and comes up on other hardware
 */
export function rebootWindows(
  before: WindowsState,
  now: number,
  nics: NicFacts[],
  random: () => number,
  deallocated = false,
): WindowsState {
  const state = startWindows(before, now, nics, deallocated);
  runStartupTask(state, random);
  return state;
}

/** A script that is not modelled does nothing here, nor does one with parameters that it would refuse. */
function runStartupTask(state: WindowsState, random: () => number): void {
  const stored = storedRun(state);
  if (!stored || knownPhase(stored.script) !== 'network') return;
  const plan = decodePlan(stored.encoded, 'network');
  if (!plan) return;
  const report = { changed: [], findings: [], checks: [], facts: {}, worked: 0 };
  const session: Session = {
    state,
    plan,
    random,
    internet: false,
    ...stored,
    atBoot: true,
    upSeconds: 0,
    ...report,
  };
  let failure: PhaseFailure | undefined;
  try {
    network(session);
  } catch (error) {
    if (!(error instanceof PhaseFailure)) throw error;
    failure = error;
  }
  reportBoot(session, failure);
}

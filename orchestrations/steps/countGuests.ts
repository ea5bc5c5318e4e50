import { failed } from '../../shared/azure/outcome';
import type { MachineFacts } from '../activities/guest';
import type { TeardownFacts } from '../activities/teardown';
import { converge } from './converge';
import { agentReady } from './ensured';
import { guestPhase } from './guest';
import { failureOf, StepFailed, throwIfCancelled, type Run, type Steps } from './run';

/** An agent that a VM which stays has answers within this many seconds, or is dead. */
export const agentPatience = 300;

/** Refuses while the VM has a guest in any state, or when guests cannot be counted. No VM means no guests. */
export function* refuseGuests(run: Run, { keepVirtualMachine }: TeardownFacts): Steps<void> {
  const found = yield* machineFound(run);
  if (!found.exists || (keepVirtualMachine && found.foreign)) return;
  const guests = yield* counted(run, keepVirtualMachine === true);
  if (guests === 0) return;
  throw new StepFailed(
    guests === undefined
      ? failed('fatal', 'GuestsUnknown', 'The guests could not be counted. Use force to go on.')
      : failed('fatal', 'GuestsPresent', `The host still has ${guests} guests. Remove them, or use force.`),
  );
}

export function* machineFound(run: Run): Steps<MachineFacts> {
  const { facts } = yield* converge<MachineFacts>(run, { name: 'findVirtualMachine', pace: 'quick' }, () =>
    run.activities.findVirtualMachine({ operation: run.operation }),
  );
  return facts ?? { exists: false };
}

/** Somebody may have deleted the VM since it was looked at. */
function* goneMeanwhile(run: Run): Steps<boolean> {
  try {
    return !(yield* machineFound(run)).exists;
  } catch {
    throwIfCancelled(run);
    return false;
  }
}

/** Where the VM stays its agent is asked for first: without one nothing can be taken away in Windows later. */
function* counted(run: Run, stays: boolean): Steps<number | undefined> {
  try {
    if (stays) yield* agentReady(run, agentPatience);
    const inventory = yield* guestPhase(run, 'inventory');
    return inventory.guests;
  } catch (error) {
    throwIfCancelled(run);
    if (yield* goneMeanwhile(run)) return 0;
    const { code, message } = failureOf(error);
    const remedy = stays
      ? 'Start the VM and its agent and try again, or use force: Windows is left as it is then.'
      : 'Use force to go on.';
    throw new StepFailed(
      failed('fatal', 'GuestsUnknown', `The guests could not be counted (${code}: ${message}) ${remedy}`),
    );
  }
}

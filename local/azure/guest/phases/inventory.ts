import { isRunning } from '../interfaces';
import { PhaseFailure } from '../session';
import type { Session } from '../session';

/** Guests in any state; fails where they cannot be counted. */
export function inventory({ state, facts }: Session): void {
  // Without the role, or with a role that still waits for its restart, no guest can exist.
  const hasHyperV = state.features['Hyper-V'] === 'Installed';
  if (hasHyperV && !isRunning(state, 'vmms')) {
    throw new PhaseFailure('cannotCount', 'The Virtual Machine Management service is not running.');
  }
  const guests = hasHyperV ? state.nestedVms : [];
  facts.count = guests.length;
  facts.guests = guests.map(({ name, state }) => ({ name, state }));
}

import { isRunning, macDigits } from '../interfaces';
import { PhaseFailure } from '../session';
import type { Session } from '../session';
import type { NestedVm, WindowsState } from '../types';

/** Guests in any state; fails where they cannot be counted. */
export function inventory({ state, facts }: Session): void {
  const guests = guestsOf(state);
  facts.count = guests.length;
  facts.guests = guests.map((guest) => ({ name: guest.name, state: guest.state, ...reached(guest, state) }));
}

export function guestsOf(state: WindowsState): NestedVm[] {
  // Without the role, or with a role that still waits for its restart, no guest can exist.
  const hasHyperV = state.features['Hyper-V'] === 'Installed';
  if (hasHyperV && !isRunning(state, 'vmms')) {
    throw new PhaseFailure('cannotCount', 'The Virtual Machine Management service is not running.');
  }
  return hasHyperV ? state.nestedVms : [];
}

/** What the guest says of its addresses while it runs, and what DHCP has leased to it. */
function reached({ state, address, mac }: NestedVm, host: WindowsState): object {
  const given = isRunning(host, 'DHCPServer') ? (host.dhcp.leases ?? []) : [];
  const leases = given
    .filter((lease) => mac !== undefined && macDigits(lease.mac) === macDigits(mac))
    .map((lease) => lease.address);
  return {
    ...(state === 'Running' && address !== undefined ? { addresses: [address] } : {}),
    ...(leases.length > 0 ? { leases } : {}),
  };
}

import type { WindowsState } from '../guest';
import { addressesOf, isRunning } from '../guest/interfaces';
import type { Adapter } from '../guest/types';
import { formatAddress, holds, parseAddress, parseRange } from '../ipv4';
import type { Vm } from './topology';

/** A guest as it is on the network. */
export interface GuestAddress {
  name: string;
  address: string;
  prefixLength: number;
  gateway?: string;
  dns: string[];
}

export interface GuestNetwork {
  adapter: Adapter;
  /** The host's address on it. */
  address: string;
  prefixLength: number;
}

/** The internal switch that guests are connected to: the first that has an adapter with an address in the host. */
export function guestNetwork(state: WindowsState): GuestNetwork | undefined {
  for (const adapter of state.adapters.filter(({ kind }) => kind === 'vEthernet')) {
    const [own] = addressesOf(state, adapter.index);
    if (own) return { adapter, address: own.address, prefixLength: own.prefixLength };
  }
  return undefined;
}

type Lease = Omit<GuestAddress, 'name'> | { problem: string };

function leaseAt(state: WindowsState, position: number): Lease {
  const network = guestNetwork(state);
  if (!network) return { problem: 'there is no switch with an address for guests' };
  const range = parseRange(`${network.address}/${network.prefixLength}`);
  const scope = range && state.dhcp.scopes[formatAddress(range.first)];
  if (!isRunning(state, 'DHCPServer')) return { problem: 'the DHCP server is not running' };
  if (state.dhcp.bindings[network.adapter.alias] !== true) {
    return { problem: `DHCP does not serve ${network.adapter.alias}` };
  }
  if (!scope || scope.state !== 'Active') {
    return { problem: `DHCP has no active scope for ${network.address}/${network.prefixLength}` };
  }
  const first = parseAddress(scope.start);
  const last = parseAddress(scope.end);
  if (first === undefined || last === undefined || first + position > last) {
    return { problem: 'DHCP has no address left' };
  }
  if (!holds(range, first + position)) return { problem: 'DHCP hands out addresses of another network' };
  const [gateway] = scope.router;
  return {
    address: formatAddress(first + position),
    prefixLength: network.prefixLength,
    dns: scope.dns,
    ...(gateway === undefined ? {} : { gateway }),
  };
}

/**
 * The running guests with the addresses they have or would be leased; where none runs, one that would start now.
 * `problem` says why a guest gets no address.
 */
export function guestsOf({ guest: state }: Pick<Vm, 'guest'>): { guests: GuestAddress[]; problem?: string } {
  if (!state) return { guests: [], problem: 'it runs no Windows with guests' };
  const running = state.nestedVms.filter((one) => one.state === 'Running');
  const wanted = running.length > 0 ? running : [{ name: 'a new guest' }];
  const guests: GuestAddress[] = [];
  let leased = 0;
  let problem: string | undefined;
  for (const { name, address } of wanted.map((one) => ({ address: undefined, ...one }))) {
    const lease = leaseAt(state, leased);
    if (address !== undefined) guests.push(manual(name, address, state));
    else if ('problem' in lease) problem ??= lease.problem;
    else {
      leased += 1;
      guests.push({ name, ...lease });
    }
  }
  return { guests, ...(problem === undefined ? {} : { problem }) };
}

/** Configured by hand, presumably with the host as gateway. */
function manual(name: string, address: string, state: WindowsState): GuestAddress {
  const network = guestNetwork(state);
  return {
    name,
    address,
    prefixLength: network?.prefixLength ?? 32,
    dns: Object.values(state.dhcp.scopes).flatMap(({ dns }) => dns),
    ...(network ? { gateway: network.address } : {}),
  };
}

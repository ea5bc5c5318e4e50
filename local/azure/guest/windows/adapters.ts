import { formatAddress, parseRange } from '../../ipv4';
import { hex } from '../../random';
import type { NicFacts } from '../contract';
import { macDigits } from '../interfaces';
import type { Adapter, WindowsState } from '../types';

/** The adapters of a machine: those that Azure plugs in, and those that its own switches have in it. */

const synthetic = 'Microsoft Hyper-V Network Adapter';
const virtualFunction = 'Mellanox ConnectX-4 Lx Virtual Ethernet Adapter';

/** Never one of an adapter that is gone: what it left would be the new one's. */
export function freeIndex({ adapters, addresses, routes }: WindowsState): number {
  return Math.max(2, ...[...adapters, ...addresses, ...routes].map(({ index }) => index)) + 3;
}

/** MAC of an adapter that the hypervisor makes up itself. */
export function hypervisorMac(random: () => number): string {
  const tail = hex(random, 6).toUpperCase();
  return `00-15-5D-${tail.slice(0, 2)}-${tail.slice(2, 4)}-${tail.slice(4)}`;
}

/** Known again by their MAC, with addresses from Azure's DHCP. What belonged to adapters that are gone goes too. */
export function plugIn(state: WindowsState, nics: NicFacts[]): void {
  const macs = new Set(nics.map(({ mac }) => macDigits(mac)));
  state.adapters = state.adapters.filter(({ kind, mac }) => kind === 'vEthernet' || macs.has(macDigits(mac)));
  state.routes = state.routes.filter(({ dhcp }) => dhcp !== true);
  for (const nic of nics) {
    const adapter = ensureAdapter(state, nic, 'synthetic', synthetic);
    if (nic.acceleratedNetworking === true) ensureAdapter(state, nic, 'vf', virtualFunction);
    state.addresses = state.addresses.filter(({ index }) => index !== adapter.index);
    lease(state, nic, adapter);
  }
  dropOrphans(state);
}

function lease(state: WindowsState, nic: NicFacts, { index }: Adapter): void {
  const prefixLength = nic.prefixLength ?? 24;
  const range = parseRange(`${nic.address}/${prefixLength}`);
  if (!range) return;
  state.addresses.push({ index, address: nic.address, prefixLength, origin: 'Dhcp' });
  // Azure gives the default gateway to the primary interface only.
  if (!nic.primary) return;
  const nextHop = formatAddress(range.first + 1);
  state.routes.unshift({ prefix: '0.0.0.0/0', nextHop, index, metric: 0, persistent: false, dhcp: true });
}

/** What hardware that is not the same as before makes of the adapters; Windows goes on counting their names. */
export function changeHardware(state: WindowsState): void {
  const change = state.quirks?.adaptersAfterDeallocation;
  if (change === undefined) return;
  const nics = state.adapters.filter(({ kind }) => kind !== 'vEthernet');
  const [first, ...others] = nics;
  if (change === 'renamed' && first) {
    // Each gets the name of the one before it: whoever goes by names takes NIC 2 for NIC 1.
    let free = first.alias;
    first.alias = nextAlias(state);
    for (const adapter of others) [adapter.alias, free] = [free, adapter.alias];
    return;
  }
  if (change === 'reordered') {
    // Found in the other order and numbered anew: NIC 2 has the name that NIC 1 had, and twins come first.
    const names = nics.map(({ alias }) => alias);
    state.adapters = state.adapters.filter((adapter) => !nics.includes(adapter));
    for (const [position, old] of nics.toReversed().entries()) {
      const alias = names[position] ?? old.alias;
      state.adapters.push({ ...old, index: freeIndex(state), alias, forwarding: false });
    }
    return;
  }
  for (const old of nics) {
    state.adapters.push({ ...old, index: freeIndex(state), alias: nextAlias(state), forwarding: false });
  }
  state.adapters = state.adapters.filter((adapter) => !nics.includes(adapter));
}

function nextAlias({ adapters }: WindowsState): string {
  const taken = new Set(adapters.map(({ alias }) => alias));
  for (let number = 1; ; number++) {
    const alias = number === 1 ? 'Ethernet' : `Ethernet ${number}`;
    if (!taken.has(alias)) return alias;
  }
}

function ensureAdapter(
  state: WindowsState,
  nic: NicFacts,
  kind: Adapter['kind'],
  description: string,
): Adapter {
  const known = state.adapters.find(
    (adapter) => adapter.kind === kind && macDigits(adapter.mac) === macDigits(nic.mac),
  );
  if (known) return known;
  const same = state.adapters.filter((other) => other.description.startsWith(description)).length;
  const adapter: Adapter = {
    index: freeIndex(state),
    alias: nextAlias(state),
    description: same === 0 ? description : `${description} #${same + 1}`,
    mac: nic.mac,
    kind,
    forwarding: false,
  };
  state.adapters.push(adapter);
  return adapter;
}

/** Addresses and bindings of adapters that are no longer there; routes stay in the persistent store, without use. */
function dropOrphans(state: WindowsState): void {
  const indexes = new Set(state.adapters.map(({ index }) => index));
  const aliases = new Set(state.adapters.map(({ alias }) => alias));
  state.addresses = state.addresses.filter(({ index }) => indexes.has(index));
  for (const alias of Object.keys(state.dhcp.bindings)) {
    if (!aliases.has(alias)) delete state.dhcp.bindings[alias];
  }
}

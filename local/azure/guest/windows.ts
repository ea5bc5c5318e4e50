import { formatAddress, parseRange } from '../ipv4';
import { hex } from '../random';
import { macDigits } from './interfaces';
import type { NicFacts } from './contract';
import type { Adapter, Service, WindowsState } from './types';

/** A Windows Server as it comes up: for the first time from its image, later as it was shut down. */

const synthetic = 'Microsoft Hyper-V Network Adapter';
const virtualFunction = 'Mellanox ConnectX-4 Lx Virtual Ethernet Adapter';

export function instant(epochMs: number): string {
  return new Date(Math.floor(epochMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

function osOf(imageSku: string): string {
  const year = /20(16|19|22|25)/.exec(imageSku)?.[0] ?? '2022';
  return `Microsoft Windows Server ${year} Datacenter${imageSku.includes('azure-edition') ? ' Azure Edition' : ''}`;
}

export function createWindows(args: {
  computerName: string;
  imageSku: string;
  nics: NicFacts[];
  now: number;
  random: () => number;
}): WindowsState {
  const state: WindowsState = {
    computerName: args.computerName,
    os: osOf(args.imageSku),
    bootTime: instant(args.now),
    features: {
      'Hyper-V': 'Available',
      'Hyper-V-PowerShell': 'Available',
      DHCP: 'Available',
      'RSAT-DHCP': 'Available',
      Routing: 'Available',
      'RSAT-RemoteAccess-PowerShell': 'Available',
    },
    rebootPending: false,
    adapters: [],
    switches: [],
    addresses: [],
    routes: [],
    services: { WindowsAzureGuestAgent: { status: 'Running', startType: 'Automatic' } },
    rras: { routing: 'Uninstalled', interfaces: [] },
    nat: { installed: false, interfaces: {} },
    netNats: [],
    dhcp: { securityGroups: false, bindings: {}, scopes: {} },
    nestedVms: [],
    files: {},
  };
  plugNics(state, args.nics);
  return state;
}

/** What a restart, or a start after deallocation, leaves: pending features are in, what was only active is gone. */
export function rebootWindows(
  before: WindowsState,
  now: number,
  nics: NicFacts[],
  _random: () => number,
): WindowsState {
  const state = structuredClone(before);
  state.bootTime = instant(now);
  for (const [name, value] of Object.entries(state.features)) {
    if (value === 'InstallPending') state.features[name] = 'Installed';
  }
  state.rebootPending = false;
  if (state.features['Hyper-V'] === 'Installed') {
    state.services.vmms ??= automatic();
    state.services.vmcompute ??= automatic();
  }
  for (const service of Object.values(state.services)) {
    service.status = service.startType === 'Automatic' ? 'Running' : 'Stopped';
  }
  state.routes = state.routes.filter(({ persistent }) => persistent);
  plugNics(state, nics);
  dropOrphans(state);
  if (state.services.RemoteAccess?.status === 'Running') listRouterInterfaces(state);
  return state;
}

export function automatic(): Service {
  return { status: 'Running', startType: 'Automatic' };
}

/** RRAS sees the interfaces that are there when it starts. */
export function listRouterInterfaces(state: WindowsState): void {
  state.rras.interfaces = state.adapters.filter(({ kind }) => kind !== 'vf').map(({ alias }) => alias);
}

export function freeIndex(state: WindowsState): number {
  return Math.max(2, ...state.adapters.map(({ index }) => index)) + 3;
}

/** MAC of an adapter that the hypervisor makes up itself. */
export function hypervisorMac(random: () => number): string {
  const tail = hex(random, 6).toUpperCase();
  return `00-15-5D-${tail.slice(0, 2)}-${tail.slice(2, 4)}-${tail.slice(4)}`;
}

function nextAlias(state: WindowsState): string {
  const taken = new Set(state.adapters.map(({ alias }) => alias));
  for (let number = 1; ; number++) {
    const alias = number === 1 ? 'Ethernet' : `Ethernet ${number}`;
    if (!taken.has(alias)) return alias;
  }
}

/** The adapters that Azure plugs in: known again by their MAC, addresses from Azure's DHCP. */
function plugNics(state: WindowsState, nics: NicFacts[]): void {
  const macs = new Set(nics.map(({ mac }) => macDigits(mac)));
  state.adapters = state.adapters.filter(({ kind, mac }) => kind === 'vEthernet' || macs.has(macDigits(mac)));
  for (const nic of nics) {
    const adapter = ensureAdapter(state, nic, 'synthetic', synthetic);
    if (nic.acceleratedNetworking === true) ensureAdapter(state, nic, 'vf', virtualFunction);
    state.addresses = state.addresses.filter(({ index }) => index !== adapter.index);
    const prefixLength = nic.prefixLength ?? 24;
    const range = parseRange(`${nic.address}/${prefixLength}`);
    if (!range) continue;
    state.addresses.push({ index: adapter.index, address: nic.address, prefixLength, origin: 'Dhcp' });
    // Azure gives the default gateway to the primary interface only.
    if (nic.primary) {
      const nextHop = formatAddress(range.first + 1);
      state.routes = state.routes.filter(({ dhcp }) => dhcp !== true);
      state.routes.unshift({
        prefix: '0.0.0.0/0',
        nextHop,
        index: adapter.index,
        metric: 0,
        persistent: false,
        dhcp: true,
      });
    }
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

/** Addresses, active routes and bindings of adapters that are no longer there. */
function dropOrphans(state: WindowsState): void {
  const indexes = new Set(state.adapters.map(({ index }) => index));
  const aliases = new Set(state.adapters.map(({ alias }) => alias));
  state.addresses = state.addresses.filter(({ index }) => indexes.has(index));
  state.routes = state.routes.filter(({ index }) => indexes.has(index));
  for (const alias of Object.keys(state.dhcp.bindings)) {
    if (!aliases.has(alias)) delete state.dhcp.bindings[alias];
  }
}

import { holds, parseAddress, parseRange } from '../ipv4';
import type { Adapter, InterfaceAddress, Route, WindowsState } from './types';

/** What Windows would do with a packet: interfaces, addresses and the routing table of one machine. */

export function macDigits(mac: string): string {
  return mac.replace(/[^0-9a-f]/gi, '').toUpperCase();
}

export function addressesOf(state: WindowsState, index: number): InterfaceAddress[] {
  return state.addresses.filter((address) => address.index === index);
}

export function adapterAt(state: WindowsState, index: number): Adapter | undefined {
  return state.adapters.find((adapter) => adapter.index === index);
}

/** The adapter a switch has in its host. */
export function switchAdapter(state: WindowsState, switchName: string): Adapter | undefined {
  const alias = switchAlias(switchName);
  if (!state.switches.some(({ name, type }) => name === switchName && type !== 'Private')) return undefined;
  return state.adapters.find((adapter) => adapter.kind === 'vEthernet' && adapter.alias === alias);
}

export function switchAlias(switchName: string): string {
  return `vEthernet (${switchName})`;
}

export function isRunning(state: WindowsState, service: string): boolean {
  return state.services[service]?.status === 'Running';
}

/** Next hop of what is on the link itself. */
export const onLink = '0.0.0.0';

export interface ChosenRoute {
  prefix: string;
  /** Absent: the destination is on the link itself. */
  nextHop?: string;
  adapter: Adapter;
  metric: number;
}

/** Whether packets go this way now: it is in the active store, and what keeps it there is. */
export function isActive(state: WindowsState, { index, inactive, persistent, router }: Route): boolean {
  const runs = state.rras.routing === 'Installed' && isRunning(state, 'RemoteAccess');
  const kept = router !== true || persistent || runs;
  return kept && inactive !== true && addressesOf(state, index).length > 0;
}

/** All active routes: one on the link for every address, and those in the table. */
export function routingTable(state: WindowsState): ChosenRoute[] {
  const links = state.addresses.flatMap(({ index, address, prefixLength }) => {
    const adapter = adapterAt(state, index);
    return adapter ? [{ prefix: `${address}/${prefixLength}`, adapter, metric: 256 }] : [];
  });
  const listed = state.routes.flatMap((route: Route) => {
    const adapter = adapterAt(state, route.index);
    if (!adapter || !isActive(state, route)) return [];
    const { prefix, nextHop, metric } = route;
    return [{ prefix, ...(nextHop === onLink ? {} : { nextHop }), adapter, metric }];
  });
  return [...links, ...listed];
}

/** The longest prefix that holds the destination; of equal ones the smallest metric. */
export function chooseRoute(state: WindowsState, destination: string): ChosenRoute | undefined {
  const target = parseAddress(destination);
  if (target === undefined) return undefined;
  const fitting = routingTable(state).flatMap((route) => {
    const range = parseRange(route.prefix);
    return range && holds(range, target) ? [{ route, length: range.length }] : [];
  });
  fitting.sort((a, b) => b.length - a.length || a.route.metric - b.route.metric);
  return fitting[0]?.route;
}

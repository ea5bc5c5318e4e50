import { isRunning } from '../interfaces';
import type { NatMode, RouterFilter, WindowsState } from '../types';

/** RRAS: the role's configuration, its interface list, its NAT. */

/** It lists the interfaces that are there when it starts; those that came late may need more than that. */
export function routerStarts(state: WindowsState): void {
  if (state.rras.routing === 'Installed') list(state, state.quirks?.ignoresLateAdapters === true);
}

function list({ rras, adapters }: WindowsState, onlyKnown: boolean): void {
  const present = adapters.filter(({ kind }) => kind !== 'vf').map(({ alias }) => alias);
  rras.interfaces = onlyKnown ? present.filter((alias) => rras.interfaces.includes(alias)) : present;
}

/** Install-RemoteAccess -VpnType RoutingOnly. */
export function configureRouter(state: WindowsState): void {
  state.rras.routing = 'Installed';
  state.services.RemoteAccess = { status: 'Running', startType: 'Automatic' };
  list(state, false);
}

/** Uninstall-RemoteAccess: takes NAT along. */
export function unconfigureRouter(state: WindowsState): void {
  state.rras.routing = 'Uninstalled';
  state.rras.interfaces = [];
  delete state.rras.filters;
  delete state.rras.filterLists;
  state.nat = { installed: false, interfaces: {} };
  state.services.RemoteAccess = { status: 'Stopped', startType: 'Disabled' };
}

/** Whether `netsh routing` answers. */
export function routerAnswers(state: WindowsState): boolean {
  return state.rras.routing === 'Installed' && isRunning(state, 'RemoteAccess');
}

/** `netsh routing ip nat dump`. */
export function natInterfaces(state: WindowsState): Record<string, NatMode> {
  return routerAnswers(state) && state.nat.installed ? state.nat.interfaces : {};
}

/** `netsh routing ip nat install`, then add or set: nothing happens with an interface that RRAS does not list. */
export function makeNatInterface(state: WindowsState, alias: string, mode: NatMode): void {
  if (!routerAnswers(state)) return;
  if (!state.nat.installed) state.nat = { installed: true, interfaces: {} };
  if (state.rras.interfaces.includes(alias)) state.nat.interfaces[alias] = mode;
}

/** `netsh routing ip nat delete interface`. */
export function dropNatInterface({ nat }: WindowsState, alias: string): void {
  const { [alias]: _, ...others } = nat.interfaces;
  nat.interfaces = others;
}

/** Input filters of an adapter, as `netsh routing ip dump` shows them. */
export function filtersOf(state: WindowsState, alias: string): RouterFilter[] {
  return routerAnswers(state) ? (state.rras.filters?.[alias] ?? []) : [];
}

/** `netsh routing ip add filter`: nothing happens with an interface that RRAS does not list. */
export function addFilter(state: WindowsState, alias: string, filter: RouterFilter): void {
  if (!routerAnswers(state) || !state.rras.interfaces.includes(alias)) return;
  state.rras.filters = { ...state.rras.filters, [alias]: [...filtersOf(state, alias), filter] };
}

export function isSameFilter(one: RouterFilter, other: RouterFilter): boolean {
  return (['source', 'destination', 'protocol', 'port'] as const).every((key) => one[key] === other[key]);
}

/** `netsh routing ip delete filter`. */
export function dropFilter(state: WindowsState, alias: string, filter: RouterFilter): void {
  const left = filtersOf(state, alias).filter((one) => !isSameFilter(one, filter));
  state.rras.filters = { ...state.rras.filters, [alias]: left };
}

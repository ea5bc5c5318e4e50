import type { WindowsState } from '../../../../local/azure/guest';
import type { Route } from '../../../../local/azure/guest/types';
import type { GuestResult } from '../../../../shared/guest';

/** One thing that is not as planned on a finished host. */
export interface Defect {
  name: string;
  damage: (state: WindowsState) => void;
  /** Check of verify -> what it says, item and all; every other check passes. */
  named: Record<string, string>;
  /** Undefined: network repairs it. Otherwise it is reported with this code and left alone. */
  refused?: string;
  /** Nothing in Windows mends it, and network does not look at it. */
  beyond?: true;
}

/** What a result names, in the form of `Defect.named`. */
export function faultsOf({ checks }: GuestResult): Record<string, string> {
  return Object.fromEntries(
    checks.flatMap(({ name, ok, detail = '' }) => (ok ? [] : [[name, detail] as const])),
  );
}

export const at = (state: WindowsState, alias: string) => {
  const adapter = state.adapters.find((one) => one.alias === alias);
  if (!adapter) throw new Error(alias);
  return adapter;
};
export const routeTo = (state: WindowsState, prefix: string) => {
  const route = state.routes.find((one) => one.prefix === prefix);
  if (!route) throw new Error(prefix);
  return route;
};
/** Changes what the scripts remember. */
export const remember = (state: WindowsState, memory: object) => {
  const file = 'C:\\ProgramData\\nested-hosts\\state.json';
  const old = JSON.parse(state.files[file] ?? '{}') as object;
  state.files[file] = JSON.stringify({ ...old, ...memory });
};
export const vEthernet = 'vEthernet (NestedSwitch)';
export const scope = (state: WindowsState) => {
  const found = state.dhcp.scopes['10.0.2.0'];
  if (!found) throw new Error('no scope');
  return found;
};
export const stop = (name: string) => (state: WindowsState) => {
  state.services[name] = { status: 'Stopped', startType: 'Automatic' };
};

type Wish = Omit<Route, 'index' | 'metric' | 'persistent'> & Partial<Route>;

/** Puts routes on an adapter, as somebody with `route -p add` would. */
export const put =
  (alias: string, ...routes: Wish[]) =>
  (state: WindowsState) => {
    const { index } = at(state, alias);
    state.routes.push(...routes.map((wish) => ({ index, metric: 1, persistent: true, ...wish })));
  };

export const nic1 = 'Ethernet';
export const nic2 = 'Ethernet 2';

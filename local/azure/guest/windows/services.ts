import { addressesOf } from '../interfaces';
import type { Service, WindowsState } from '../types';
import { routerStarts } from './router';

/** Services, and what the roles behind them do when they start. */

const atStart: Record<string, (state: WindowsState) => void> = {
  RemoteAccess: routerStarts,
  DHCPServer: offerBindings,
};

export function automatic(): Service {
  return { status: 'Running', startType: 'Automatic' };
}

/** Start-Service, or Restart-Service of one that runs. */
export function startService(state: WindowsState, name: string): void {
  const service = (state.services[name] ??= { status: 'Stopped', startType: 'Manual' });
  service.status = 'Running';
  atStart[name]?.(state);
}

/** Windows has started: what starts by itself runs, nothing else does. */
export function startServices(state: WindowsState): void {
  for (const [name, service] of Object.entries(state.services)) {
    service.status = 'Stopped';
    if (service.startType === 'Automatic') startService(state, name);
  }
}

/** The DHCP server offers to serve adapters with a static address, and no others; without any it says so. */
function offerBindings(state: WindowsState): void {
  delete state.dhcp.silent;
  const known = new Set(state.adapters.map(({ index }) => index));
  const served = state.addresses.some(({ index, origin }) => origin === 'Manual' && known.has(index));
  if (!served) state.dhcp.silent = true;
  for (const adapter of state.adapters) {
    const isStatic = addressesOf(state, adapter.index).some(({ origin }) => origin === 'Manual');
    if (isStatic) state.dhcp.bindings[adapter.alias] ??= false;
  }
}

import { isRunning } from '../interfaces';
import {
  PhaseFailure,
  changeService,
  claim,
  mayInterrupt,
  readMemory,
  remember,
  requestRestart,
  wait,
} from '../session';
import type { Session } from '../session';
import type { Adapter, WindowsState } from '../types';
import {
  configureRouter,
  dropNatInterface,
  makeNatInterface,
  natInterfaces,
  unconfigureRouter,
} from '../windows/router';
import { startService } from '../windows/services';

/** How long the script waits for RRAS, in seconds. */
const patience = 180;

/** RRAS lists the interfaces that are there when it starts: a late one needs a restart of the service. */
export function ensureRouter(session: Session, late: boolean): void {
  const { state } = session;
  if (state.rras.initialAddressPoolSize !== 0) {
    state.rras.initialAddressPoolSize = 0;
    session.changed.push('addressPool');
  }
  if (state.rras.routing !== 'Installed') {
    mayInterrupt(session, 'RRAS is not configured for routing');
    requestRestart(session);
    claim(state, 'rras');
    install(session);
    session.changed.push('rras');
  } else if (late || (readMemory(state).routerStale && isRunning(state, 'RemoteAccess'))) {
    mayInterrupt(session, 'the switch is newer, and RemoteAccess would be restarted');
    startService(state, 'RemoteAccess');
    session.changed.push('rras');
  }
  if (!isRunning(state, 'RemoteAccess') || state.services.RemoteAccess?.startType !== 'Automatic') {
    mayInterrupt(session, 'RemoteAccess does not run, or not by itself');
  }
  changeService(session, 'RemoteAccess');
  if (readMemory(state).routerStale) remember(state, { routerStale: false });
}

function install(session: Session): void {
  configureRouter(session.state);
  wait(session, 'RRAS configured', session.state.quirks?.routerSettlesAfterSeconds ?? 0, patience);
}

/** NAT on NIC 1 alone. Where RRAS does not take it, the service is restarted; where it still does not, configured anew. */
export function ensureNat(session: Session, nic1: Adapter, nic2: Adapter): void {
  const { state, changed } = session;
  const isFull = (): boolean => natInterfaces(state)[nic1.alias] === 'full';
  const gone = goneNat(state);
  for (const alias of Object.keys(natInterfaces(state))) {
    if (alias !== nic2.alias && !gone.includes(alias)) continue;
    if (alias === nic2.alias) mayInterrupt(session, 'NIC 2 is a NAT interface');
    dropNatInterface(state, alias);
    changed.push(alias === nic2.alias ? 'nat:nic2' : 'nat:gone');
  }
  if (isFull()) return;
  mayInterrupt(session, 'NIC 1 is not a full NAT interface');
  requestRestart(session);
  claim(state, 'nat');
  for (const prepare of [undefined, restart, anew]) {
    prepare?.(session);
    makeNatInterface(state, nic1.alias, 'full');
    if (isFull()) {
      changed.push('nat:nic1');
      return;
    }
  }
  throw new PhaseFailure('natFailed', `RRAS does not take ${nic1.alias} as NAT interface.`);
}

/** NAT interfaces of adapters that are gone. A name that went to the twin of a NIC is as good as gone. */
export function goneNat(state: WindowsState): string[] {
  const others = state.adapters.filter(({ kind }) => kind !== 'vf');
  const present = new Set(others.map(({ alias }) => alias));
  return Object.keys(natInterfaces(state)).filter((alias) => !present.has(alias));
}

function restart({ state }: Session): void {
  startService(state, 'RemoteAccess');
}

/** RRAS lists what is there when it is configured; its NAT and filters are gone. */
export function anew(session: Session): void {
  unconfigureRouter(session.state);
  install(session);
  if (!isRunning(session.state, 'RemoteAccess')) startService(session.state, 'RemoteAccess');
}

export function ensureForwarding(session: Session, adapters: Record<string, Adapter>): void {
  for (const [label, adapter] of Object.entries(adapters)) {
    if (adapter.forwarding) continue;
    claim(session.state, `forwarding:${label}`);
    adapter.forwarding = true;
    session.changed.push(`forwarding:${label}`);
  }
}

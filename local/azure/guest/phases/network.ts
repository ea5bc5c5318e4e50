import { formatAddress, overlaps, parseRange } from '../../ipv4';
import { addressesOf, isRunning, switchAdapter, switchAlias } from '../interfaces';
import type { Plan } from '../parameters';
import { PhaseFailure, findNic, missingFeatures, requestRestart } from '../session';
import type { Session } from '../session';
import type { Adapter } from '../types';
import { automatic, freeIndex, hypervisorMac, listRouterInterfaces } from '../windows';
import { dhcp } from './dhcp';
import { routes } from './routes';

/** Brings switch, address, RRAS, NAT, forwarding, routes and DHCP to what is wanted, each only if it differs. */
export function network(session: Session): void {
  const { plan, state } = session;
  assertReady(session);
  const nic1 = findNic(session, 'NIC 1', plan.nic1);
  const nic2 = findNic(session, 'NIC 2', plan.nic2);
  assertDefaultRoute(session, nic1);
  assertNoForeignNat(session);
  const before = session.changed.length;
  ensureSwitch(session);
  const vEthernet = switchAdapter(state, plan.switchName);
  if (!vEthernet) {
    throw new PhaseFailure('timeout', `the adapter of switch ${plan.switchName} did not happen within 90 s.`);
  }
  ensureAddress(session, vEthernet);
  const late = session.changed.length > before;
  ensureRouter(session, late);
  ensureNat(session, nic1, nic2);
  ensureForwarding(session, { nic1, nic2, vEthernet });
  routes(session, { 1: nic1, 2: nic2 });
  dhcp(session, vEthernet, late);
  Object.assign(session.facts, { nic1: nic1.alias, nic2: nic2.alias, vEthernet: vEthernet.alias });
  if (session.changed.length > before) session.worked += 25;
}

function assertReady({ state }: Session): void {
  const pending = missingFeatures(state);
  if (pending.length > 0) {
    throw new PhaseFailure(
      'featuresNotReady',
      `Not installed, or waiting for a restart: ${pending.join(', ')}.`,
    );
  }
  for (const service of ['vmms', 'vmcompute']) {
    if (!isRunning(state, service)) {
      throw new PhaseFailure('timeout', `service ${service} did not happen within 300 s.`);
    }
  }
}

function assertDefaultRoute({ state }: Session, nic1: Adapter): void {
  const defaults = state.routes.filter(({ prefix }) => prefix === '0.0.0.0/0');
  if (defaults.length === 0 || defaults.some(({ index }) => index !== nic1.index)) {
    throw new PhaseFailure(
      'defaultRoute',
      'The default route is not on NIC 1 alone; NIC 1 must be the primary NIC.',
    );
  }
}

export function translatesGuests(internalPrefix: string, plan: Plan): boolean {
  const internal = parseRange(internalPrefix);
  const ghosted = parseRange(plan.ghosted.prefix);
  return !internal || !ghosted || overlaps(internal, ghosted);
}

function assertNoForeignNat({ state, plan }: Session): void {
  const nat = state.netNats.find(({ internalPrefix }) => translatesGuests(internalPrefix, plan));
  if (!nat) return;
  throw new PhaseFailure(
    'foreignNetNat',
    `NetNat '${nat.name}' (${nat.internalPrefix}) would translate guests; remove it.`,
  );
}

function ensureSwitch(session: Session): void {
  const { state, plan } = session;
  const present = state.switches.find(({ name }) => name === plan.switchName);
  if (present && present.type !== 'Internal') {
    throw new PhaseFailure(
      'switchType',
      `Switch ${plan.switchName} is ${present.type}, not Internal; it is left as it is.`,
    );
  }
  if (present) return;
  requestRestart(session);
  state.switches.push({ name: plan.switchName, type: 'Internal' });
  const alias = switchAlias(plan.switchName);
  state.adapters = state.adapters.filter((adapter) => adapter.alias !== alias);
  state.adapters.push({
    index: freeIndex(state),
    alias,
    description: 'Hyper-V Virtual Ethernet Adapter',
    mac: hypervisorMac(session.random),
    kind: 'vEthernet',
    forwarding: false,
  });
  session.changed.push('switch');
}

function ensureAddress(session: Session, { index }: Adapter): void {
  const { state, plan } = session;
  const prefixLength = parseRange(plan.ghosted.prefix)?.length ?? 0;
  const present = addressesOf(state, index);
  const [only] = present;
  const good =
    only?.address === plan.ghosted.gateway && only.prefixLength === prefixLength && only.origin === 'Manual';
  if (present.length === 1 && good) return;
  state.addresses = state.addresses.filter((address) => address.index !== index);
  state.addresses.push({ index, address: plan.ghosted.gateway, prefixLength, origin: 'Manual' });
  session.changed.push('address');
}

/** RRAS lists the interfaces that are there when it starts: a late one needs a restart of the service. */
function ensureRouter(session: Session, late: boolean): void {
  const { state } = session;
  if (state.rras.initialAddressPoolSize !== 0) {
    state.rras.initialAddressPoolSize = 0;
    session.changed.push('addressPool');
  }
  if (state.rras.routing !== 'Installed') {
    requestRestart(session);
    state.rras.routing = 'Installed';
    state.services.RemoteAccess = automatic();
    listRouterInterfaces(state);
    session.changed.push('rras');
  } else if (late) {
    listRouterInterfaces(state);
    session.changed.push('rras');
    if (state.services.RemoteAccess) state.services.RemoteAccess.status = 'Running';
  }
  ensureService(session, 'RemoteAccess', () => listRouterInterfaces(state));
}

export function ensureService(session: Session, name: string, started: () => void = () => undefined): void {
  const service = (session.state.services[name] ??= { status: 'Stopped', startType: 'Manual' });
  if (service.startType !== 'Automatic') {
    service.startType = 'Automatic';
    session.changed.push(`service:${name}`);
  }
  if (service.status !== 'Running') {
    service.status = 'Running';
    session.changed.push(`service:${name}`);
    started();
  }
}

function ensureNat(session: Session, nic1: Adapter, nic2: Adapter): void {
  const { nat, rras } = session.state;
  if (nic2.alias in nat.interfaces) {
    delete nat.interfaces[nic2.alias];
    session.changed.push('nat:nic2');
  }
  if (nat.installed && nat.interfaces[nic1.alias] === 'full') return;
  requestRestart(session);
  if (!rras.interfaces.includes(nic1.alias)) listRouterInterfaces(session.state);
  nat.installed = true;
  nat.interfaces[nic1.alias] = 'full';
  session.changed.push('nat:nic1');
}

function ensureForwarding(session: Session, adapters: Record<string, Adapter>): void {
  for (const [label, adapter] of Object.entries(adapters)) {
    if (adapter.forwarding) continue;
    adapter.forwarding = true;
    session.changed.push(`forwarding:${label}`);
  }
}

/** Dotted mask of a prefix. */
export function maskOf(prefix: string): string {
  const length = parseRange(prefix)?.length ?? 0;
  return formatAddress(2 ** 32 - 2 ** (32 - length));
}

/** Network address of a prefix, which is a scope's id. */
export function networkOf(prefix: string): string {
  return prefix.split('/')[0] ?? '';
}

import { formatAddress, overlaps, parseRange } from '../../ipv4';
import { addressesOf, isActive, isRunning, switchAdapter } from '../interfaces';
import type { Plan } from '../parameters';
import { PhaseFailure, claim, findNic, mayInterrupt, missingFeatures, requestRestart } from '../session';
import type { Session } from '../session';
import type { Adapter, WindowsState } from '../types';
import { makeSwitch } from '../windows/hyperV';
import { leaveBootTask } from './bootTask';
import { ensureDataDisk } from './dataDisk';
import { dhcp } from './dhcp';
import { ensureFilters } from './protect';
import { ensureForwarding, ensureNat, ensureRouter } from './router';
import { routes } from './routes';
import { settle } from './settle';

/** Brings switch, address, RRAS, NAT, filters, forwarding, routes and DHCP to what is wanted, each only if it differs. */
export function network(session: Session): void {
  const { plan, state } = session;
  settle(session);
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
  ensureFilters(session, vEthernet, nic1, nic2);
  ensureForwarding(session, { nic1, nic2, vEthernet });
  routes(session, { nic1, nic2, vEthernet });
  dhcp(session, vEthernet, late);
  ensureDataDisk(session);
  leaveBootTask(session);
  Object.assign(session.facts, { nic1: nic1.alias, nic2: nic2.alias, vEthernet: vEthernet.alias });
  if (session.changed.length > before) session.worked += 25;
  const [finding] = session.findings;
  if (finding) throw finding;
}

function assertReady({ state }: Session): void {
  const pending = missingFeatures(state);
  if (pending.length > 0) {
    throw new PhaseFailure(
      'featuresNotReady',
      `Not installed, or waiting for a restart: ${pending.join(', ')}.`,
    );
  }
  assertServices(state);
}

export function assertServices(state: WindowsState): void {
  for (const service of ['vmms', 'vmcompute']) {
    if (!isRunning(state, service)) {
      throw new PhaseFailure('timeout', `service ${service} did not happen within 300 s.`);
    }
  }
}

function assertDefaultRoute({ state }: Session, nic1: Adapter): void {
  const defaults = state.routes.filter((route) => route.prefix === '0.0.0.0/0' && isActive(state, route));
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
  mayInterrupt(session, `There is no switch ${plan.switchName}`);
  requestRestart(session);
  claim(state, `switch:${plan.switchName}`);
  makeSwitch(state, plan.switchName, session.random);
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
  mayInterrupt(session, 'The switch does not have its address alone');
  claim(state, `address:${plan.ghosted.gateway}`);
  state.addresses = state.addresses.filter((address) => address.index !== index);
  state.addresses.push({ index, address: plan.ghosted.gateway, prefixLength, origin: 'Manual' });
  session.changed.push('address');
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

import { PhaseFailure, changeService, claim, readMemory, remember } from '../session';
import type { Session } from '../session';
import { isRunning } from '../interfaces';
import type { Adapter, DhcpScope } from '../types';
import { startService } from '../windows/services';
import { maskOf, networkOf } from './network';

export const leaseHours = 24;

/** DHCP for guests: served on the switch's adapter alone, one scope with its own options. */
export function dhcp(session: Session, vEthernet: Adapter, addressChanged: boolean): void {
  const { state } = session;
  const memory = readMemory(state);
  if (!memory.dhcpPrepared) {
    state.dhcp.securityGroups = true;
    remember(state, { dhcpPrepared: true });
    startService(state, 'DHCPServer');
    session.changed.push('dhcp:groups');
  } else if (
    addressChanged ||
    memory.dhcpStale ||
    (isRunning(state, 'DHCPServer') && state.dhcp.silent === true)
  ) {
    startService(state, 'DHCPServer');
    session.changed.push('service:DHCPServer');
  }
  if (memory.dhcpStale) remember(state, { dhcpStale: false });
  changeService(session, 'DHCPServer');
  if (state.dhcp.conflictDetection !== 1) {
    state.dhcp.conflictDetection = 1;
    session.changed.push('dhcp:conflictDetection');
  }
  bind(session, vEthernet);
  ensureScope(session);
}

function bind(session: Session, vEthernet: Adapter): void {
  const { bindings } = session.state.dhcp;
  if (!(vEthernet.alias in bindings)) {
    throw new PhaseFailure('timeout', `DHCP sees ${vEthernet.alias} did not happen within 120 s.`);
  }
  for (const [alias, bound] of Object.entries(bindings)) {
    const wanted = alias === vEthernet.alias;
    if (bound === wanted) continue;
    if (wanted) claim(session.state, `binding:${alias}`);
    bindings[alias] = wanted;
    session.changed.push(`dhcp:binding:${alias}`);
  }
}

function ensureScope(session: Session): void {
  const { plan, state } = session;
  const { prefix, dhcpStart, dhcpEnd, gateway } = plan.ghosted;
  const id = networkOf(prefix);
  const mask = maskOf(prefix);
  const present = state.dhcp.scopes[id]?.mask === mask ? state.dhcp.scopes[id] : undefined;
  const scope: DhcpScope = present ?? {
    name: '',
    start: '',
    end: '',
    mask,
    state: 'Inactive',
    router: [],
    dns: [],
  };
  if (!present) claim(state, `scope:${id}`);
  const same =
    scope.name === plan.scopeName &&
    scope.start === dhcpStart &&
    scope.end === dhcpEnd &&
    scope.state === 'Active' &&
    scope.leaseHours === leaseHours;
  if (!same) {
    Object.assign(scope, {
      name: plan.scopeName,
      start: dhcpStart,
      end: dhcpEnd,
      state: 'Active',
      leaseHours,
    });
    session.changed.push('dhcp:scope');
  }
  state.dhcp.scopes[id] = scope;
  if (scope.router.join() !== gateway) {
    scope.router = [gateway];
    session.changed.push('dhcp:router');
  }
  if (scope.dns.join() !== plan.dnsServers.join()) {
    scope.dns = [...plan.dnsServers];
    session.changed.push('dhcp:dns');
  }
  if (plan.dnsSuffix !== undefined && scope.suffix !== plan.dnsSuffix) {
    scope.suffix = plan.dnsSuffix;
    session.changed.push('dhcp:suffix');
  }
}

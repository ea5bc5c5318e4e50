import { addressesOf } from '../interfaces';
import { readMemory, remember } from '../session';
import type { Session } from '../session';
import type { Adapter, DhcpScope } from '../types';
import { ensureService, maskOf, networkOf } from './network';

const leaseHours = 24;

/** DHCP for guests: served on the switch's adapter alone, one scope with its own options. */
export function dhcp(session: Session, vEthernet: Adapter, addressChanged: boolean): void {
  const { state } = session;
  if (!readMemory(state).dhcpPrepared) {
    state.dhcp.securityGroups = true;
    remember(state, { dhcpPrepared: true });
    session.changed.push('dhcp:groups');
  } else if (addressChanged) {
    session.changed.push('service:DHCPServer');
  }
  ensureService(session, 'DHCPServer');
  if (state.dhcp.conflictDetection !== 1) {
    state.dhcp.conflictDetection = 1;
    session.changed.push('dhcp:conflictDetection');
  }
  bind(session, vEthernet);
  ensureScope(session);
}

/** The server lists every adapter with a static address; Azure's own are DHCP clients and are not listed. */
function bind(session: Session, vEthernet: Adapter): void {
  const { bindings } = session.state.dhcp;
  for (const adapter of session.state.adapters) {
    const isStatic = addressesOf(session.state, adapter.index).some(({ origin }) => origin === 'Manual');
    if (isStatic) bindings[adapter.alias] ??= false;
  }
  for (const [alias, bound] of Object.entries(bindings)) {
    const wanted = alias === vEthernet.alias;
    if (bound === wanted) continue;
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

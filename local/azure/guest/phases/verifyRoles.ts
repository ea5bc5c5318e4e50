import { parseAddress } from '../../ipv4';
import { chooseRoute, isRunning } from '../interfaces';
import type { Plan } from '../parameters';
import { readMemory } from '../session';
import type { Session } from '../session';
import type { Adapter, WindowsState } from '../types';
import { leaseHours } from './dhcp';
import { maskOf, networkOf } from './network';
import { goneNat } from './router';

/** The probes of RRAS, its settings and the DHCP server in phase verify. */

/** Phase network has been here: what hosts that others built lack of it is no fault. */
const isConfigured = (state: WindowsState): boolean => readMemory(state).made.includes('bootTask');

export function stopped({ state }: Session, names: string[], automatic: boolean): string[] {
  return names.flatMap((name) => {
    if (!isRunning(state, name)) return [`service ${name} is not running`];
    return automatic && state.services[name]?.startType !== 'Automatic'
      ? [`service ${name} does not start by itself`]
      : [];
  });
}

export function checkHypervisor(session: Session): string[] {
  const down = stopped(session, ['vmms', 'vmcompute'], false);
  const { features, hypervisorDown } = session.state;
  const started = features['Hyper-V'] === 'Installed' && hypervisorDown !== true;
  return down.length > 0 || started ? down : ['the hypervisor did not start with Windows: event 41'];
}

export function checkRouter(session: Session): string[] {
  const { state } = session;
  const service = stopped(session, ['RemoteAccess'], true);
  if (state.rras.routing !== 'Installed') return [...service, 'RRAS is not configured for routing'];
  return readMemory(state).routerStale ? [...service, 'the switch is newer than RRAS'] : service;
}

export function checkPool({ state }: Session): string[] {
  const size = state.rras.initialAddressPoolSize;
  return isConfigured(state) && size !== 0 ? [`InitialAddressPoolSize is '${size ?? ''}', not 0`] : [];
}

export function checkNatNames({ state }: Session): string[] {
  return goneNat(state).map((alias) => `NAT has ${alias.slice(0, 64)}, which is gone`);
}

/** The platform answers what comes from the primary NIC. */
export function checkPlatform({ state }: Session, nic1: Adapter): string[] {
  const way = chooseRoute(state, '168.63.129.16');
  return way?.adapter.index === nic1.index ? [] : ['168.63.129.16:80 does not answer'];
}

export function checkDhcp(session: Session): string[] {
  const { state } = session;
  const { conflictDetection = 0, silent } = state.dhcp;
  const service = stopped(session, ['DHCPServer'], true);
  if (!isRunning(state, 'DHCPServer')) return service;
  if (isConfigured(state) && conflictDetection !== 1) {
    service.push(`conflict detection is ${conflictDetection}, not 1`);
  }
  if (readMemory(state).dhcpStale) service.push('the switch is newer than the DHCP server');
  else if (silent === true) service.push('it wrote that it serves nobody');
  return service;
}

export function checkBindings({ state }: Session, alias: string): string[] {
  // A server that does not run shows none.
  const bound = Object.entries(isRunning(state, 'DHCPServer') ? state.dhcp.bindings : {})
    .filter(([, isBound]) => isBound)
    .map(([name]) => name);
  return [
    ...(bound.includes(alias) ? [] : [`DHCP does not serve ${alias}`]),
    ...bound.filter((name) => name !== alias).map((name) => `DHCP serves ${name}`),
  ];
}

export function checkScope({ state, plan, facts }: Session): string[] {
  const id = networkOf(plan.ghosted.prefix);
  const scope = isRunning(state, 'DHCPServer') ? state.dhcp.scopes[id] : undefined;
  facts.dhcp = null;
  if (!scope) return [`no scope ${id}`];
  const { name, start, end, mask, state: active, router, dns, suffix = '' } = scope;
  const given = plan.dnsSuffix === undefined ? {} : { suffix };
  const inUse = state.dhcp.leases?.length ?? 0;
  const free = (parseAddress(end) ?? 0) - (parseAddress(start) ?? 0) + 1 - inUse;
  facts.dhcp = { name, start, end, mask, state: active, router, dns, ...given, free, inUse };
  const hours = scope.leaseHours ?? 192;
  return [
    ...(isConfigured(state) && hours !== leaseHours
      ? [`lease is ${hours * 3_600} s, not ${leaseHours * 3_600} s`]
      : []),
    ...scopeFaults(scope, plan),
  ];
}

function scopeFaults(scope: WindowsState['dhcp']['scopes'][string], plan: Plan): string[] {
  const { name, start, end, mask, state: active, router, dns, suffix = '' } = scope;
  const pairs: [string, string, string][] = [
    ['name', name, plan.scopeName],
    ['start', start, plan.ghosted.dhcpStart],
    ['end', end, plan.ghosted.dhcpEnd],
    ['mask', mask, maskOf(plan.ghosted.prefix)],
    ['state', active, 'Active'],
    ['router', router.join(), plan.ghosted.gateway],
    ['dns', dns.join(), plan.dnsServers.join()],
    ['suffix', suffix, plan.dnsSuffix ?? suffix],
  ];
  return pairs
    .filter(([, seen, wanted]) => seen !== wanted)
    .map(([key, seen, wanted]) => `${key} is '${seen}', not '${wanted}'`);
}

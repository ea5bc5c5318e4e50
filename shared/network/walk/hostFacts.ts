import type { GuestResult, HostRoute } from '../../guest/types';
import { readVerifyFacts, type VerifyFacts } from '../../guest/result';
import { ghostedRange } from '../ghosted';
import { parsePrefix } from '../ipv4';
import { closedToGuests } from '../reserved';
import type { DhcpFacts, HostFacts, HostNic } from './view';

/** What is known of a host beside what it says of itself. */
export interface HostIdentity {
  name: string;
  /** Ids of its interfaces. */
  nic1: string;
  nic2: string;
  ghostedPrefix: string;
}

/** A host as it will be when its plan has been carried out. */
export function plannedHost(
  { name, nic1, nic2, ghostedPrefix }: HostIdentity,
  plan: { routes: HostRoute[]; dnsServers: string[]; protectMetadata?: boolean },
): HostFacts {
  const range = ghostedRange(ghostedPrefix);
  return {
    name,
    nic1: nic1.toLowerCase(),
    nic2: nic2.toLowerCase(),
    ghostedPrefix,
    vEthernet: { address: range.gateway, prefixLength: parsePrefix(ghostedPrefix).length },
    router: true,
    forwarding: { nic1: true, nic2: true, vEthernet: true },
    nat: [1],
    winNat: [],
    openPlatform: plan.protectMetadata === false ? [...closedToGuests] : [],
    letsInNamed: false,
    routes: plan.routes,
    defaultRoute: 1,
    dhcp: { start: range.dhcpStart, end: range.dhcpEnd, router: [range.gateway], dns: plan.dnsServers },
  };
}

/** A host as its phase `verify` reports it, good or bad; undefined if the result is of another phase or shape. */
export function verifiedHost(identity: HostIdentity, result: GuestResult): HostFacts | undefined {
  const facts = readVerifyFacts(result);
  if (!facts) return undefined;
  const { name, nic1, nic2, ghostedPrefix } = identity;
  const passes = (wanted: string, fatal?: string) => {
    const check = result.checks.find(({ name: found }) => found === wanted);
    // Some checks also fail over what does not stop packets now, such as a service that will not start by itself.
    return check !== undefined && (check.ok || (fatal !== undefined && !check.detail?.includes(fatal)));
  };
  const { vEthernet, routes = [], nat = [], metadata } = facts;
  return {
    name,
    nic1: nic1.toLowerCase(),
    nic2: nic2.toLowerCase(),
    ghostedPrefix,
    ...(vEthernet ? { vEthernet } : {}),
    router: passes('rras', ' is not '),
    forwarding: facts.forwarding ?? { nic1: false, nic2: false, vEthernet: false },
    nat: nat.flatMap((one) => (one.mode === 'full' && isNic(one.nic) ? [one.nic] : [])),
    // The check fails only for a NetNat that takes in guests.
    winNat: passes('netNat') ? [] : [ghostedPrefix],
    openPlatform: metadata?.open ?? [...closedToGuests],
    letsInNamed: metadata?.only ?? false,
    routes: routes.flatMap(({ nic, ...route }) => (isNic(nic) || nic === 0 ? [{ ...route, nic }] : [])),
    // Windows itself was asked which way it would take to the internet.
    ...(passes('defaultRoute', 'no default route')
      ? { defaultRoute: passes('routeSelection', '8.8.8.8') ? 1 : 2 }
      : {}),
    dhcp: leaseOf(facts, passes),
  };
}

const isNic = (nic: number): nic is HostNic => nic === 1 || nic === 2;

function leaseOf({ dhcp }: VerifyFacts, passes: (check: string, fatal: string) => boolean): DhcpFacts {
  if (!passes('dhcpService', 'is not running')) return { problem: 'the DHCP server is not running' };
  if (!passes('dhcpBinding', 'does not serve')) return { problem: 'DHCP does not serve the switch' };
  if (!dhcp) return { problem: 'DHCP has no scope for the switch' };
  if (dhcp.state !== 'Active') return { problem: 'the DHCP scope is not active' };
  const { start, end, router, dns } = dhcp;
  return { start, end, router, dns };
}

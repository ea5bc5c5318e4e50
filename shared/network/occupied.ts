import type { LedgerEntry, NetworkDefinition } from '../records/types';
import type { OccupiedRange } from '../records/occupied';
import { overlaps, parsePrefix, type Prefix } from './ipv4';

/**
 * True if a subnet with these prefixes has nothing of what was promised, whatever its name: it is somebody else's, and the host's
 * own is gone.
 */
export function liesElsewhere(prefixes: readonly string[], promised: string): boolean {
  const ranges = prefixes.filter(isIpv4).map(read);
  return ranges.length > 0 && !ranges.some((range) => overlaps(range, parsePrefix(promised)));
}

/** A subnet of the network's VNet, as far as it may be in the way of promises. */
export interface SubnetUse {
  id: string;
  name: string;
  prefixes: string[];
  /** Ids of the IP configurations in it. */
  occupants: string[];
}

/** Host of whose own promise nothing counts as an excuse: somebody else may have taken what it was promised. */
export interface Self {
  host: string;
  /** Name of its ghosted subnet. */
  ghostedSubnet: string;
}

/**
 * Ranges of subnets in the pools that nobody of ours has: neither the definition names the subnet nor is its range promised;
 * those that just are what a host was promised are `contested`. `promised` are the promises from before and after the look, so
 * that a host that comes or goes meanwhile is nobody else.
 */
export function foreignRanges(
  definition: NetworkDefinition,
  subnets: readonly SubnetUse[],
  promised: readonly LedgerEntry[],
  self?: Self,
): { ranges: OccupiedRange[]; contested: OccupiedRange[] } {
  const { ghosted, natSubnet, lanSubnet, routedSubnets } = definition;
  const pools = ghosted.pools.map((pool) => parsePrefix(pool));
  const named = [natSubnet.name, lanSubnet.name, ...routedSubnets.map(({ id, name }) => id ?? name)];
  const own = new Set([...named, self?.ghostedSubnet ?? ''].map(lower));
  const given = new Set(
    promised.filter(({ host }) => host !== self?.host).map(({ ghostedPrefix }) => ghostedPrefix),
  );
  const found = subnets
    .filter(({ id, name }) => !own.has(lower(name)) && !own.has(lower(id)))
    .flatMap(({ id, prefixes }) => prefixes.filter(isIpv4).map((prefix) => ({ prefix, by: id })))
    .filter(({ prefix }) => pools.some((pool) => overlaps(pool, read(prefix))))
    .sort((a, b) => read(a.prefix).base - read(b.prefix).base);
  return {
    ranges: found.filter(({ prefix }) => !given.has(prefix)),
    contested: found.filter(({ prefix }) => given.has(prefix)),
  };
}

/** The subnets in which hosts have their NICs. */
export function nicSubnets(
  { natSubnet, lanSubnet }: NetworkDefinition,
  subnets: readonly SubnetUse[],
): SubnetUse[] {
  const names = [natSubnet.name, lanSubnet.name].map(lower);
  return subnets.filter(({ name }) => names.includes(lower(name)));
}

/**
 * IP configurations in the subnets of the NICs that are not just the one of a promised host's NIC. `nics` are the ids of
 * those.
 */
export function strangers(occupants: readonly string[], nics: readonly string[]): string[] {
  const known = new Set(nics.map(lower));
  const owners = occupants.map(ownerOf);
  return occupants.filter((_id, index) => {
    const owner = owners[index] ?? '';
    return !known.has(owner) || owners.filter((one) => one === owner).length > 1;
  });
}

/** Id of the network interface that an IP configuration belongs to, in lower case; of anything else its own. */
export const ownerOf = (ipConfiguration: string): string =>
  lower(ipConfiguration).replace(/\/ipconfigurations\/[^/]+$/, '');

const lower = (text: string): string => text.toLowerCase();
const isIpv4 = (prefix: string): boolean => !prefix.includes(':');
const read = (prefix: string): Prefix => parsePrefix(prefix, 'clear');

import { Problem } from '../api/problems';
import { addressesLeft, allocateAddress, allocatePrefix, poolOccupancy } from '../network/allocator';
import {
  covers,
  formatAddress,
  formatPrefix,
  overlaps,
  parseAddress,
  parsePrefix,
  type Prefix,
} from '../network/ipv4';
import { virtualNetworkId } from '../network/ids';
import type { Records } from '../records/store';
import type { Approval, HostAddresses, LedgerEntry, NetworkDefinition } from '../records/types';

/**
 * Picks prefix and both NIC addresses for one more host, given what is promised in the VNet already. First fit, so
 * the same promises give the same choice. Throws the Problem to answer with if something is not to be had.
 */
export function chooseAddresses(
  definition: NetworkDefinition,
  taken: LedgerEntry[],
  wishedPrefix?: string,
): HostAddresses {
  return {
    ghostedPrefix:
      wishedPrefix === undefined ? nextPrefix(definition, taken) : wished(definition, taken, wishedPrefix),
    natAddress: nextAddress(
      definition.natSubnet,
      taken.map((entry) => entry.natAddress),
    ),
    lanAddress: nextAddress(
      definition.lanSubnet,
      taken.map((entry) => entry.lanAddress),
    ),
  };
}

/**
 * The addresses that a host is promised already, or else would be promised now; promises nothing. Throws the Problem if
 * there are none to be had.
 */
export async function prospectiveAddresses(
  records: Records,
  definition: NetworkDefinition,
  host: string,
  wishedPrefix?: string,
): Promise<HostAddresses> {
  const entries = await records.ledger.entries(virtualNetworkId(definition));
  const held = entries.find((entry) => entry.host === host);
  if (!held) return chooseAddresses(definition, entries, wishedPrefix);
  const { ghostedPrefix, natAddress, lanAddress } = held;
  return { ghostedPrefix, natAddress, lanAddress };
}

/** Throws the Problem unless these are the addresses that somebody approved, if anybody did. */
export function asApproved<T extends HostAddresses>(chosen: T, approved: Approval | undefined): T {
  const wanted = approved?.addresses;
  if (!wanted) return chosen;
  const errors = (['ghostedPrefix', 'natAddress', 'lanAddress'] as const)
    .filter((key) => chosen[key] !== wanted[key])
    .map((key) => ({
      pointer: `/addresses/${key}`,
      detail: `Planned was ${wanted[key]}, now it is ${chosen[key]}.`,
    }));
  if (errors.length === 0) return chosen;
  throw new Problem('plan-differs', 'Another host got addresses meanwhile. Make a plan anew.', { errors });
}

/** For how many more hosts without wishes there is room, and what gives out first. */
export function roomFor(
  definition: NetworkDefinition,
  taken: LedgerEntry[],
): { hosts: number; limit: string } {
  const { natSubnet, lanSubnet, ghosted } = definition;
  const blocks = [...sharedSubnets(definition), ...taken.map((entry) => parsePrefix(entry.ghostedPrefix))];
  const prefixes = ghosted.pools
    .map((pool) => poolOccupancy(parsePrefix(pool), ghosted.prefixLength, blocks))
    .reduce((sum, { total, used }) => sum + total - used, 0);
  const left = (subnet: { prefix: string }, addresses: string[]) =>
    addressesLeft(parsePrefix(subnet.prefix), addresses.map(parseAddress));
  const rooms = [
    { hosts: prefixes, limit: `/${ghosted.prefixLength} prefixes in the pools ${ghosted.pools.join(', ')}` },
    ...(
      [
        [natSubnet, taken.map((entry) => entry.natAddress)],
        [lanSubnet, taken.map((entry) => entry.lanAddress)],
      ] as const
    ).map(([subnet, addresses]) => ({
      hosts: left(subnet, [...addresses]),
      limit: `addresses in the subnet ${subnet.name} (${subnet.prefix})`,
    })),
  ];
  return rooms.reduce((least, one) => (one.hosts < least.hosts ? one : least));
}

/** Subnets of the definition itself: no pool may reach into them. */
function sharedSubnets({ natSubnet, lanSubnet, routedSubnets }: NetworkDefinition): Prefix[] {
  return [natSubnet, lanSubnet, ...routedSubnets].map(({ prefix }) => parsePrefix(prefix));
}

function nextPrefix(definition: NetworkDefinition, taken: LedgerEntry[]): string {
  const { pools, prefixLength } = definition.ghosted;
  const found = allocatePrefix({
    pools: pools.map((pool) => parsePrefix(pool)),
    length: prefixLength,
    taken: [...sharedSubnets(definition), ...taken.map((entry) => parsePrefix(entry.ghostedPrefix))],
  });
  if (found) return formatPrefix(found);
  throw new Problem(
    'pool-exhausted',
    `The pools ${pools.join(', ')} have no /${prefixLength} prefix left. Tear hosts down or add a pool.`,
  );
}

function wished({ ghosted, ...definition }: NetworkDefinition, taken: LedgerEntry[], text: string): string {
  const prefix = parsePrefix(text);
  if (!ghosted.pools.some((pool) => covers(parsePrefix(pool), prefix))) {
    throw new Problem(
      'prefix-outside-pool',
      `${text} lies in none of the pools ${ghosted.pools.join(', ')}.`,
    );
  }
  const holder = taken.find((entry) => overlaps(parsePrefix(entry.ghostedPrefix), prefix));
  if (holder) {
    const whose = `${holder.ghostedPrefix} of host ${holder.host} on network ${holder.network}`;
    throw new Problem('prefix-taken', `${text} overlaps ${whose}.`);
  }
  if (sharedSubnets({ ghosted, ...definition }).some((subnet) => overlaps(subnet, prefix))) {
    throw new Problem('prefix-taken', `${text} overlaps a subnet of the network.`);
  }
  return formatPrefix(prefix);
}

function nextAddress(subnet: { name: string; prefix: string }, taken: string[]): string {
  const address = allocateAddress(parsePrefix(subnet.prefix), taken.map(parseAddress));
  if (address !== undefined) return formatAddress(address);
  throw new Problem(
    'subnet-full',
    `The subnet ${subnet.name} (${subnet.prefix}) has no address left for another host.`,
  );
}

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
import { isFree } from '../network/promises';
import { nothingOccupied, type Occupied } from '../records/occupied';
import type { Records } from '../records/store';
import type {
  Approval,
  HostAddresses,
  LedgerEntry,
  NetworkDefinition,
  NetworkRecord,
  ProvisionRequest,
} from '../records/types';

/**
 * Picks prefix and both NIC addresses for one more host, given what is promised in the VNet already and what somebody else
 * has there. First fit, so the same promises give the same choice. A wished prefix is compared with promises only: what
 * was seen in Azure may have gone since, and its plan looks. Throws the Problem to answer with if something is not to be
 * had.
 */
export function chooseAddresses(
  definition: NetworkDefinition,
  taken: LedgerEntry[],
  wishedPrefix?: string,
  occupied = nothingOccupied,
): HostAddresses {
  const others = occupied.addresses.map(({ address }) => address);
  return {
    ghostedPrefix:
      wishedPrefix === undefined
        ? nextPrefix(definition, taken, occupied)
        : wished(definition, taken, wishedPrefix),
    natAddress: nextAddress(definition.natSubnet, [...taken.map((entry) => entry.natAddress), ...others]),
    lanAddress: nextAddress(definition.lanSubnet, [...taken.map((entry) => entry.lanAddress), ...others]),
  };
}

/**
 * What is promised to an order: the addresses that were approved, as long as they are free; throws the Problem if they are
 * not, or if there is nothing left.
 */
export function choosePromise(
  definition: NetworkDefinition,
  taken: LedgerEntry[],
  occupied: Occupied,
  { spec, approved }: Pick<ProvisionRequest, 'spec' | 'approved'>,
): HostAddresses {
  const wanted = approved?.addresses;
  if (wanted && isFree(taken, wanted)) return wanted;
  return asApproved(chooseAddresses(definition, taken, spec.ghostedPrefix, occupied), approved);
}

/**
 * The addresses that a host is promised already, or else would be promised now; promises nothing. Throws the Problem if
 * there are none to be had.
 */
export async function prospectiveAddresses(
  records: Records,
  { name: network, definition }: Pick<NetworkRecord, 'name' | 'definition'>,
  host: string,
  wishedPrefix?: string,
): Promise<HostAddresses> {
  const vnet = virtualNetworkId(definition);
  const [entries, occupied] = await Promise.all([
    records.ledger.entries(vnet),
    records.ledger.occupied(vnet, network),
  ]);
  const held = entries.find((entry) => entry.host === host);
  if (!held) return chooseAddresses(definition, entries, wishedPrefix, occupied);
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
  occupied = nothingOccupied,
): { hosts: number; limit: string } {
  const { natSubnet, lanSubnet, ghosted } = definition;
  const { total, used } = prefixesIn(definition, taken, occupied);
  const others = occupied.addresses.map(({ address }) => address);
  const left = (subnet: { prefix: string }, addresses: string[]) =>
    addressesLeft(parsePrefix(subnet.prefix), addresses.map(parseAddress));
  const rooms = [
    {
      hosts: total - used,
      limit: `/${ghosted.prefixLength} prefixes in the pools ${ghosted.pools.join(', ')}`,
    },
    ...(
      [
        [natSubnet, taken.map((entry) => entry.natAddress)],
        [lanSubnet, taken.map((entry) => entry.lanAddress)],
      ] as const
    ).map(([subnet, addresses]) => ({
      hosts: left(subnet, [...addresses, ...others]),
      limit: `addresses in the subnet ${subnet.name} (${subnet.prefix})`,
    })),
  ];
  return rooms.reduce((least, one) => (one.hosts < least.hosts ? one : least));
}

/** Subnets of the definition itself: no pool may reach into them. */
function sharedSubnets({ natSubnet, lanSubnet, routedSubnets }: NetworkDefinition): Prefix[] {
  return [natSubnet, lanSubnet, ...routedSubnets].map(({ prefix }) => parsePrefix(prefix));
}

/** Whatever no host can be promised. */
const blocksOf = (definition: NetworkDefinition, taken: LedgerEntry[], { ranges }: Occupied): Prefix[] => [
  ...sharedSubnets(definition),
  ...taken.map((entry) => parsePrefix(entry.ghostedPrefix)),
  ...ranges.map(({ prefix }) => parsePrefix(prefix, 'clear')),
];

/** How many prefixes the pools hold, and how many of them no host can be promised. */
export const prefixesIn = (definition: NetworkDefinition, taken: LedgerEntry[], occupied: Occupied) =>
  poolUse(definition, blocksOf(definition, taken, occupied));

function poolUse({ ghosted }: NetworkDefinition, blocks: Prefix[]): { total: number; used: number } {
  return ghosted.pools
    .map((pool) => poolOccupancy(parsePrefix(pool), ghosted.prefixLength, blocks))
    .reduce((sum, one) => ({ total: sum.total + one.total, used: sum.used + one.used }));
}

function nextPrefix(definition: NetworkDefinition, taken: LedgerEntry[], occupied: Occupied): string {
  const { pools, prefixLength } = definition.ghosted;
  const found = allocatePrefix({
    pools: pools.map((pool) => parsePrefix(pool)),
    length: prefixLength,
    taken: blocksOf(definition, taken, occupied),
  });
  if (found) return formatPrefix(found);
  const ranges = occupied.ranges.map(({ prefix }) => parsePrefix(prefix, 'clear'));
  const { total, used: foreign } = poolUse(definition, ranges);
  const whose = foreign === 0 ? '' : ` Of ${total}, ${foreign} lie in subnets of others.`;
  throw new Problem(
    'pool-exhausted',
    `The pools ${pools.join(', ')} have no /${prefixLength} prefix left.${whose} Tear hosts down or add a pool.`,
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

import { canonicalJson } from '../api/canonical';
import { parsePrefix } from '../network/ipv4';

/** What somebody else has where a network makes promises, as Azure last showed it: passed over, promised to nobody. */
export interface Occupied {
  ranges: OccupiedRange[];
  addresses: OccupiedAddress[];
}

/** Range of a subnet that reaches into a ghosted pool. */
export interface OccupiedRange {
  prefix: string;
  /** Id of the subnet. */
  by: string;
}

/** An address in the subnet of NIC 1 or NIC 2. */
export interface OccupiedAddress {
  address: string;
  /** Id of the network interface; absent: Azure refused the address, and who has it could not be read. */
  by?: string;
}

/** One look at a VNet. */
export interface SeenOccupied extends Occupied {
  /** Something lives in the subnets of the NICs of which the address could not be read. */
  unread: boolean;
  /** What lies just where a host is promised something: its own, or somebody else's that only its own plan can tell. */
  contested: Occupied;
}

export const nothingOccupied: Occupied = { ranges: [], addresses: [] };

export const nothingSeen: SeenOccupied = { ...nothingOccupied, unread: false, contested: nothingOccupied };

/** A row has 384,000 characters, an id some 200. What is left out is found by the plan of the host that would get it. */
const mostRanges = 1_000;
const mostAddresses = 500;

/**
 * What is kept after a look: what it saw, and nothing that it did not see any more. What is still there and contested stays
 * what an earlier look took it for. An address that Azure refused is freed only by a look that could read everybody's, and
 * found nobody there.
 */
export function afterLook(
  before: Occupied,
  { ranges, addresses, unread, contested }: SeenOccupied,
): Occupied {
  const seen = new Set(addresses.map(({ address }) => address));
  const held = new Set(contested.addresses.map(({ address }) => address));
  const refused = before.addresses.filter(
    ({ address, by }) => by === undefined && !seen.has(address) && (unread || held.has(address)),
  );
  const known = {
    ranges: before.ranges.filter((one) => isAmong(one, contested.ranges)),
    addresses: before.addresses.filter((one) => isAmong(one, contested.addresses)),
  };
  return {
    ranges: [...known.ranges, ...ranges].sort(byBase).slice(0, mostRanges),
    addresses: [...refused, ...known.addresses, ...addresses].slice(0, mostAddresses),
  };
}

/** Azure writes ids in different case. */
const isAmong = <T>(one: T, others: readonly T[]): boolean =>
  others.some((other) => canonicalJson(other).toLowerCase() === canonicalJson(one).toLowerCase());

const byBase = (a: OccupiedRange, b: OccupiedRange): number =>
  parsePrefix(a.prefix, 'clear').base - parsePrefix(b.prefix, 'clear').base;

export function withRefused(before: Occupied, address: string): Occupied {
  if (before.addresses.some((one) => one.address === address)) return before;
  return { ...before, addresses: [{ address }, ...before.addresses].slice(0, mostAddresses) };
}

/** Without what is promised now: an adoption, or a record that was rebuilt, has it by right. */
export function withoutPromised(
  before: Occupied,
  promised: { ghostedPrefix: string; natAddress: string; lanAddress: string },
): Occupied {
  const { ghostedPrefix, natAddress, lanAddress } = promised;
  return {
    ranges: before.ranges.filter(({ prefix }) => prefix !== ghostedPrefix),
    addresses: before.addresses.filter(({ address }) => address !== natAddress && address !== lanAddress),
  };
}

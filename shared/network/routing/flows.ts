import { contains, formatAddress, lastAddress, parseAddress, parsePrefix, type Prefix } from '../ipv4';
import { readPrefix, type Direction, type NetworkView } from '../walk';
import type { RoutingWish } from './wish';

/** Traffic that the host's guests are to have, and the subnets whose security groups it meets. */
export interface Flow {
  from: Side;
  to: Side;
  meets: { subnetId: string; direction: Direction }[];
}

/** Addresses that stand for all of one side. */
export interface Side {
  name: string;
  /** First and last address of each of its prefixes. */
  ends: string[];
  /** Where blocks that a rule denies begin inside. */
  inside: string[];
}

/** Of one side; a longer list of denied blocks would take long and say the same. */
const mostInside = 50;

/**
 * Guests to and from members of every routed subnet, Hyper-V-LAN included, guests of other hosts, and extra prefixes, of
 * which only Hyper-V-LAN's group is known.
 */
export function flowsOf(view: NetworkView, wish: RoutingWish): Flow[] {
  const { lanSubnetId, route, routed, pools, extraPrefixes } = wish;
  const denied = deniedBlocks(view);
  const own = parsePrefix(route.prefix);
  const guests = side('guests', [route.prefix], 2, denied);
  const others = without(side('guests of other hosts', pools, 2, denied), own);
  const both = (side: Side, subnetId?: string): Flow[] => {
    const there = subnetId === undefined ? [] : [subnetId];
    return [
      { from: side, to: guests, meets: meets(there, [lanSubnetId]) },
      { from: guests, to: side, meets: meets([lanSubnetId], there) },
    ];
  };
  return [
    ...routed.flatMap(({ id, name }) => {
      const subnet = view.subnets.find((one) => one.id === id);
      // Azure keeps the first four addresses of a subnet to itself.
      return subnet ? both(side(name, subnet.prefixes, 4, denied), id) : [];
    }),
    ...(others.ends.length > 0 ? both(others, lanSubnetId).reverse() : []),
    ...extraPrefixes.flatMap((prefix) => both(side(prefix, [prefix], 1, denied))),
  ];
}

const meets = (from: string[], to: string[]): Flow['meets'] => [
  ...from.map((subnetId) => ({ subnetId, direction: 'Outbound' as const })),
  ...to.map((subnetId) => ({ subnetId, direction: 'Inbound' as const })),
];

function deniedBlocks({ securityGroups }: NetworkView): Prefix[] {
  const closed = securityGroups.flatMap(({ rules }) => rules).filter(({ allow }) => !allow);
  const texts = closed.flatMap(({ source, destination }) => [...source.addresses, ...destination.addresses]);
  return [...new Set(texts)].flatMap((text) => readPrefix(text) ?? []);
}

function side(name: string, texts: string[], reserved: number, denied: Prefix[]): Side {
  const ranges = texts.map((text) => usable(parsePrefix(text, 'clear'), reserved));
  const inside = ranges.flatMap(([first, last]) =>
    denied.map(({ base }) => base).filter((base) => first < base && base < last),
  );
  return {
    name,
    ends: [...new Set(ranges.flat())].map(formatAddress),
    inside: [...new Set(inside)].slice(0, mostInside).map(formatAddress),
  };
}

/** First and last address that somebody may have; of a block that is too small for that, all of it. */
function usable(prefix: Prefix, reserved: number): [first: number, last: number] {
  const last = lastAddress(prefix);
  return prefix.base + reserved < last ? [prefix.base + reserved, last - 1] : [prefix.base, last];
}

function without(side: Side, prefix: Prefix): Side {
  const outside = (address: string) => !contains(prefix, parseAddress(address));
  return { ...side, ends: side.ends.filter(outside), inside: side.inside.filter(outside) };
}

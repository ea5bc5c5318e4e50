import type { RouteTable, VirtualNetwork } from '@azure/arm-network';
import type { PeeringFacts } from '../network/walk';
import { coverTogether, overlaps, parsePrefix } from '../network/ipv4';
import type { NetworkDefinition } from '../records/types';
import { nameOf, parseId, sameId } from './ids';
import type { RoutedSubnetLayout, RoutingLayout } from './layout';
import { networkIdOf } from './routing';
import { peeringFacts } from './view';

/** A VNet with its side of every peering. */
export interface PeeredNetwork {
  id: string;
  name: string;
  peerings: NamedPeering[];
}

export interface NamedPeering extends PeeringFacts {
  name: string;
}

/** A route table by what it says of appliances: which subnets it is on, and where it sends what. */
export interface HopTable {
  subnets: string[];
  hops: { prefix: string; address: string }[];
}

export const hopTable = ({ subnets = [], routes = [] }: RouteTable): HopTable => ({
  subnets: subnets.flatMap(({ id }) => id ?? []),
  hops: routes.flatMap(({ addressPrefix: prefix, nextHopIpAddress: address }) =>
    prefix !== undefined && address !== undefined ? [{ prefix, address }] : [],
  ),
});

export const peeredNetwork = (network: VirtualNetwork): PeeredNetwork => ({
  id: network.id ?? '',
  name: network.name ?? nameOf(network.id ?? ''),
  peerings: (network.virtualNetworkPeerings ?? []).map((peering) => ({
    name: peering.name ?? '',
    ...peeringFacts(peering),
  })),
});

/** A VNet with routed subnets that guests do not reach, as its peerings are. */
export interface BrokenPeering {
  networkId: string;
  /** Names of its routed subnets. */
  subnets: string[];
  /** What is wrong, each with what to do. */
  problems: string[];
  /** All of it in one text. */
  detail: string;
}

/** Every VNet of routed subnets whose peering does not let through what it has to. VNets that were not read are left out. */
export function brokenPeerings(
  layout: Pick<RoutingLayout, 'virtualNetworkId' | 'routedSubnets' | 'definition'>,
  networks: PeeredNetwork[],
  tables: HopTable[],
): BrokenPeering[] {
  const own = networks.find(({ id }) => sameId(id, layout.virtualNetworkId));
  const others = networks.filter((one) => one !== own);
  return others.flatMap((other) => {
    const members = layout.routedSubnets.filter(({ id }) => sameId(networkIdOf(id), other.id));
    const ranges = rangesOfGuests(layout.definition);
    const problems = own
      ? [...new Set(members.flatMap((wish) => judgePeering(wish, ranges, own, other, tables)))]
      : [];
    const subnets = members.map(({ name }) => name);
    const detail = `Guests and ${subnets.join(', ')} in ${other.name} do not reach each other. ${problems.join(' ')}`;
    return problems.length === 0 ? [] : [{ networkId: other.id, subnets, problems, detail }];
  });
}

/** Ranges that the VNet of a routed subnet has to know: of the next hops, and of guests. */
export const rangesOfGuests = ({ lanSubnet, ghosted }: NetworkDefinition): string[] => [
  lanSubnet.prefix,
  ...ghosted.pools,
];

/**
 * What two VNets have to let through, so that a routed subnet of the other one and guests reach each other.
 *
 * @param tables those of routed subnets; without them nothing is said of appliances
 */
export function judgePeering(
  wish: Pick<RoutedSubnetLayout, 'id' | 'name' | 'via' | 'prefix'>,
  guests: string[],
  own: PeeredNetwork,
  other: PeeredNetwork,
  tables: HopTable[] = [],
): string[] {
  const there = peeringTo(own, other);
  const back = peeringTo(other, own);
  if (!there || !back) {
    const missing = !there && !back ? '' : ` in the direction from ${there ? other.name : own.name}`;
    return [`${own.name} and ${other.name} are not peered directly${missing}. Peer them in both directions.`];
  }
  const found: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) found.push(problem);
  };
  for (const [peering, from, ranges] of [
    [there, own, [wish.prefix]],
    [back, other, guests],
  ] as const) {
    const name = `The peering ${peering.name} of ${from.name}`;
    expect(
      peering.state === 'Connected',
      `${name} is ${peering.state}, not Connected. Delete it on both sides and make both anew.`,
    );
    expect(
      peering.allowVirtualNetworkAccess,
      `${name} does not allow access to the VNet. Set its allowVirtualNetworkAccess.`,
    );
    const unknown = ranges.filter((range) => !leadsTo(peering, range));
    expect(
      unknown.length === 0,
      `${name} does not lead to ${unknown.join(', ')}: it has the ranges of its last synchronisation. ${syncing(peering, from)}`,
    );
  }
  // Unverified (A23): guests' packets are forwarded by the host, so the other VNet takes them only if it takes forwarded
  // traffic, although their sources lie in the range of the host's VNet. The packet walk says the same.
  expect(
    back.allowForwardedTraffic,
    `The peering ${back.name} of ${other.name} does not allow forwarded traffic, which is what guests send. Set its allowForwardedTraffic.`,
  );
  // In our own VNet, or a third one, it sends nothing on across this peering to us.
  if (
    wish.via === 'appliance' &&
    hopsOf(wish.id, guests, tables).some((address) => leadsTo(there, `${address}/32`))
  ) {
    expect(
      there.allowForwardedTraffic,
      `The peering ${there.name} of ${own.name} does not allow forwarded traffic, which is what an appliance sends. Set its allowForwardedTraffic.`,
    );
  }
  if (wish.name.toLowerCase() === 'gatewaysubnet') {
    expect(
      there.useRemoteGateways,
      `The peering ${there.name} of ${own.name} does not use the gateways of ${other.name}. Set its useRemoteGateways.`,
    );
    expect(
      back.allowGatewayTransit,
      `The peering ${back.name} of ${other.name} does not allow gateway transit. Set its allowGatewayTransit.`,
    );
  }
  return found;
}

/** Addresses to which the table of a routed subnet sends anything that is for guests. */
function hopsOf(subnetId: string, guests: string[], tables: HopTable[]): string[] {
  const ranges = guests.map((range) => parsePrefix(range));
  return tables
    .filter(({ subnets }) => subnets.some((id) => sameId(id, subnetId)))
    .flatMap(({ hops }) => hops)
    .filter(({ prefix }) => !prefix.includes(':'))
    .filter(({ prefix }) => ranges.some((range) => overlaps(range, parsePrefix(prefix, 'clear'))))
    .map(({ address }) => address);
}

/**
 * Routes of a peering are for the ranges of its last synchronisation; where it shows none nothing can be said. Unverified
 * (A24): a next hop beyond them is out of reach.
 */
function leadsTo({ remoteRanges }: NamedPeering, range: string): boolean {
  const known = remoteRanges.map((one) => parsePrefix(one, 'clear'));
  return known.length === 0 || coverTogether(known, parsePrefix(range, 'clear'));
}

/** The side that has not heard of a range asks for it: `az network vnet peering sync` names that side. */
function syncing({ name }: NamedPeering, { id }: PeeredNetwork): string {
  const { subscriptionId, resourceGroup } = parseId(id);
  return `Sync it: az network vnet peering sync --subscription ${subscriptionId} -g ${resourceGroup} --vnet-name ${nameOf(id)} -n ${name}`;
}

const peeringTo = (from: PeeredNetwork, to: PeeredNetwork): NamedPeering | undefined =>
  from.peerings.find(({ remoteId }) => sameId(remoteId, to.id));

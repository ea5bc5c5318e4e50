import { contains, covers, formatPrefix, parseAddress, parsePrefix, type Prefix } from '../ipv4';
import { gatewaysFor } from './gateways';
import { neighbours, networkOf, readPrefix, subnetWithId, tableOf } from './lookup';
import type { NetworkView, RouteTableFacts, UserNextHop, VirtualNetworkFacts } from './view';

export interface EffectiveRoute {
  prefix: string;
  source: 'Default' | 'VirtualNetworkGateway' | 'User';
  /** Invalid: another route for the same addresses has precedence. */
  state: 'Active' | 'Invalid';
  nextHopType: UserNextHop | 'VNetPeering';
  nextHopAddress?: string;
  /** Name of a user-defined route. */
  name?: string;
}

type Candidate = Omit<EffectiveRoute, 'state' | 'prefix'> & { prefix: Prefix };

/** Ranges that lead nowhere unless a network has them. */
const reserved = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map((text) =>
  parsePrefix(text),
);
const everything = parsePrefix('0.0.0.0/0');

/**
 * The routes by which Azure forwards what leaves a network interface or a subnet, those that lost included. Not among them
 * are routes to service endpoints, the /32 that every private endpoint puts on the interfaces of its network and of direct
 * peers, and the user's routes for service tags. Empty for an interface whose machine does not run: Azure knows none.
 */
export function effectiveRoutes(
  view: NetworkView,
  of: { interfaceId: string } | { subnetId: string },
): EffectiveRoute[] {
  const nic = 'interfaceId' in of ? view.interfaces.find(({ id }) => id === of.interfaceId) : undefined;
  if ('interfaceId' in of && nic?.machine?.running !== true) return [];
  const subnet = subnetWithId(view, 'subnetId' in of ? of.subnetId : (nic?.subnetId ?? ''));
  const network = subnet && networkOf(view, subnet);
  if (!network) return [];
  const table = tableOf(view, subnet);
  const user = userRoutes(table);
  return decide([
    ...user,
    ...gatewayRoutes(view, network, table),
    ...systemRoutes(view, network, table, user),
  ]);
}

/** The route that a packet to this address takes: the active one with the longest prefix. */
export function selectRoute(routes: EffectiveRoute[], address: string): EffectiveRoute | undefined {
  const value = parseAddress(address);
  let best: { route: EffectiveRoute; length: number } | undefined;
  for (const route of routes) {
    const prefix = parsePrefix(route.prefix);
    if (route.state !== 'Active' || !contains(prefix, value)) continue;
    if (best === undefined || prefix.length > best.length) best = { route, length: prefix.length };
  }
  return best?.route;
}

function userRoutes(table: RouteTableFacts | undefined): Candidate[] {
  return (table?.routes ?? []).flatMap(({ name, prefix: text, nextHopType, nextHopAddress }) => {
    const prefix = readPrefix(text);
    if (!prefix) return [];
    const hop = nextHopAddress === undefined ? {} : { nextHopAddress };
    return [{ prefix, source: 'User' as const, nextHopType, name, ...hop }];
  });
}

function gatewayRoutes(
  view: NetworkView,
  network: VirtualNetworkFacts,
  table: RouteTableFacts | undefined,
): Candidate[] {
  if (table?.gatewayRoutes === false) return [];
  return gatewaysFor(view, network)
    .flatMap(({ routes }) => routes)
    .flatMap((text) => candidate(text, 'VirtualNetworkGateway', 'VirtualNetworkGateway'));
}

function systemRoutes(
  view: NetworkView,
  network: VirtualNetworkFacts,
  table: RouteTableFacts | undefined,
  user: Candidate[],
): Candidate[] {
  const peers = table?.peeringRoutes === false ? [] : neighbours(view, network);
  const connected = [
    ...network.ranges.flatMap((text) => candidate(text, 'Default', 'VnetLocal')),
    ...peers.flatMap(({ ranges }) => ranges.flatMap((text) => candidate(text, 'Default', 'VNetPeering'))),
  ];
  // A network that holds a reserved range replaces its route, and so does a default route by the user.
  const defaultByUser = user.some(({ prefix }) => prefix.length === 0);
  const dropped = defaultByUser
    ? []
    : reserved.filter((range) => !connected.some(({ prefix }) => covers(prefix, range)));
  return [
    ...connected,
    { prefix: everything, source: 'Default', nextHopType: 'Internet' },
    ...dropped.map((prefix): Candidate => ({ prefix, source: 'Default', nextHopType: 'None' })),
  ];
}

function candidate(
  text: string,
  source: EffectiveRoute['source'],
  nextHopType: EffectiveRoute['nextHopType'],
): Candidate[] {
  const prefix = readPrefix(text);
  return prefix ? [{ prefix, source, nextHopType }] : [];
}

/** On an equal prefix the user's route wins over the gateway's and that over the system's. */
const precedence = { User: 0, VirtualNetworkGateway: 1, Default: 2 };

function decide(candidates: Candidate[]): EffectiveRoute[] {
  const local = candidates.filter(isLocal).map(({ prefix }) => prefix);
  // What a gateway says of the networks' own ranges does not count, be it ever so specific.
  const overruled = ({ source, prefix }: Candidate) =>
    source === 'VirtualNetworkGateway' && local.some((range) => covers(range, prefix));
  const best = new Map<string, number>();
  for (const route of candidates.filter((one) => !overruled(one))) {
    const text = formatPrefix(route.prefix);
    best.set(text, Math.min(best.get(text) ?? Infinity, precedence[route.source]));
  }
  return candidates.map((route) => {
    const prefix = formatPrefix(route.prefix);
    const stands = !overruled(route) && best.get(prefix) === precedence[route.source];
    return { ...route, prefix, state: stands ? 'Active' : 'Invalid' };
  });
}

const isLocal = ({ source, nextHopType }: Candidate) =>
  source === 'Default' && (nextHopType === 'VnetLocal' || nextHopType === 'VNetPeering');

import { contains, formatRange, holds, parseAddress, parseRange } from '../ipv4';
import type { Range } from '../ipv4';
import { gatewaysFor } from './gateways';
import type { Peering, Subnet, Topology, Vnet } from './topology';

export interface EffectiveRoute {
  range: Range;
  type: 'VnetLocal' | 'VNetPeering' | 'Internet' | 'VirtualAppliance' | 'VirtualNetworkGateway' | 'None';
  source: 'User' | 'VirtualNetworkGateway' | 'Default';
  /** False: another route takes precedence for the same addresses. */
  active: boolean;
  label: string;
  /** Name of a user-defined route. */
  name?: string;
  nextHop?: string;
}

/** Private ranges that Azure drops unless the virtual network holds them. */
const dropped = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** Every route that applies to packets of the subnet, those that are overridden included. */
export function effectiveRoutes(topology: Topology, subnet: Subnet): EffectiveRoute[] {
  const { vnet } = subnet;
  const user = subnet.routes.map(({ name, table, range, type, nextHop }): Route => ({
    range,
    type: isHopType(type) ? type : 'None',
    source: 'User',
    label: `route ${name} of ${table}`,
    name,
    ...(nextHop === undefined ? {} : { nextHop }),
  }));
  const near = [
    ...vnet.ranges.map((range) => system(range, 'VnetLocal')),
    ...(subnet.peeringRoutes ? peersOf(topology, vnet) : []).flatMap(({ ranges }) =>
      ranges.map((range) => system(range, 'VNetPeering')),
    ),
  ];
  const gateways = subnet.gatewayRoutes && !subnet.holdsGateway ? gatewaysFor(topology, vnet) : [];
  const learned = gateways.flatMap(({ name, prefixes, address }) =>
    prefixes.map((range): Route => ({
      range,
      type: 'VirtualNetworkGateway',
      source: 'VirtualNetworkGateway',
      label: `route ${formatRange(range)} of gateway ${name}`,
      nextHop: address,
    })),
  );
  // A network that holds one of these ranges replaces its route; a default route by hand removes them all.
  const nowhere = user.some(({ range }) => range.length === 0)
    ? []
    : dropped
        .flatMap((text) => parseRange(text) ?? [])
        .filter((range) => !near.some((other) => contains(other.range, range)));
  return judged([
    ...user,
    ...learned,
    ...near,
    system(parseRange('0.0.0.0/0') ?? { first: 0, last: 2 ** 32 - 1, length: 0 }, 'Internet'),
    ...nowhere.map((range) => system(range, 'None')),
  ]);
}

/** The active route with the longest prefix. */
export function choose(routes: EffectiveRoute[], destination: string): EffectiveRoute | undefined {
  const value = parseAddress(destination) ?? 0;
  return routes
    .filter(({ active, range }) => active && holds(range, value))
    .sort((a, b) => b.range.length - a.range.length)[0];
}

/** Networks over a connected peering, with the ranges that this side knows of. */
export function peersOf(topology: Topology, vnet: Vnet): { vnet: Vnet; peering: Peering; ranges: Range[] }[] {
  return vnet.peerings.flatMap((peering) => {
    const other = topology.vnets.find(({ id }) => id.toLowerCase() === peering.remote);
    if (!other || !peering.connected) return [];
    return [{ vnet: other, peering, ranges: peering.ranges.length > 0 ? peering.ranges : other.ranges }];
  });
}

type Route = Omit<EffectiveRoute, 'active'>;

function system(range: Range, type: Route['type']): Route {
  return { range, type, source: 'Default', label: `system route ${formatRange(range)} (${type})` };
}

const precedence = { User: 0, VirtualNetworkGateway: 1, Default: 2 };

/** For equal prefixes the user's route wins, then the gateway's; but no gateway speaks for networks nearby. */
function judged(routes: Route[]): EffectiveRoute[] {
  const near = routes.filter(({ type, source }) => source === 'Default' && /^VN?et/i.test(type));
  const barred = ({ source, range }: Route): boolean =>
    source === 'VirtualNetworkGateway' && near.some((other) => contains(other.range, range));
  const standing = routes.filter((route) => !barred(route));
  return routes.map((route) => ({
    ...route,
    active:
      !barred(route) &&
      !standing.some(
        (other) =>
          formatRange(other.range) === formatRange(route.range) &&
          precedence[other.source] < precedence[route.source],
      ),
  }));
}

function isHopType(type: string): type is EffectiveRoute['type'] {
  return ['VnetLocal', 'Internet', 'VirtualAppliance', 'VirtualNetworkGateway', 'None'].includes(type);
}

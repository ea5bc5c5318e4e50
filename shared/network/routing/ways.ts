import { contains, covers, formatAddress, lastAddress, parseAddress, parsePrefix } from '../ipv4';
import { selectRoute, type EffectiveRoute, type NetworkView } from '../walk';
import type { SubnetFacts } from '../walk';
import { isNamedRoute, type RouteWish } from './wish';

/** The view as if the host's own route were in no table: where its prefix goes without it. */
export function withoutRoute(view: NetworkView, route: RouteWish): NetworkView {
  const routeTables = view.routeTables.map((table) => ({
    ...table,
    routes: table.routes.filter(
      ({ name, prefix }) => !isNamedRoute(route, table.id, name) || prefix !== route.prefix,
    ),
  }));
  return { ...view, routeTables };
}

/** The route to a prefix as a whole: longer ones, for parts of it, left out. */
export function wayTo(routes: EffectiveRoute[], text: string): EffectiveRoute | undefined {
  const prefix = parsePrefix(text, 'clear');
  const covering = routes.filter((route) => covers(parsePrefix(route.prefix), prefix));
  return selectRoute(covering, formatAddress(prefix.base));
}

/** The routes by which any of a prefix's addresses go, each once, from the lowest address up; undefined: no route has some. */
export function waysIn(routes: EffectiveRoute[], text: string): (EffectiveRoute | undefined)[] {
  return [...new Set(startsIn(routes, text).map((address) => selectRoute(routes, formatAddress(address))))];
}

/** Addresses of a prefix from which on another route may be taken than just before, from the lowest up. */
export function startsIn(routes: EffectiveRoute[], text: string): number[] {
  const prefix = parsePrefix(text, 'clear');
  const inside = routes.map((route) => parsePrefix(route.prefix)).filter((one) => covers(prefix, one));
  const starts = [prefix.base, ...inside.flatMap((one) => [one.base, lastAddress(one) + 1])]
    .filter((address) => contains(prefix, address))
    .sort((a, b) => a - b);
  return [...new Set(starts)];
}

/** Address of the appliance that such a route leads to; undefined if it leads to none. */
export function applianceOf(route: EffectiveRoute | undefined, nextHop: string): string | undefined {
  return route?.nextHopType === 'VirtualAppliance' && route.nextHopAddress !== nextHop
    ? route.nextHopAddress
    : undefined;
}

/** The subnet that an address lies in, as seen from a subnet: in the same VNet or in one that is peered with it. */
export function subnetAt(view: NetworkView, address: string, from: SubnetFacts): SubnetFacts | undefined {
  const own = view.virtualNetworks.find(({ id }) => id === from.virtualNetworkId);
  const within = [
    from.virtualNetworkId,
    ...(own?.peerings ?? []).filter(({ state }) => state === 'Connected').map(({ remoteId }) => remoteId),
  ];
  const value = parseAddress(address);
  return view.subnets.find(
    ({ virtualNetworkId, prefixes }) =>
      within.includes(virtualNetworkId) &&
      prefixes.some((prefix) => contains(parsePrefix(prefix, 'clear'), value)),
  );
}

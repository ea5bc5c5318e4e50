import { effectiveRoutes, type NetworkView, type SubnetFacts } from '../walk';
import { waysBack } from './back';
import { partsElsewhere } from './parts';
import { applianceOf, subnetAt, wayTo, waysIn } from './ways';
import type { RoutedWish, RoutingProblem, RoutingWish } from './wish';

export interface AppliancePath {
  /** Subnet of the appliance: it must send the prefix to NIC 2, and so counts as routed. */
  subnet?: SubnetFacts;
  problems: RoutingProblem[];
}

/**
 * Judges a subnet that reaches guests through an appliance: its own table leads there, and what guests answer comes back
 * through the same one. An appliance that sees one direction only drops the other.
 */
export function throughAppliance(
  view: NetworkView,
  wish: RoutingWish,
  routed: RoutedWish,
  subnet: SubnetFacts,
): AppliancePath {
  const { route, lanSubnetId } = wish;
  const refuse = (code: RoutingProblem['code'], detail: string): AppliancePath => ({
    problems: [{ code, subnet: subnet.id, detail }],
  });
  const routes = effectiveRoutes(view, { subnetId: subnet.id });
  const ways = waysIn(routes, route.prefix);
  const whole = wayTo(routes, route.prefix);
  const [appliance] = [whole, ...ways].flatMap((way) => applianceOf(way, route.nextHop) ?? []);
  const none = refuse(
    'NoApplianceRoute',
    `${routed.name} is to reach guests through an appliance, but its route table does not send all of ${route.prefix} to one. Add a route to the appliance at least as long as the range of the VNet, or say via: host.`,
  );
  if (appliance === undefined) return none;
  const place = subnetAt(view, appliance, subnet);
  if (!place) {
    return refuse(
      'ApplianceUnknown',
      `${routed.name} sends ${route.prefix} to ${appliance}, which lies in no subnet of its VNet or of a connected peer that the app can see.`,
    );
  }
  if (place.id === subnet.id || place.id === lanSubnetId) {
    return refuse(
      'ApplianceInTheWay',
      `The appliance ${appliance} lies in ${place.name}, whose route table would send its own packets back to it. It needs a subnet of its own.`,
    );
  }
  const table = view.routeTables.find(({ id }) => id === subnet.routeTableId);
  const there = [
    ...(ways.includes(whole) && applianceOf(whole, route.nextHop) === undefined ? none.problems : []),
    ...(table ? partsElsewhere(table, route, { subnet: subnet.id, nextHop: appliance }) : []),
  ];
  const back = waysBack(view, wish, subnet).flatMap(({ prefix, way }): RoutingProblem[] => {
    const crossed = applianceOf(way, route.nextHop);
    if (crossed === appliance) return [];
    const instead = crossed ?? 'no appliance';
    return [
      {
        code: 'AsymmetricPath',
        subnet: subnet.id,
        detail: `${routed.name} reaches guests through ${appliance}, but what they answer to ${prefix} goes through ${instead}. Give the Hyper-V-LAN subnet a route table that sends ${prefix} to ${appliance}.`,
      },
    ];
  });
  return { subnet: place, problems: [...there, ...back] };
}

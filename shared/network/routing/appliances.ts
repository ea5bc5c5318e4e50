import type { NetworkView, SubnetFacts } from '../walk';
import { waysBack } from './back';
import { applianceOf, subnetAt, wayTo } from './ways';
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
  const appliance = applianceOf(wayTo(view, subnet.id, route.prefix), route.nextHop);
  if (appliance === undefined) {
    return refuse(
      'NoApplianceRoute',
      `${routed.name} is to reach guests through an appliance, but its route table sends ${route.prefix} to none. Add a route to the appliance at least as long as the range of the VNet, or say via: host.`,
    );
  }
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
  const problems = waysBack(view, wish, subnet).flatMap(({ prefix, way }): RoutingProblem[] => {
    const back = applianceOf(way, route.nextHop);
    if (back === appliance) return [];
    const instead = back ?? 'no appliance';
    return [
      {
        code: 'AsymmetricPath',
        subnet: subnet.id,
        detail: `${routed.name} reaches guests through ${appliance}, but what they answer to ${prefix} goes through ${instead}. Give the Hyper-V-LAN subnet a route table that sends ${prefix} to ${appliance}.`,
      },
    ];
  });
  return { subnet: place, problems };
}

import { covers, parsePrefix } from '../ipv4';
import { effectiveRoutes, type EffectiveRoute, type NetworkView, type SubnetFacts } from '../walk';
import { applianceOf, waysIn } from './ways';
import type { RoutedWish, RoutingProblem, RoutingWish } from './wish';

/** One route by which guests answer some addresses of a prefix; undefined: no route has them. */
export interface WayBack {
  prefix: string;
  way: EffectiveRoute | undefined;
}

/**
 * Where Hyper-V-LAN sends what guests answer to those who ask from a subnet. From a GatewaySubnet it is on-premises that asks:
 * the extra prefixes that no peer has. Which ranges a gateway learns is not known here; it is taken to learn just these.
 */
export function waysBack(view: NetworkView, wish: RoutingWish, subnet: SubnetFacts): WayBack[] {
  const peers = peerRanges(view, subnet.virtualNetworkId);
  const ofPeer = (text: string) => peers.some((range) => covers(range, parsePrefix(text, 'clear')));
  const premises =
    subnet.name.toLowerCase() === 'gatewaysubnet' ? wish.extraPrefixes.filter((text) => !ofPeer(text)) : [];
  if (premises.length === 0) return back(view, wish, subnet.prefixes);
  const { id, name } = subnet;
  const gateway = { id, name, kind: 'Vpn' as const, subnetId: id, routes: premises };
  const ways = back({ ...view, gateways: [...view.gateways, gateway] }, wish, premises);
  return ways.filter(({ way }) => !way || !ofPeer(way.prefix));
}

function back(view: NetworkView, { lanSubnetId }: RoutingWish, prefixes: string[]): WayBack[] {
  const routes = effectiveRoutes(view, { subnetId: lanSubnetId });
  return prefixes.flatMap((prefix) => waysIn(routes, prefix).map((way) => ({ prefix, way })));
}

const peerRanges = (view: NetworkView, networkId: string) =>
  (view.virtualNetworks.find(({ id }) => id === networkId)?.peerings ?? [])
    .filter(({ state }) => state === 'Connected')
    .flatMap(({ remoteRanges }) => remoteRanges.map((range) => parsePrefix(range, 'clear')));

/** What goes straight to the host is answered straight: an appliance on the way back would see one direction only. */
export function straightBack(
  view: NetworkView,
  wish: RoutingWish,
  routed: RoutedWish,
  subnet: SubnetFacts,
): RoutingProblem[] {
  const { prefix: ghosted, nextHop } = wish.route;
  const remedy =
    subnet.id === wish.lanSubnetId
      ? 'Take the route out of its table, or name it in routedSubnets with bypassInspection: true if that is meant.'
      : `Say via: appliance and let the table of ${routed.name} send ${ghosted} to it, take the route out of the table of Hyper-V-LAN, or say bypassInspection: true if that is meant.`;
  const told = new Set<string>();
  return waysBack(view, wish, subnet).flatMap(({ prefix, way }): RoutingProblem[] => {
    const appliance = applianceOf(way, nextHop);
    if (appliance === undefined || told.has(prefix)) return [];
    told.add(prefix);
    return [
      {
        code: 'AsymmetricPath',
        subnet: subnet.id,
        detail: `${routed.name} reaches guests straight, but what they answer to ${prefix} goes through the appliance ${appliance}${way?.name ? ` (route ${way.name})` : ''}, which would see one direction only. ${remedy}`,
      },
    ];
  });
}

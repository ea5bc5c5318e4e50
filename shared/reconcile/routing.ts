import type { VirtualNetwork } from '@azure/arm-network';
import { hostLayout, routingLayout, type HostLayout } from '../azure/layout';
import { networkIdOf, ownTables, routingWish } from '../azure/routing';
import { nextHopOf } from '../azure/view';
import { formatAddress, parsePrefix } from '../network/ipv4';
import { planSeen, type RoutingPlan } from '../network/routing';
import type { NetworkView } from '../network/walk';
import { isIpv4, lower, type Observed, type ObservedRoute, type Promised } from './facts';

/** Where routes belong, by the planner that a provisioning asks: whatever it would write is what has to be there. */
export interface Routing {
  /** Tables and subnets that a host's route needs; ids in lower case. */
  of(host: HostLayout): RoutingPlan;
  /** Ids, in lower case, of the tables that are ours by place and name, the one at home first. */
  ownTables: string[];
  /** Ids, in lower case, of the subnets that routes lead through: routed ones, and those of appliances. */
  crossed: string[];
}

export function routingOf(observed: Observed, promised: Promised): Routing {
  const networks = [...(observed.virtualNetwork ? [observed.virtualNetwork] : []), ...observed.neighbours];
  const places = networks.map(({ id, location }): VirtualNetwork => ({ id, location }));
  const view = viewOfFacts(observed);
  const { definition } = promised.network;
  const layout = routingLayout(definition);
  const unseen = {
    ids: (observed.unread ?? []).map(({ id }) => lower(id)),
    on: observed.tables.map(({ id, subnets }) => ({ tableId: lower(id), subnetIds: subnets.map(lower) })),
    home: lower(layout.routeTable.id),
  };
  const plans = new Map<string, RoutingPlan>();
  const plan = (host: HostLayout): RoutingPlan => {
    const known = plans.get(host.host) ?? planSeen(view, routingWish(host, places), unseen);
    plans.set(host.host, known);
    return known;
  };
  return {
    of: plan,
    ownTables: ownTables(layout, places).map(({ id }) => lower(id)),
    crossed: [
      ...layout.routedSubnets.map(({ id }) => lower(id)),
      ...planSeen(view, routingWish(anyHost(promised), places), unseen).tables.flatMap(
        ({ subnets }) => subnets,
      ),
    ],
  };
}

/** Stands for whichever host: appliances are found by where the pools' prefixes go. */
function anyHost({ network, installation }: Promised): HostLayout {
  const { name, definition } = network;
  const address = (prefix: string) => formatAddress(parsePrefix(prefix).base + 4);
  return hostLayout(
    { installation, network: name, host: 'any', operation: 'reconcile' },
    definition,
    definition.hosts,
    {
      ghostedPrefix: definition.ghosted.pools[0] ?? definition.lanSubnet.prefix,
      natAddress: address(definition.natSubnet.prefix),
      lanAddress: address(definition.lanSubnet.prefix),
    },
  );
}

/** The facts as planner and packet walk look at them: ids in lower case, IPv4 only. */
export function viewOfFacts({ virtualNetwork, neighbours, subnets, tables }: Observed): NetworkView {
  return {
    virtualNetworks: [...(virtualNetwork ? [virtualNetwork] : []), ...neighbours].map(
      ({ id, ranges, peerings }) => ({
        id: lower(id),
        name: id.slice(id.lastIndexOf('/') + 1),
        ranges: ranges.filter(isIpv4),
        peerings,
      }),
    ),
    subnets: subnets.map(({ id, name, prefixes, tableId, natGateway, defaultOutboundAccess }) => ({
      id: lower(id),
      name,
      virtualNetworkId: lower(networkIdOf(id)),
      prefixes: prefixes.filter(isIpv4),
      ...(tableId === undefined ? {} : { routeTableId: lower(tableId) }),
      natGateway,
      defaultOutboundAccess,
    })),
    routeTables: tables.map(({ id, name, gatewayRoutes, peeringRoutes, routes }) => ({
      id: lower(id),
      name,
      gatewayRoutes,
      peeringRoutes,
      routes: routes.map(routeFacts),
    })),
    securityGroups: [],
    interfaces: [],
    gateways: [],
    hosts: [],
  };
}

const routeFacts = ({ name, prefix, nextHop }: ObservedRoute) => ({
  name,
  prefix,
  ...(isIpv4(`${nextHop}/32`)
    ? { nextHopType: 'VirtualAppliance' as const, nextHopAddress: nextHop }
    : { nextHopType: nextHopOf(nextHop) }),
});

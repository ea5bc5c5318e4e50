import type { Route, RouteTable, VirtualNetwork } from '@azure/arm-network';
import { covers, parsePrefix } from '../../network/ipv4';
import type { AzureClients } from '../clients';
import type { Decision, ResourceSpec } from '../ensure';
import { nameOf, parseId, sameId } from '../ids';
import { tagNames, type HostLayout } from '../layout';
import { failed } from '../outcome';
import { read, send } from '../send';
import { findSubnet } from './subnet';

export async function readRouteTable(clients: AzureClients, id: string): Promise<RouteTable | undefined> {
  const { subscriptionId, resourceGroup, names } = parseId(id);
  const client = await clients.network(subscriptionId);
  return read((options) => client.routeTables.get(resourceGroup, names[0] ?? '', options));
}

/** Where the host's route has to go, as the VNet is now. */
export interface RoutingPlan {
  /** Every table that needs the route: those found on routed subnets, and ours if a subnet has none. */
  tables: string[];
  /** Routed subnets without a table: ours is associated with them. */
  unrouted: string[];
}

/** A subnet has at most one table: an existing one gets our route, only a bare subnet gets our table. */
export function planRouting(layout: HostLayout, network: VirtualNetwork): RoutingPlan {
  const tables = new Map<string, string>();
  const unrouted: string[] = [];
  for (const wish of layout.routedSubnets) {
    const table = findSubnet(network, wish.id)?.routeTable?.id;
    if (!table) unrouted.push(wish.id);
    const target = table ?? layout.routeTable.id;
    tables.set(target.toLowerCase(), target);
  }
  return { tables: [...tables.values()], unrouted };
}

/** Our own table: made empty, tagged, with propagation as Azure has it by default. */
export function desiredRouteTable(
  layout: HostLayout,
  existing: RouteTable | undefined,
): Decision<RouteTable> {
  if (!existing) {
    const { [tagNames.installation]: installation = '', [tagNames.network]: network = '' } = layout.tags;
    return {
      action: 'put',
      change: 'created',
      body: {
        location: layout.location,
        tags: { [tagNames.installation]: installation, [tagNames.network]: network },
        disableBgpRoutePropagation: false,
      },
    };
  }
  return existing.provisioningState === 'Updating' ? { action: 'wait' } : { action: 'none' };
}

/** The app made the table if it carries the app's tag; anything else is somebody's and never deleted. */
export function isOurTable(layout: HostLayout, table: RouteTable): boolean {
  return table.tags?.[tagNames.installation] === layout.tags[tagNames.installation];
}

/** Desired route of the host in one table: the ghosted prefix to NIC 2. */
export function desiredRoute(layout: HostLayout, table: RouteTable | undefined): Decision<Route> {
  if (!table) return { action: 'wait' };
  const { name, prefix, nextHop } = layout.route;
  const routes = table.routes ?? [];
  const samePrefix = routes.find((route) => route.addressPrefix === prefix && route.name !== name);
  if (samePrefix) {
    return refuse(
      'PrefixRoutedElsewhere',
      `The route ${samePrefix.name} in ${table.name} already sends ${prefix} to ${samePrefix.nextHopIpAddress ?? samePrefix.nextHopType}. Remove it or choose another prefix.`,
    );
  }
  const inspection = inspectingRoute(layout, routes);
  if (inspection) {
    return refuse(
      'InspectionBypassed',
      `The route ${inspection.name} in ${table.name} sends ${inspection.addressPrefix} to the appliance ${inspection.nextHopIpAddress}. A route for ${prefix} would go round it.`,
    );
  }
  const existing = routes.find((route) => route.name === name);
  if (!existing) return { action: 'put', change: 'created', body: routeBody(layout) };
  if (existing.addressPrefix !== prefix) {
    return refuse(
      'ForeignRoute',
      `The route ${name} in ${table.name} is for ${existing.addressPrefix}, not ${prefix}. It is left as it is.`,
    );
  }
  if (existing.nextHopIpAddress !== nextHop || existing.nextHopType !== 'VirtualAppliance') {
    return { action: 'put', change: 'updated', body: routeBody(layout) };
  }
  return existing.provisioningState === 'Updating' ? { action: 'wait' } : { action: 'none' };
}

/** Longest existing route that covers the prefix, if it leads to an appliance: traffic is inspected there today. */
function inspectingRoute(layout: HostLayout, routes: Route[]): Route | undefined {
  const ghosted = parsePrefix(layout.route.prefix);
  const covering = routes
    .filter((route) => route.name !== layout.route.name && isIpv4Prefix(route.addressPrefix))
    .map((route) => ({ route, prefix: parsePrefix(route.addressPrefix ?? '', 'clear') }))
    .filter(({ prefix }) => covers(prefix, ghosted))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0]?.route;
  return covering?.nextHopType === 'VirtualAppliance' ? covering : undefined;
}

/** Routes may also carry IPv6 ranges and service tags. */
const isIpv4Prefix = (text: string | undefined) => /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(text ?? '');

function routeBody(layout: HostLayout): Route {
  const { prefix, nextHop } = layout.route;
  return { addressPrefix: prefix, nextHopType: 'VirtualAppliance', nextHopIpAddress: nextHop };
}

const refuse = (code: string, message: string): Decision<never> => ({
  action: 'refuse',
  failure: failed('invalid', code, message),
});

export function routeTableSpec(layout: HostLayout): ResourceSpec<RouteTable> {
  const { id, name } = layout.routeTable;
  const { subscriptionId, resourceGroup } = parseId(id);
  return {
    id,
    read: (clients) => readRouteTable(clients, id),
    desired: (existing) => desiredRouteTable(layout, existing),
    async write(clients, body) {
      const client = await clients.network(subscriptionId);
      return send((options) => client.routeTables.createOrUpdate(resourceGroup, name, body, options));
    },
  };
}

/** A route is written as a child of its table: a PUT of the table would replace everybody's routes. */
export function routeSpec(layout: HostLayout, tableId: string): ResourceSpec<RouteTable, Route> {
  const { subscriptionId, resourceGroup } = parseId(tableId);
  return {
    id: `${tableId}/routes/${layout.route.name}`,
    read: (clients) => readRouteTable(clients, tableId),
    desired: (table) => desiredRoute(layout, table),
    async write(clients, body) {
      const client = await clients.network(subscriptionId);
      return send((options) =>
        client.routes.createOrUpdate(resourceGroup, nameOf(tableId), layout.route.name, body, options),
      );
    },
  };
}

export const isAssociated = (network: VirtualNetwork, subnetId: string, tableId: string) =>
  sameId(findSubnet(network, subnetId)?.routeTable?.id, tableId);

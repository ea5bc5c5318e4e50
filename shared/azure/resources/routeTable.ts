import type { Route, RouteTable } from '@azure/arm-network';
import { formatPrefix } from '../../network/ipv4';
import { isNamedRoute, routeNameIn, routesPerTable } from '../../network/routing';
import { readPrefix } from '../../network/walk';
import type { AzureClients } from '../clients';
import type { Decision, ResourceSpec } from '../ensure';
import { nameOf, parseId } from '../ids';
import { tagNames, type HostLayout } from '../layout';
import { failed } from '../outcome';
import { AzureFailure, read, send } from '../send';

export async function readRouteTable(clients: AzureClients, id: string): Promise<RouteTable | undefined> {
  const { subscriptionId, resourceGroup, names } = parseId(id);
  const client = await clients.network(subscriptionId);
  return read((options) => client.routeTables.get(resourceGroup, names[0] ?? '', options));
}

/** Those of these tables that are there, and the ids of those that the app may not read. Throws AzureFailure for the rest. */
export async function readTables(
  clients: AzureClients,
  ids: readonly string[],
): Promise<{ found: RouteTable[]; unread: string[] }> {
  const unread: string[] = [];
  const tables = await Promise.all(
    ids.map(async (id) => {
      try {
        return await readRouteTable(clients, id);
      } catch (error) {
        if (!(error instanceof AzureFailure) || error.failed.class !== 'denied') throw error;
        unread.push(id);
        return undefined;
      }
    }),
  );
  return { found: tables.filter((table) => table !== undefined), unread };
}

/** Our own table: made empty, tagged, with propagation as Azure has it by default. */
export function desiredRouteTable(
  layout: HostLayout,
  existing: RouteTable | undefined,
  location = layout.location,
): Decision<RouteTable> {
  if (!existing) {
    const { [tagNames.installation]: installation = '', [tagNames.network]: network = '' } = layout.tags;
    return {
      action: 'put',
      change: 'created',
      body: {
        location,
        tags: {
          ...layout.definition.tags,
          [tagNames.installation]: installation,
          [tagNames.network]: network,
        },
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

/** The same range, however it is spelt: host bits mean nothing. A service tag is none. */
function isFor({ addressPrefix }: Route, prefix: string): boolean {
  const range = readPrefix(addressPrefix ?? '');
  return range !== undefined && formatPrefix(range) === prefix;
}

/** Desired route of the host in one table: the ghosted prefix to NIC 2. Whether it may go there is planned before. */
export function desiredRoute(layout: HostLayout, table: RouteTable | undefined): Decision<Route> {
  if (!table) return { action: 'wait' };
  const { prefix, nextHop } = layout.route;
  const name = routeNameIn(layout.route, table.id ?? '');
  const isOwn = (route: Route) => isNamedRoute(layout.route, table.id ?? '', route.name);
  const routes = table.routes ?? [];
  const samePrefix = routes.find((route) => isFor(route, prefix) && !isOwn(route));
  if (samePrefix) {
    return refuse(
      'PrefixRoutedElsewhere',
      `The route ${samePrefix.name} in ${table.name} already sends ${prefix} to ${samePrefix.nextHopIpAddress ?? samePrefix.nextHopType}. Remove it or choose another prefix.`,
    );
  }
  const existing = routes.find(isOwn);
  if (!existing) {
    return routes.length < routesPerTable
      ? { action: 'put', change: 'created', body: routeBody(layout) }
      : refuse(
          'RouteTableFull',
          `The route table ${table.name} has ${routes.length} of ${routesPerTable} routes. Remove routes, or give the subnet another table.`,
        );
  }
  if (!isFor(existing, prefix)) {
    return refuse(
      'ForeignRoute',
      `The route ${name} in ${table.name} is for ${existing.addressPrefix}, not ${prefix}. It is left as it is.`,
    );
  }
  if (existing.nextHopIpAddress !== nextHop || existing.nextHopType?.toLowerCase() !== 'virtualappliance') {
    return { action: 'put', change: 'updated', body: routeBody(layout) };
  }
  return existing.provisioningState === 'Updating' ? { action: 'wait' } : { action: 'none' };
}

function routeBody(layout: HostLayout): Route {
  const { prefix, nextHop } = layout.route;
  return { addressPrefix: prefix, nextHopType: 'VirtualAppliance', nextHopIpAddress: nextHop };
}

const refuse = (code: string, message: string): Decision<never> => ({
  action: 'refuse',
  failure: failed('invalid', code, message),
});

/** The table of ours at home, or one for subnets of another subscription or region. */
export function routeTableSpec(
  layout: HostLayout,
  table: { id: string; location: string } = { id: layout.routeTable.id, location: layout.location },
): ResourceSpec<RouteTable> {
  const { id } = table;
  const { subscriptionId, resourceGroup } = parseId(id);
  return {
    id,
    read: (clients) => readRouteTable(clients, id),
    desired: (existing) => desiredRouteTable(layout, existing, table.location),
    async write(clients, body) {
      const client = await clients.network(subscriptionId);
      return send((options) => client.routeTables.createOrUpdate(resourceGroup, nameOf(id), body, options));
    },
  };
}

/** A route is written as a child of its table: a PUT of the table would replace everybody's routes. */
export function routeSpec(layout: HostLayout, tableId: string): ResourceSpec<RouteTable, Route> {
  const { subscriptionId, resourceGroup } = parseId(tableId);
  const name = routeNameIn(layout.route, tableId);
  return {
    id: `${tableId}/routes/${name}`,
    read: (clients) => readRouteTable(clients, tableId),
    desired: (table) => desiredRoute(layout, table),
    async write(clients, body) {
      const client = await clients.network(subscriptionId);
      return send((options) =>
        client.routes.createOrUpdate(resourceGroup, nameOf(tableId), name, body, options),
      );
    },
  };
}

import type { Cloud } from '../cloud';
import { networkError } from '../errors';
import { asArray, asObject, asString, at } from '../json';
import { guid } from '../random';
import type { ArmResource } from '../types';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { checkRoute, routes, storeRoute } from './routes';
import { assertUnlocked, checkNetworkEtag, following, locationOf, newEtag, patchTags } from './writing';
import { referrers, tagsOf } from './writing';

const type = 'Microsoft.Network/routeTables';

export const routeTables: Kind = {
  type,
  service: 'network',
  render: (cloud, table) => {
    const subnets = associated(cloud, table.id);
    return {
      name: table.name,
      id: table.id,
      ...(table.etag === undefined ? {} : { etag: table.etag }),
      type,
      ...(table.location === undefined ? {} : { location: table.location }),
      ...(table.tags === undefined ? {} : { tags: table.tags }),
      properties: {
        ...table.properties,
        routes: routesOf(cloud, table).map((route) => routes.render(cloud, route)),
        ...(subnets.length === 0 ? {} : { subnets: subnets.map(({ id }) => ({ id })) }),
      },
    };
  },
  put,
  patch: patchTags(() => routeTables),
  remove,
};

export function routesOf(cloud: Cloud, table: ArmResource): ArmResource[] {
  return cloud.store.list('Microsoft.Network/routeTables/routes', { parent: table.id });
}

function associated(cloud: Cloud, tableId: string): ArmResource[] {
  return referrers(cloud, 'Microsoft.Network/virtualNetworks/subnets', tableId, 'routeTable');
}

/** Ends a write: table and routes show the state, under a new common etag. */
export function finishTable(
  cloud: Cloud,
  table: ArmResource,
  written: ArmResource[],
  state: string,
  failed?: ArmResource,
): void {
  table.properties.provisioningState = state;
  for (const route of written) route.properties.provisioningState = state;
  if (failed) failed.properties.provisioningState = 'Failed';
  table.etag = newEtag(cloud);
}

function put(call: Call): Reply {
  const { cloud, existing, request } = call;
  const location = locationOf(call);
  checkNetworkEtag(call, existing?.etag);
  const sent = asObject(call.body.properties);
  const id = existing?.id ?? call.id;
  const inline = asArray(sent.routes).map((entry) => ({
    name: asString(at(entry, 'name')) ?? '',
    properties: asObject(at(entry, 'properties')),
  }));
  for (const [index, route] of inline.entries())
    checkRoute(id, route.name, route.properties, inline.slice(0, index));
  assertUnlocked(cloud, id);
  const table: ArmResource = {
    id,
    name: existing?.name ?? call.target.names[0] ?? '',
    type,
    location,
    ...tagsOf(call.body),
    etag: newEtag(cloud),
    properties: {
      provisioningState: 'Updating',
      resourceGuid: existing?.properties.resourceGuid ?? guid(cloud.identifiers),
      disableBgpRoutePropagation: sent.disableBgpRoutePropagation ?? false,
      ...(sent.disablePeeringRoute === undefined ? {} : { disablePeeringRoute: sent.disablePeeringRoute }),
    },
  };
  // The list in the body is the whole truth: a table PUT without routes leaves none.
  for (const route of existing ? routesOf(cloud, existing) : []) cloud.store.remove(route.id);
  cloud.store.put(table);
  const written = inline.map((route) => storeRoute(cloud, table, route.name, route.properties));
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'PutRouteTableOperation',
    location,
    resourceId: id,
    seconds: cloud.latency('routeTable'),
    request,
    locks: [id],
    done: () => finishTable(cloud, table, written, 'Succeeded'),
    failed: () => finishTable(cloud, table, written, 'Failed'),
  });
  return {
    status: existing ? 200 : 201,
    headers: following(cloud, operation),
    body: routeTables.render(cloud, table),
  };
}

function remove(call: ExistingCall): Reply {
  const { cloud, existing, request } = call;
  checkNetworkEtag(call, existing.etag);
  if (associated(cloud, existing.id).length > 0) {
    throw networkError(
      400,
      'InUseRouteTableCannotBeDeleted',
      `Route table ${existing.name} is in use and cannot be deleted.`,
    );
  }
  assertUnlocked(cloud, existing.id);
  existing.properties.provisioningState = 'Deleting';
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'DeleteRouteTableOperation',
    location: existing.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency('routeTable'),
    request,
    locks: [existing.id],
    done: () => cloud.store.remove(existing.id),
    failed: () => finishTable(cloud, existing, [], 'Failed'),
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}

import type { Cloud } from '../cloud';
import { networkError } from '../errors';
import { idOf, parentId, sameId } from '../ids';
import { parseAddress } from '../ipv4';
import { asObject, asString } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { finishTable, routesOf } from './routeTables';
import { checkedRange } from './addressSpace';
import { assertUnlocked, checkNetworkEtag, following, newEtag } from './writing';

const type = 'Microsoft.Network/routeTables/routes';
const nextHopTypes = ['VirtualAppliance', 'VirtualNetworkGateway', 'VnetLocal', 'Internet', 'None'];
const routeLimit = 400;

export const routes: Kind = {
  type,
  service: 'network',
  render: (cloud, route) => {
    const etag = cloud.store.get(parentId(route.id))?.etag;
    return {
      name: route.name,
      id: route.id,
      ...(etag === undefined ? {} : { etag }),
      properties: route.properties,
      type,
    };
  },
  put,
  remove,
};

/** Throws what Azure answers to a route that its table cannot hold. Unverified: the codes, except the CIDR ones. */
export function checkRoute(
  tableId: string,
  name: string,
  properties: JsonObject,
  siblings: { name: string; properties: JsonObject }[],
): void {
  const id = `${tableId}/routes/${name}`;
  const prefix = asString(properties.addressPrefix) ?? '';
  // A service tag stands in for a prefix.
  if (!/^[A-Za-z]/.test(prefix)) checkedRange(prefix, id);
  const hopType = asString(properties.nextHopType) ?? '';
  const hop = asString(properties.nextHopIpAddress);
  if (!nextHopTypes.includes(hopType)) {
    throw networkError(
      400,
      'InvalidRequestFormat',
      `Cannot parse the request: nextHopType '${hopType}' of ${id}.`,
    );
  }
  if (hopType === 'VirtualAppliance' ? parseAddress(hop ?? '') === undefined : hop !== undefined) {
    throw networkError(
      400,
      'RouteInvalidNextHopIpAddress',
      `Route ${id} with next hop type ${hopType} has the next hop address '${hop ?? ''}'.`,
    );
  }
  const others = siblings.filter((sibling) => !sameId(sibling.name, name));
  const twin = others.find((sibling) => sibling.properties.addressPrefix === prefix);
  if (twin) {
    throw networkError(
      400,
      'RouteConflict',
      `Route ${name} conflicts with route ${twin.name}: both have the address prefix ${prefix}.`,
    );
  }
  if (others.length >= routeLimit) {
    throw networkError(
      400,
      'RouteTableRouteLimitReached',
      `Route table ${tableId} has ${routeLimit} routes.`,
    );
  }
}

export function storeRoute(cloud: Cloud, table: ArmResource, name: string, sent: JsonObject): ArmResource {
  const id = `${table.id}/routes/${name}`;
  const existing = cloud.store.get(id);
  return cloud.store.put({
    id: existing?.id ?? id,
    name: existing?.name ?? name,
    type,
    properties: {
      provisioningState: 'Updating',
      addressPrefix: sent.addressPrefix,
      nextHopType: sent.nextHopType,
      ...(sent.nextHopIpAddress === undefined ? {} : { nextHopIpAddress: sent.nextHopIpAddress }),
      hasBgpOverride: false,
    },
  });
}

function put(call: Call): Reply {
  const { cloud, existing, request } = call;
  const table = tableOf(call);
  checkNetworkEtag(call, table.etag);
  const name = existing?.name ?? call.target.names[1] ?? '';
  const sent = asObject(call.body.properties);
  checkRoute(table.id, name, sent, routesOf(cloud, table));
  assertUnlocked(cloud, table.id);
  const route = storeRoute(cloud, table, name, sent);
  table.properties.provisioningState = 'Updating';
  table.etag = newEtag(cloud);
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'PutRouteOperation',
    location: table.location ?? '',
    resourceId: route.id,
    seconds: cloud.latency('route'),
    request,
    locks: [table.id],
    done: () => finishTable(cloud, table, [route], 'Succeeded'),
    failed: () => finishTable(cloud, table, [], 'Succeeded', route),
  });
  return {
    status: existing ? 200 : 201,
    headers: following(cloud, operation),
    body: routes.render(cloud, route),
  };
}

function tableOf(call: Call): ArmResource {
  const table = call.cloud.store.get(parentId(idOf(call.target)));
  if (!table) throw new Error(`The front door let a route without table pass: ${call.id}`);
  return table;
}

function remove(call: ExistingCall): Reply {
  const { cloud, existing, request } = call;
  const table = tableOf(call);
  checkNetworkEtag(call, table.etag);
  assertUnlocked(cloud, table.id);
  existing.properties.provisioningState = 'Deleting';
  table.properties.provisioningState = 'Updating';
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'DeleteRouteOperation',
    location: table.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency('route'),
    request,
    locks: [table.id],
    done: () => {
      cloud.store.remove(existing.id);
      finishTable(cloud, table, [], 'Succeeded');
    },
    failed: () => finishTable(cloud, table, [], 'Succeeded', existing),
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}

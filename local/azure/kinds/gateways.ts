import type { Cloud } from '../cloud';
import { networkError } from '../errors';
import { lastName, parentId, sameId } from '../ids';
import { formatAddress, parseRange } from '../ipv4';
import { asArray, asObject, asString, at, isObject, without } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';
import { addressesIn, allocate } from './addresses';
import type { ExistingCall, Kind, Reply } from './kind';
import { plain } from './plainKind';
import { following, referenced, referrers } from './writing';

/** Gateways to networks on premises, the networks behind them, and the connections between the two. */

export const gatewayType = 'Microsoft.Network/virtualNetworkGateways';
const localType = 'Microsoft.Network/localNetworkGateways';
const connectionType = 'Microsoft.Network/connections';
const subnetType = 'Microsoft.Network/virtualNetworks/subnets';

/** Internal: prefixes that a gateway has learned from its BGP peers. Only administration sees and sets them. */
export const learnedPrefixes = 'x-learnedPrefixes';

/** Id of the GatewaySubnet of a gateway. */
export function gatewaySubnetOf(gateway: ArmResource): string {
  return asString(at(asArray(gateway.properties.ipConfigurations)[0], 'properties', 'subnet', 'id')) ?? '';
}

export function gatewaysIn(cloud: Cloud, vnetId: string): ArmResource[] {
  return cloud.store
    .list(gatewayType)
    .filter((gateway) => sameId(parentId(gatewaySubnetOf(gateway)), vnetId));
}

const plainGateways = plain({
  type: gatewayType,
  latency: 'gateway',
  filled: (cloud, { id, location }, sent, existing) => {
    const entries = asArray(sent.ipConfigurations).filter(isObject);
    if (entries.length === 0) {
      throw networkError(
        400,
        'InvalidRequestFormat',
        'Required property ipConfigurations is missing or empty.',
      );
    }
    const learned = existing?.properties[learnedPrefixes];
    return {
      gatewayType: sent.gatewayType ?? 'Vpn',
      enableBgp: sent.enableBgp ?? false,
      activeActive: sent.activeActive ?? false,
      ipConfigurations: entries.map((entry) => configuration(cloud, { id, location }, entry)),
      ...(learned === undefined ? {} : { [learnedPrefixes]: learned }),
    };
  },
  derived: () => ({}),
  inUse: (resource, _derived, cloud) => {
    const users = referrers(cloud, connectionType, resource.id, 'virtualNetworkGateway1');
    const vnet = parentId(gatewaySubnetOf(resource));
    const transit = cloud.store
      .naming('Microsoft.Network/virtualNetworks/virtualNetworkPeerings', vnet)
      .filter(({ properties }) => properties.useRemoteGateways === true);
    const [user] = [...users, ...transit];
    return user === undefined
      ? undefined
      : // Unverified: the code.
        networkError(
          400,
          'VirtualNetworkGatewayCannotBeDeleted',
          `Virtual network gateway ${resource.id} can not be deleted since it is still in use by ${user.id}.`,
        );
  },
});

export const virtualNetworkGateways: Kind = {
  ...plainGateways,
  render: (_cloud, gateway) => ({ ...gateway, properties: without(gateway.properties, learnedPrefixes) }),
  actions: { getlearnedroutes: learnedRoutes },
};

/** What stands in the way of a gateway's work: the routing of its own subnet. */
export function obstacle(cloud: Cloud, subnet: ArmResource): string | undefined {
  const tableId = asString(at(subnet.properties, 'routeTable', 'id'));
  const table = tableId === undefined ? undefined : cloud.store.get(tableId);
  if (!table) return undefined;
  if (table.properties.disableBgpRoutePropagation === true) {
    return `route table ${table.name} of the GatewaySubnet turns propagation off`;
  }
  const all = cloud.store
    .list('Microsoft.Network/routeTables/routes', { parent: table.id })
    .find(({ properties }) => properties.addressPrefix === '0.0.0.0/0');
  return all && `route ${all.name} of the GatewaySubnet has the prefix 0.0.0.0/0`;
}

function configuration(cloud: Cloud, by: { id: string; location: string }, entry: JsonObject): JsonObject {
  const name = asString(entry.name) ?? 'default';
  const id = `${by.id}/ipConfigurations/${name}`;
  const sent = asObject(entry.properties);
  const subnet = referenced(cloud, sent.subnet ?? {}, subnetType, { id });
  if (!subnet || lastName(subnet.id).toLowerCase() !== 'gatewaysubnet') {
    throw networkError(
      400,
      'InvalidSubnetForVirtualNetworkGateway',
      `Subnet ${subnet?.id ?? ''} of ${id} must be named GatewaySubnet.`,
    );
  }
  const blocked = obstacle(cloud, subnet);
  // Unverified: the code; that a gateway cannot be made over such a table is documented.
  if (blocked !== undefined)
    throw networkError(400, 'InvalidRouteTableOnGatewaySubnet', `${by.id}: ${blocked}.`);
  referenced(cloud, sent.publicIPAddress, 'Microsoft.Network/publicIPAddresses', by);
  const before = asArray(cloud.store.get(by.id)?.properties.ipConfigurations).find(
    (one) => at(one, 'name') === name,
  );
  const held = asString(at(before, 'properties', 'privateIPAddress'));
  return {
    name,
    id,
    type: `${gatewayType}/ipConfigurations`,
    properties: {
      provisioningState: 'Succeeded',
      privateIPAddress: allocate(
        { id, subnet, ...(held === undefined ? {} : { held }) },
        addressesIn(cloud, subnet, by.id),
      ),
      privateIPAllocationMethod: 'Dynamic',
      subnet: { id: subnet.id },
      ...(sent.publicIPAddress === undefined
        ? {}
        : { publicIPAddress: { id: at(sent.publicIPAddress, 'id') } }),
    },
  };
}

/** POST getLearnedRoutes: what BGP peers have told the gateway. */
function learnedRoutes({ cloud, existing, request }: ExistingCall): Reply {
  const own =
    asString(at(asArray(existing.properties.ipConfigurations)[0], 'properties', 'privateIPAddress')) ?? '';
  const value = asArray(existing.properties[learnedPrefixes]).map((network) => ({
    localAddress: own,
    network,
    nextHop: formatAddress((parseRange(String(network))?.first ?? 0) + 1),
    sourcePeer: formatAddress((parseRange(String(network))?.first ?? 0) + 1),
    origin: 'EBgp',
    asPath: '65010',
    weight: 32768,
  }));
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'GetLearnedRoutesOperation',
    location: existing.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency('effectiveRoutes'),
    request,
    done: () => ({ value }),
    failed: () => undefined,
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}

export const localNetworkGateways = plain({
  type: localType,
  filled: () => ({}),
  derived: () => ({}),
  inUse: (resource, _derived, cloud) => {
    const [user] = referrers(cloud, connectionType, resource.id, 'localNetworkGateway2');
    return user === undefined
      ? undefined
      : networkError(
          400,
          'LocalNetworkGatewayCannotBeDeleted',
          `Local network gateway ${resource.id} can not be deleted since it is still in use by ${user.id}.`,
        );
  },
});

export const connections = plain({
  type: connectionType,
  filled: (cloud, resource, sent) => {
    const gateway = referenced(cloud, sent.virtualNetworkGateway1 ?? {}, gatewayType, resource);
    const local = referenced(cloud, sent.localNetworkGateway2, localType, resource);
    return {
      virtualNetworkGateway1: { id: gateway?.id },
      ...(local ? { localNetworkGateway2: { id: local.id } } : {}),
      connectionStatus: 'Connected',
    };
  },
  derived: () => ({}),
  inUse: () => undefined,
});

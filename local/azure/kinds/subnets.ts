import type { Cloud } from '../cloud';
import { networkError } from '../errors';
import { contains, overlaps, parseRange } from '../ipv4';
import type { Range } from '../ipv4';
import { idOf, parentId, sameId } from '../ids';
import { asArray, asObject, asString, at, sameJson, without } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { checkedRange, childrenOf, rangesOf } from './addressSpace';
import { finish, privateByDefault } from './virtualNetworks';
import { assertUnlocked, checkNetworkEtag, following, newEtag, occupants, referenced } from './writing';

const type = 'Microsoft.Network/virtualNetworks/subnets';

/** What a client may send but never sets. */
const readOnly = [
  'provisioningState',
  'ipConfigurations',
  'privateEndpoints',
  'resourceNavigationLinks',
  'purpose',
];

const references = {
  routeTable: 'Microsoft.Network/routeTables',
  networkSecurityGroup: 'Microsoft.Network/networkSecurityGroups',
  natGateway: 'Microsoft.Network/natGateways',
} as const;

const subnetLimit = 3000;

export const subnets: Kind = {
  type,
  service: 'network',
  render: (cloud, subnet) => {
    const used = usersOf(cloud, subnet.id);
    const etag = cloud.store.get(parentId(subnet.id))?.etag;
    return {
      name: subnet.name,
      id: subnet.id,
      ...(etag === undefined ? {} : { etag }),
      properties: {
        ...subnet.properties,
        ...(used.length === 0 ? {} : { ipConfigurations: used.map((id) => ({ id })) }),
      },
      type,
    };
  },
  put,
  remove,
};

/** Ids of the IP configurations that lie in the subnet. */
export function usersOf(cloud: Cloud, subnetId: string): string[] {
  return occupants(cloud, subnetId).map(({ id }) => id);
}

/** The error that a used subnet answers a deletion with; undefined if nothing is in it. */
export function subnetInUse(cloud: Cloud, subnet: ArmResource): Error | undefined {
  const [user] = usersOf(cloud, subnet.id);
  if (user === undefined) return undefined;
  return networkError(
    400,
    'InUseSubnetCannotBeDeleted',
    `Subnet ${subnet.name} is in use by ${user} and cannot be deleted. In order to delete the subnet, delete all the ` +
      'resources within the subnet. See aka.ms/deletesubnet.',
  );
}

/** The range of a subnet, whichever of the two properties carries it. */
export function prefixOf(properties: JsonObject): string {
  return asString(properties.addressPrefix) ?? asString(asArray(properties.addressPrefixes)[0]) ?? '';
}

export function rangeOf(subnet: { properties: JsonObject }): Range | undefined {
  return parseRange(prefixOf(subnet.properties));
}

/** Throws what Azure answers to a subnet that does not fit into its network. */
export function checkSubnet(
  cloud: Cloud,
  vnet: ArmResource,
  name: string,
  properties: JsonObject,
  siblings: { name: string; properties: JsonObject }[],
): void {
  const range = checkedRange(prefixOf(properties), `${vnet.id}/subnets/${name}`);
  if (range.length > 29 || !rangesOf(vnet).some((space) => contains(space, range))) {
    throw networkError(
      400,
      range.length > 29 ? 'NetcfgInvalidSubnet' : 'NetcfgSubnetRangeOutsideVnet',
      range.length > 29
        ? `Subnet '${name}' is not valid in virtual network '${vnet.name}'.`
        : `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual ` +
            `network '${vnet.name}'.`,
    );
  }
  const others = siblings.filter((sibling) => !sameId(sibling.name, name));
  if (others.some((sibling) => overlapsRange(sibling, range))) {
    throw networkError(
      400,
      'NetcfgSubnetRangesOverlap',
      `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in ` +
        `virtual network '${vnet.name}'.`,
    );
  }
  if (others.length >= subnetLimit) {
    // Unverified: the code. The number is documented.
    throw networkError(
      400,
      'SubnetLimitReached',
      `Virtual network '${vnet.name}' has ${subnetLimit} subnets.`,
    );
  }
  const by = {
    id: `${vnet.id}/subnets/${name}`,
    ...(vnet.location === undefined ? {} : { location: vnet.location }),
  };
  for (const [property, target] of Object.entries(references))
    referenced(cloud, properties[property], target, by);
}

function overlapsRange(sibling: { properties: JsonObject }, range: Range): boolean {
  const other = rangeOf(sibling);
  return other !== undefined && overlaps(other, range);
}

/** Writes the subnet as sent, replacing everything it was. */
export function storeSubnet(cloud: Cloud, vnet: ArmResource, name: string, sent: JsonObject): ArmResource {
  const id = `${vnet.id}/subnets/${name}`;
  const existing = cloud.store.get(id);
  return cloud.store.put({
    id: existing?.id ?? id,
    name: existing?.name ?? name,
    type,
    properties: { provisioningState: 'Updating', ...settled(vnet, sent, existing) },
  });
}

function settled(vnet: ArmResource, sent: JsonObject, existing: ArmResource | undefined): JsonObject {
  const narrowed = Object.fromEntries(
    Object.entries(without(sent, ...readOnly))
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, name in references ? { id: asString(at(value, 'id')) } : value]),
  );
  const outbound =
    sent.defaultOutboundAccess ??
    existing?.properties.defaultOutboundAccess ??
    (vnet.properties[privateByDefault] === true && !existing ? false : undefined);
  return {
    ...narrowed,
    delegations: narrowed.delegations ?? [],
    privateEndpointNetworkPolicies: narrowed.privateEndpointNetworkPolicies ?? 'Disabled',
    privateLinkServiceNetworkPolicies: narrowed.privateLinkServiceNetworkPolicies ?? 'Enabled',
    ...(outbound === undefined || outbound === null ? {} : { defaultOutboundAccess: outbound }),
  };
}

function put(call: Call): Reply {
  const { cloud, existing, request } = call;
  const vnet = cloud.store.get(parentId(idOf(call.target)));
  if (!vnet) throw new Error(`The front door let a subnet without network pass: ${call.id}`);
  checkNetworkEtag(call, vnet.etag);
  const sent = asObject(call.body.properties);
  const name = existing?.name ?? call.target.names[1] ?? '';
  checkSubnet(cloud, vnet, name, sent, childrenOf(cloud, vnet));
  const before = existing && prefixOf(existing.properties);
  if (existing && before !== prefixOf(sent) && usersOf(cloud, existing.id).length > 0) {
    throw networkError(
      400,
      'InUsePrefixCannotBeDeleted',
      `IpPrefix ${before} on Subnet ${name} has active allocations and cannot be deleted.`,
    );
  }
  assertUnlocked(cloud, vnet.id);
  const unchanged =
    existing !== undefined &&
    existing.properties.provisioningState === 'Succeeded' &&
    sameJson(without(existing.properties, 'provisioningState'), settled(vnet, sent, existing));
  const subnet = unchanged ? existing : storeSubnet(cloud, vnet, name, sent);
  if (!unchanged) {
    vnet.properties.provisioningState = 'Updating';
    vnet.etag = newEtag(cloud);
  }
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'PutSubnetOperation',
    location: vnet.location ?? '',
    resourceId: subnet.id,
    seconds: cloud.latency(unchanged ? 'subnetUnchanged' : 'subnet'),
    request,
    locks: unchanged ? [] : [vnet.id],
    done: () => {
      if (!unchanged) finish(cloud, vnet, [subnet], 'Succeeded');
    },
    failed: () => finish(cloud, vnet, [], 'Succeeded', subnet),
  });
  return {
    status: existing ? 200 : 201,
    headers: following(cloud, operation),
    body: subnets.render(cloud, subnet),
  };
}

function remove(call: ExistingCall): Reply {
  const { cloud, existing, request } = call;
  const vnet = cloud.store.get(parentId(existing.id));
  checkNetworkEtag(call, vnet?.etag);
  const used = subnetInUse(cloud, existing);
  if (used) throw used;
  assertUnlocked(cloud, parentId(existing.id));
  existing.properties.provisioningState = 'Deleting';
  if (vnet) vnet.properties.provisioningState = 'Updating';
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'DeleteSubnetOperation',
    location: vnet?.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency('subnet'),
    request,
    locks: [parentId(existing.id)],
    done: () => {
      cloud.store.remove(existing.id);
      if (vnet) finish(cloud, vnet, [], 'Succeeded');
    },
    failed: () => {
      if (vnet) finish(cloud, vnet, [], 'Succeeded', existing);
    },
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}

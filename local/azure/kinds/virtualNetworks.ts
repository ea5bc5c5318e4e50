import type { Cloud } from '../cloud';
import { sameId } from '../ids';
import { asArray, asObject, asString, at, without } from '../json';
import { guid } from '../random';
import type { ArmResource } from '../types';
import { checkAddressSpace, childrenOf } from './addressSpace';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { checkSpaceOfPeers } from './peeringChecks';
import { disconnect, peerings, peeringsOf, spaceOf } from './peerings';
import { checkSubnet, storeSubnet, subnets, subnetInUse } from './subnets';
import { anotherOperation, assertUnlocked, checkNetworkEtag, following, locationOf } from './writing';
import { newEtag, patchTags, tagsOf } from './writing';

const type = 'Microsoft.Network/virtualNetworks';

export const virtualNetworks: Kind = {
  type,
  service: 'network',
  render: (cloud, vnet) => ({
    name: vnet.name,
    id: vnet.id,
    ...(vnet.etag === undefined ? {} : { etag: vnet.etag }),
    type,
    ...(vnet.location === undefined ? {} : { location: vnet.location }),
    ...(vnet.tags === undefined ? {} : { tags: vnet.tags }),
    properties: {
      ...without(vnet.properties, 'enableDdosProtection', privateByDefault),
      subnets: childrenOf(cloud, vnet).map((subnet) => subnets.render(cloud, subnet)),
      virtualNetworkPeerings: peeringsOf(cloud, vnet).map((peering) => peerings.render(cloud, peering)),
      enableDdosProtection: vnet.properties.enableDdosProtection ?? false,
    },
  }),
  put,
  patch: patchTags(() => virtualNetworks),
  remove,
};

/** Internal mark: subnets of networks created with api-version 2025-07-01 or later have no default outbound access. */
export const privateByDefault = 'x-privateByDefault';

function put(call: Call): Reply {
  const { cloud, existing, request } = call;
  const location = locationOf(call);
  checkNetworkEtag(call, existing?.etag);
  const sent = asObject(call.body.properties);
  checkAddressSpace(call);
  if (existing) checkSpaceOfPeers(cloud, existing, spaceOf({ ...existing, properties: sent }));
  const removed = existing ? removedByPut(cloud, existing, sent.subnets) : [];
  for (const subnet of removed) {
    const used = subnetInUse(cloud, subnet);
    if (used) throw used;
  }
  const inline = inlineSubnets(sent.subnets);
  const vnet: ArmResource = {
    id: existing?.id ?? call.id,
    name: existing?.name ?? call.target.names[0] ?? '',
    type,
    location,
    ...tagsOf(call.body),
    etag: newEtag(cloud),
    properties: {
      provisioningState: 'Updating',
      resourceGuid: existing?.properties.resourceGuid ?? guid(cloud.identifiers),
      addressSpace: sent.addressSpace,
      ...(sent.dhcpOptions === undefined ? {} : { dhcpOptions: sent.dhcpOptions }),
      privateEndpointVNetPolicies: sent.privateEndpointVNetPolicies ?? 'Disabled',
      ...(existing ? privacyOf(existing) : privacyAt(request.query.get('api-version') ?? '')),
    },
  };
  checkInline(cloud, vnet, inline, existing, removed);
  supersede(cloud, vnet.id);
  cloud.store.put(vnet);
  for (const subnet of removed) cloud.store.remove(subnet.id);
  for (const entry of inline) storeSubnet(cloud, vnet, entry.name, entry.properties);
  const children = childrenOf(cloud, vnet);
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'PutVirtualNetworkOperation',
    location,
    resourceId: vnet.id,
    seconds: cloud.latency('virtualNetwork'),
    request,
    locks: [vnet.id],
    done: () => finish(cloud, vnet, children, 'Succeeded'),
    failed: () => finish(cloud, vnet, children, 'Failed'),
  });
  return {
    status: existing ? 200 : 201,
    headers: following(cloud, operation),
    body: virtualNetworks.render(cloud, vnet),
  };
}

/** Ends a write: network and subnets show the state (a subnet that failed shows that), under a new common etag. */
export function finish(
  cloud: Cloud,
  vnet: ArmResource,
  written: ArmResource[],
  state: string,
  failed?: ArmResource,
): void {
  vnet.properties.provisioningState = state;
  for (const subnet of written) subnet.properties.provisioningState = state;
  if (failed) failed.properties.provisioningState = 'Failed';
  vnet.etag = newEtag(cloud);
}

/** A subnet operation still running ends as canceled; any other operation refuses the newcomer. */
function supersede(cloud: Cloud, vnetId: string): void {
  const running = cloud.operations.holding(vnetId);
  if (!running) return;
  if (running.name !== 'PutSubnetOperation') throw anotherOperation(cloud, running);
  const message =
    `Operation PutSubnetOperation (${running.id}) was canceled and superseded by operation ` +
    'PutVirtualNetworkOperation.';
  cloud.operations.fail(
    running,
    { status: 'Canceled', code: 'Canceled', message: 'Operation was canceled.' },
    [{ code: 'CanceledAndSupersededDueToAnotherOperation', message }],
  );
}

function inlineSubnets(value: unknown): { name: string; properties: Record<string, unknown> }[] {
  return asArray(value).map((entry) => ({
    name: asString(at(entry, 'name')) ?? '',
    properties: asObject(at(entry, 'properties')),
  }));
}

/** `subnets` left out means unchanged, an explicit list is the whole truth. */
function removedByPut(cloud: Cloud, vnet: ArmResource, sent: unknown): ArmResource[] {
  if (sent === undefined && !cloud.options.omittedSubnetsAreDeleted) return [];
  const names = inlineSubnets(sent).map((subnet) => subnet.name.toLowerCase());
  return childrenOf(cloud, vnet).filter((subnet) => !names.includes(subnet.name.toLowerCase()));
}

function checkInline(
  cloud: Cloud,
  vnet: ArmResource,
  inline: { name: string; properties: Record<string, unknown> }[],
  existing: ArmResource | undefined,
  removed: ArmResource[],
): void {
  const untouched = (existing ? childrenOf(cloud, existing) : []).filter(
    (subnet) => !removed.includes(subnet) && !inline.some((entry) => sameId(entry.name, subnet.name)),
  );
  const siblings = untouched.map((subnet) => ({ name: subnet.name, properties: subnet.properties }));
  for (const entry of inline) {
    checkSubnet(cloud, vnet, entry.name, entry.properties, siblings);
    siblings.push(entry);
  }
}

function privacyAt(apiVersion: string): Record<string, unknown> {
  return apiVersion >= '2025-07-01' ? { [privateByDefault]: true } : {};
}

function privacyOf(vnet: ArmResource): Record<string, unknown> {
  return vnet.properties[privateByDefault] === true ? { [privateByDefault]: true } : {};
}

function remove({ cloud, existing, request }: ExistingCall): Reply {
  assertUnlocked(cloud, existing.id);
  for (const subnet of childrenOf(cloud, existing)) {
    const used = subnetInUse(cloud, subnet);
    if (used) throw used;
  }
  existing.properties.provisioningState = 'Deleting';
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'DeleteVirtualNetworkOperation',
    location: existing.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency('virtualNetwork'),
    request,
    locks: [existing.id],
    done: () => {
      for (const peering of peeringsOf(cloud, existing)) disconnect(cloud, peering);
      cloud.store.remove(existing.id);
    },
    failed: () => {
      existing.properties.provisioningState = 'Failed';
    },
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}

import type { Cloud } from '../cloud';
import { key, parentId } from '../ids';
import { kinds } from '../kinds';
import { gatewayType } from '../kinds/gateways';
import { disconnect, peeringsOf, peeringType } from '../kinds/peerings';
import { newEtag } from '../kinds/writing';
import { asArray, asString, at, isObject, mergePatch, without } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';

/** Children that a parent shows inline but that are kept apart. */
const inlineChildren: Record<string, string[]> = {
  'microsoft.network/virtualnetworks': ['subnets', 'virtualNetworkPeerings'],
  'microsoft.network/routetables': ['routes'],
};

/** What follows from other resources and is never stored. */
const derived: Record<string, string[]> = {
  'microsoft.network/virtualnetworks': ['subnets', 'virtualNetworkPeerings'],
  'microsoft.network/virtualnetworks/virtualnetworkpeerings': [
    'peeringSyncLevel',
    'remoteVirtualNetworkAddressSpace',
  ],
  'microsoft.network/virtualnetworks/subnets': ['ipConfigurations'],
  'microsoft.network/routetables': ['routes', 'subnets'],
  'microsoft.network/networkinterfaces': ['virtualMachine', 'macAddress', 'primary'],
  'microsoft.compute/disks': ['diskState'],
};

/** Everything there is, as a GET would show it; of gateways also what they have learned. */
export function rendered(cloud: Cloud): ArmResource[] {
  return cloud.store
    .all()
    .map((resource) =>
      resource.type === gatewayType
        ? resource
        : (kinds.get(resource.type.toLowerCase())?.render(cloud, resource) ?? resource),
    );
}

/**
 * Changes a resource by hand, past every check: the drift that happens to real subscriptions.
 * @returns the resource as a GET shows it now; undefined if there is none
 */
export function patchByHand(cloud: Cloud, id: string, patch: JsonObject): ArmResource | undefined {
  const existing = cloud.store.get(id);
  if (!existing) return undefined;
  const { id: ownId, name, type } = existing;
  return putByHand(cloud, { ...(mergePatch(existing, patch) as ArmResource), id: ownId, name, type });
}

/** Puts a resource as it is, with the children that it shows inline. */
export function putByHand(cloud: Cloud, resource: ArmResource): ArmResource {
  const type = resource.type.toLowerCase();
  const stored: ArmResource = {
    ...resource,
    properties: { provisioningState: 'Succeeded', ...without(resource.properties, ...(derived[type] ?? [])) },
  };
  // Operations under way and other parts hold on to the object: it stays the same one.
  const before = cloud.store.get(resource.id);
  const kept = cloud.store.put(before ? Object.assign(before, stored) : stored);
  for (const children of inlineChildren[type] ?? []) {
    for (const entry of asArray(resource.properties[children])) {
      const name = asString(at(entry, 'name')) ?? '';
      const properties = at(entry, 'properties');
      putByHand(cloud, {
        id: `${resource.id}/${children}/${name}`,
        name,
        type: `${kept.type}/${children}`,
        properties: isObject(properties) ? properties : {},
      });
    }
  }
  renew(cloud, kept);
  return kinds.get(type)?.render(cloud, kept) ?? kept;
}

/** Removes a resource with everything below it, past every check. */
export function removeByHand(cloud: Cloud, id: string): boolean {
  const existing = cloud.store.get(id);
  if (!existing) return false;
  const lost = existing.type === peeringType ? [existing] : peeringsOf(cloud, existing);
  for (const peering of lost) disconnect(cloud, peering);
  cloud.store.remove(id);
  cloud.machines.delete(key(id));
  cloud.nics.delete(key(id));
  const parent = cloud.store.get(parentId(id));
  if (parent) renew(cloud, parent);
  return true;
}

function renew(cloud: Cloud, resource: ArmResource): void {
  const child = resource.type.split('/').length > 2;
  const owner = child ? cloud.store.get(parentId(resource.id)) : resource;
  if (owner?.type === 'Microsoft.Compute/virtualMachines') {
    owner.etag = `"${Number(owner.etag?.replaceAll('"', '') ?? 0) + 1}"`;
  } else if (owner?.type.startsWith('Microsoft.Network/')) {
    owner.etag = newEtag(cloud);
  }
}

import type { Cloud } from '../cloud';
import { gatewayError } from '../errors';
import { groupId, key } from '../ids';
import { asString } from '../json';
import type { JsonObject } from '../json';
import type { ArmRequest, ArmResource } from '../types';
import type { Reply } from './kind';
import { usersOf } from './subnets';
import { tagsOf } from './writing';

export const groupType = 'Microsoft.Resources/resourceGroups';

export function groupNotFound(name: string): Error {
  return gatewayError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
}

/** The group, or 404 as the front door says it. */
export function groupNamed(cloud: Cloud, subscription: string, name: string): ArmResource {
  const group = cloud.store.get(groupId(subscription, name));
  if (!group) throw groupNotFound(name);
  return group;
}

export function putGroup(cloud: Cloud, subscription: string, name: string, body: JsonObject): Reply {
  const id = groupId(subscription, name);
  const existing = cloud.store.get(id);
  const location = asString(body.location)?.toLowerCase() ?? existing?.location;
  if (location === undefined) {
    throw gatewayError(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  if (existing && existing.location !== location) {
    throw gatewayError(
      409,
      'InvalidResourceGroupLocation',
      `Invalid resource group location '${location}'. The Resource group already exists in location ` +
        `'${existing.location}'.`,
    );
  }
  const group = cloud.store.put({
    id: existing?.id ?? id,
    name: existing?.name ?? name,
    type: groupType,
    location,
    ...tagsOf(body),
    properties: { provisioningState: 'Succeeded' },
  });
  return { status: existing ? 200 : 201, body: group };
}

/** PATCH changes tags only. */
export function patchGroup(cloud: Cloud, subscription: string, name: string, body: JsonObject): Reply {
  const group = groupNamed(cloud, subscription, name);
  Object.assign(group, tagsOf(body));
  return { status: 200, body: group };
}

/** Deletes the group and all it holds, unless something outside still uses a subnet of it. */
export function removeGroup(cloud: Cloud, subscription: string, name: string, request: ArmRequest): Reply {
  const group = groupNamed(cloud, subscription, name);
  const inside = `${key(group.id)}/`;
  group.properties.provisioningState = 'Deleting';
  const operation = cloud.operations.begin({
    service: 'job',
    name: 'DeleteResourceGroup',
    location: group.location ?? '',
    resourceId: group.id,
    seconds: cloud.latency('resourceGroupDelete'),
    request,
    done: () => {
      const blocked = blockers(cloud, inside);
      if (blocked.length > 0) {
        group.properties.provisioningState = 'Succeeded';
        return { blocked };
      }
      for (const resource of cloud.store.all()) {
        if (!key(resource.id).startsWith(inside)) continue;
        cloud.machines.delete(key(resource.id));
        cloud.nics.delete(key(resource.id));
      }
      cloud.store.remove(group.id);
      return {};
    },
    failed: () => {
      group.properties.provisioningState = 'Succeeded';
    },
  });
  return {
    status: 202,
    headers: { Location: cloud.operations.url(operation, 'result'), 'Retry-After': '15' },
  };
}

/** Subnets of the group that resources outside of it use, with the error each gives. */
function blockers(cloud: Cloud, inside: string): { id: string; message: string }[] {
  return cloud.store.list('Microsoft.Network/virtualNetworks/subnets').flatMap((subnet) => {
    if (!key(subnet.id).startsWith(inside)) return [];
    const user = usersOf(cloud, subnet.id).find((id) => !key(id).startsWith(inside));
    if (user === undefined) return [];
    const message = JSON.stringify({
      error: {
        code: 'InUseSubnetCannotBeDeleted',
        message: `Subnet ${subnet.name} is in use by ${user} and cannot be deleted.`,
        details: [],
      },
    });
    return [{ id: subnet.id, message }];
  });
}

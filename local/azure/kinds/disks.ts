import type { Cloud } from '../cloud';
import { computeError } from '../errors';
import { sameId } from '../ids';
import { asArray, asObject, asString, at, isObject } from '../json';
import type { JsonObject } from '../json';
import { guid } from '../random';
import type { ArmResource } from '../types';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { following, locationOf, tagsOf } from './writing';

const type = 'Microsoft.Compute/disks';

export const disks: Kind = {
  type,
  service: 'compute',
  render: (cloud, disk) => {
    const vm = diskOwner(cloud, disk.id);
    const stopped = vm && cloud.machine(vm.id)?.power === 'deallocated';
    return {
      ...disk,
      ...(vm ? { managedBy: vm.id } : {}),
      properties: {
        ...disk.properties,
        diskState: vm === undefined ? 'Unattached' : stopped ? 'Reserved' : 'Attached',
      },
    };
  },
  put,
  patch,
  remove,
};

/** The virtual machine that a disk is attached to. */
export function diskOwner(cloud: Cloud, diskId: string): ArmResource | undefined {
  return cloud.store
    .naming('Microsoft.Compute/virtualMachines', diskId)
    .find((vm) => attachedDisks(vm).some(({ id }) => id !== undefined && sameId(id, diskId)));
}

/** Disks of a virtual machine's storage profile; the id of one still being created is not known yet. */
export function attachedDisks(vm: ArmResource): { id?: string; name: string; deleteWithVm: boolean }[] {
  const profile = asObject(vm.properties.storageProfile);
  return [profile.osDisk, ...asArray(profile.dataDisks)].filter(isObject).map((disk) => {
    const id = asString(at(disk, 'managedDisk', 'id'));
    return {
      ...(id === undefined ? {} : { id }),
      name: asString(disk.name) ?? '',
      deleteWithVm: disk.deleteOption === 'Delete',
    };
  });
}

/** Creates the disk that a virtual machine's storage profile asks for. */
export function createDisk(
  cloud: Cloud,
  args: {
    id: string;
    name: string;
    location: string;
    sku: string;
    sizeGb: number;
    tags?: Record<string, string>;
    zones?: string[];
  },
  properties: JsonObject,
): ArmResource {
  return cloud.store.put({
    name: args.name,
    id: args.id,
    type,
    location: args.location,
    ...(args.tags ? { tags: args.tags } : {}),
    ...(args.zones ? { zones: args.zones } : {}),
    sku: { name: args.sku, tier: args.sku.startsWith('Premium') ? 'Premium' : 'Standard' },
    properties: {
      ...properties,
      diskSizeGB: args.sizeGb,
      diskSizeBytes: args.sizeGb * 2 ** 30,
      encryption: { type: 'EncryptionAtRestWithPlatformKey' },
      networkAccessPolicy: 'AllowAll',
      publicNetworkAccess: 'Enabled',
      timeCreated: new Date(cloud.now).toISOString(),
      provisioningState: 'Succeeded',
      uniqueId: guid(cloud.identifiers),
    },
  });
}

function put(call: Call): Reply {
  const { cloud, existing, body } = call;
  const location = locationOf(call);
  const sent = asObject(body.properties);
  if (!isObject(sent.creationData)) {
    throw computeError(
      400,
      'InvalidParameter',
      "Required parameter 'creationData' is missing (null).",
      'creationData',
    );
  }
  const sizeGb = Number(sent.diskSizeGB ?? existing?.properties.diskSizeGB ?? 32);
  const disk = createDisk(
    cloud,
    {
      id: existing?.id ?? call.id,
      name: existing?.name ?? call.target.names[0] ?? '',
      location,
      sku: asString(at(body.sku, 'name')) ?? 'Standard_LRS',
      sizeGb,
      ...tagsOf(body),
      ...(Array.isArray(body.zones) ? { zones: body.zones.map(String) } : {}),
    },
    sent,
  );
  return accepted(call, disk, 'PutDisk');
}

function patch(call: ExistingCall): Reply {
  const { existing, body } = call;
  Object.assign(existing.properties, asObject(body.properties));
  Object.assign(existing, tagsOf(body), isObject(body.sku) ? { sku: body.sku } : {});
  return accepted(call, existing, 'PatchDisk');
}

function accepted(call: Call, disk: ArmResource, name: string): Reply {
  const { cloud, request } = call;
  disk.properties.provisioningState = 'Updating';
  const operation = cloud.operations.begin({
    service: 'disk',
    name,
    location: disk.location ?? '',
    resourceId: disk.id,
    seconds: cloud.latency('disk'),
    request,
    done: () => {
      disk.properties.provisioningState = 'Succeeded';
      return disks.render(cloud, disk);
    },
    failed: () => {
      disk.properties.provisioningState = 'Failed';
    },
  });
  return {
    status: 202,
    headers: following(cloud, operation, { location: true, retryAfter: 2 }),
    body: disks.render(cloud, disk),
  };
}

function remove({ cloud, existing, request }: ExistingCall): Reply {
  const vm = diskOwner(cloud, existing.id);
  if (vm) {
    throw computeError(409, 'OperationNotAllowed', `Disk ${existing.name} is attached to VM ${vm.id}.`);
  }
  const operation = cloud.operations.begin({
    service: 'disk',
    name: 'DeleteDisk',
    location: existing.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency('disk'),
    request,
    done: () => cloud.store.remove(existing.id),
    failed: () => undefined,
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 2 }) };
}

import type { Cloud } from '../cloud';
import { groupId, groupOf, key, subscriptionOf } from '../ids';
import { asArray, asObject, asString, at, isObject } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';
import { attachedDisks, createDisk } from './disks';
import type { ExistingCall, Reply } from './kind';
import { machineFor } from './machineLife';
import { following, ipConfigurations } from './writing';

/** Creates the disks of a new machine beside it and names them in its storage profile. */
export function createInGroup(cloud: Cloud, vm: ArmResource): void {
  const profile = asObject(vm.properties.storageProfile);
  for (const disk of [profile.osDisk, ...asArray(profile.dataDisks)].filter(isObject)) {
    const managed = asObject(disk.managedDisk);
    if (managed.id !== undefined) continue;
    const name = asString(disk.name) ?? '';
    const id = `${groupId(subscriptionOf(vm.id), groupOf(vm.id))}/providers/Microsoft.Compute/disks/${name}`;
    const fromImage = disk === profile.osDisk;
    createDisk(
      cloud,
      {
        id,
        name,
        location: vm.location ?? '',
        sku: asString(managed.storageAccountType) ?? 'Standard_LRS',
        sizeGb: Number(disk.diskSizeGB ?? 32),
        ...(vm.tags ? { tags: vm.tags } : {}),
        ...(vm.zones ? { zones: vm.zones } : {}),
      },
      fromImage
        ? { osType: disk.osType, hyperVGeneration: 'V2', creationData: imageSource(vm) }
        : { creationData: { createOption: 'Empty' } },
    );
    disk.managedDisk = { ...managed, id };
  }
  cloud.store.put(vm);
}

function imageSource(vm: ArmResource): JsonObject {
  const image = asObject(at(vm.properties, 'storageProfile', 'imageReference'));
  const path = [image.publisher, 'ArtifactTypes/VMImage/Offers', image.offer, 'Skus', image.sku]
    .map(String)
    .join('/');
  return {
    createOption: 'FromImage',
    imageReference: {
      id: `/Subscriptions/x/Providers/Microsoft.Compute/Locations/${vm.location}/Publishers/${path}`,
    },
  };
}

/** DELETE of a virtual machine: goes before whatever else is under way on it. */
export function deleteMachine({ cloud, existing: vm, request }: ExistingCall): Reply {
  const machine = machineFor(cloud, vm.id);
  if (machine.operation) {
    cloud.operations.fail(machine.operation, {
      status: 'Failed',
      code: 'OperationPreempted',
      message: 'Operation execution has been preempted by a more recent operation.',
    });
  }
  vm.properties.provisioningState = 'Deleting';
  machine.boot += 1;
  machine.agent = { state: 'absent' };
  machine.operation = cloud.operations.begin({
    service: 'compute',
    name: 'DeleteVM',
    location: vm.location ?? '',
    resourceId: vm.id,
    seconds: cloud.latency('virtualMachineDelete'),
    request,
    done: () => removeWithAttachments(cloud, vm),
    failed: () => {
      vm.properties.provisioningState = 'Failed';
    },
  });
  return { status: 202, headers: following(cloud, machine.operation, { location: true, retryAfter: 10 }) };
}

/** Public addresses of an interface that go along with it. */
export function leavingWith(cloud: Cloud, nicId: string): string[] {
  const nic = cloud.store.get(nicId);
  return (nic ? ipConfigurations(nic) : []).flatMap(({ properties }) => {
    const id = asString(at(properties, 'publicIPAddress', 'id'));
    const marked =
      at(properties, 'publicIPAddress', 'properties', 'deleteOption') === 'Delete' ||
      (id !== undefined && cloud.store.get(id)?.properties.deleteOption === 'Delete');
    return marked && id !== undefined ? [id] : [];
  });
}

/** What is marked with deleteOption Delete goes along, everything else stays behind, detached. */
function removeWithAttachments(cloud: Cloud, vm: ArmResource): void {
  for (const disk of attachedDisks(vm)) {
    if (disk.deleteWithVm && disk.id !== undefined) cloud.store.remove(disk.id);
  }
  for (const entry of asArray(at(vm.properties, 'networkProfile', 'networkInterfaces'))) {
    const id = asString(at(entry, 'id')) ?? '';
    delete cloud.nic(id).mac;
    if (at(entry, 'properties', 'deleteOption') !== 'Delete') continue;
    for (const address of leavingWith(cloud, id)) cloud.store.remove(address);
    cloud.store.remove(id);
    cloud.nics.delete(key(id));
  }
  cloud.store.remove(vm.id);
  cloud.machines.delete(key(vm.id));
}

import type { Cloud } from '../cloud';
import { computeError } from '../errors';
import type { DiskFacts } from '../guest';
import { sameId } from '../ids';
import { asArray, asObject, asString, at, isObject } from '../json';
import type { JsonObject } from '../json';
import { guid } from '../random';
import type { ArmResource } from '../types';
import { diskOwner } from './disks';
import type { Size } from './skus';

/** The data disks of a storage profile with what Azure fills in; the list as a whole says what is attached. */
export function filledDataDisks(cloud: Cloud, vmName: string, profile: unknown): JsonObject[] {
  return asArray(at(profile, 'dataDisks'))
    .filter(isObject)
    .map((disk) => {
      const id = asString(at(disk, 'managedDisk', 'id'));
      return {
        name:
          id === undefined
            ? `${vmName}_disk_${guid(cloud.identifiers).replaceAll('-', '')}`
            : id.slice(id.lastIndexOf('/') + 1),
        caching: 'None',
        deleteOption: 'Detach',
        toBeDetached: false,
        ...disk,
        managedDisk: { storageAccountType: 'Standard_LRS', ...asObject(disk.managedDisk) },
      };
    });
}

/** The data disks that the operating system sees. */
export function pluggedDisks(vm: ArmResource): DiskFacts[] {
  return asArray(at(vm.properties, 'storageProfile', 'dataDisks')).flatMap((disk) => {
    const id = asString(at(disk, 'managedDisk', 'id'));
    const [lun, size] = [at(disk, 'lun'), at(disk, 'diskSizeGB')];
    if (id === undefined) return [];
    return [{ id, lun: Number(lun ?? 0), gigabytes: Number(size ?? 32) }];
  });
}

/** Throws what Azure answers to data disks that a machine cannot have. Unverified: the texts. */
export function checkDataDisks(
  cloud: Cloud,
  vm: { id: string; name: string; zones: readonly string[] },
  properties: JsonObject,
  size: Size,
): void {
  const disks = asArray(at(properties, 'storageProfile', 'dataDisks')).filter(isObject);
  const invalid = (message: string, target: string): Error =>
    computeError(400, 'InvalidParameter', message, target);
  if (disks.length > size.dataDisks) {
    throw computeError(
      409,
      'OperationNotAllowed',
      `The maximum number of data disks allowed to be attached to a VM of this size is ${size.dataDisks}.`,
      'dataDisks',
    );
  }
  const luns = disks.map(({ lun }) => lun);
  if (new Set(luns).size < luns.length) {
    throw invalid('A disk at this LUN already exists; LUNs have to be distinct.', 'dataDisk.lun');
  }
  for (const disk of disks) {
    const id = asString(at(disk, 'managedDisk', 'id'));
    if (id === undefined) {
      if (disk.createOption === 'Attach')
        throw invalid('A disk to attach has an id.', 'dataDisk.managedDisk');
      continue;
    }
    const found = cloud.store.ofType(id, 'Microsoft.Compute/disks');
    if (!found) throw computeError(404, 'NotFound', `Disk ${id} is not found.`, 'dataDisk.managedDisk.id');
    const owner = diskOwner(cloud, id);
    if (owner && !sameId(owner.id, vm.id)) throw attachedElsewhere(found, owner);
    const [zone] = found.zones ?? [];
    if (zone !== undefined && !vm.zones.includes(zone)) {
      throw computeError(
        400,
        'BadRequest',
        `Disk ${id} cannot be attached to the VM because it is not in the same zone as the VM.`,
      );
    }
  }
}

function attachedElsewhere(disk: ArmResource, owner: ArmResource): Error {
  return computeError(
    409,
    'ConflictingUserInput',
    `Disk '${disk.name}' cannot be attached as the disk is already owned by VM '${owner.id}'.`,
  );
}

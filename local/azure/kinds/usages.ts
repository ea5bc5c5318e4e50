import type { Cloud } from '../cloud';
import { computeError } from '../errors';
import { asString, at } from '../json';
import type { JsonObject } from '../json';
import { sizeNamed, sizes } from './skus';
import type { Size } from './skus';

/** Cores in use by virtual machines of a region, by family; deallocated ones count until they are deleted. */
function coresUsed(cloud: Cloud, location: string, family?: string): number {
  return cloud.store
    .list('Microsoft.Compute/virtualMachines')
    .filter((vm) => vm.location === location)
    .map((vm) => sizeNamed(asString(at(vm.properties, 'hardwareProfile', 'vmSize')) ?? ''))
    .filter((size) => size !== undefined && (family === undefined || size.family === family))
    .reduce((sum, size) => sum + (size?.cores ?? 0), 0);
}

/** The usages list of a region. */
export function usagesOf(cloud: Cloud, location: string): JsonObject[] {
  const families = [...new Set(sizes.map((size) => size.family))];
  const entry = (value: string, localizedValue: string, currentValue: number, limit: number): JsonObject => ({
    limit,
    unit: 'Count',
    currentValue,
    name: { value, localizedValue },
  });
  const machines = cloud.store
    .list('Microsoft.Compute/virtualMachines')
    .filter((vm) => vm.location === location);
  return [
    entry('cores', 'Total Regional vCPUs', coresUsed(cloud, location), cloud.options.coreQuota),
    entry('virtualMachines', 'Virtual Machines', machines.length, 25000),
    ...families.map((family) =>
      entry(family, `${family} vCPUs`, coresUsed(cloud, location, family), cloud.options.coreQuota),
    ),
  ];
}

/** Throws the quota error if the region has not this many cores left for the size. */
export function checkQuota(cloud: Cloud, location: string, size: Size, replaces?: Size): void {
  const limit = cloud.options.coreQuota;
  const counted: [string, number][] = [
    [
      size.family,
      coresUsed(cloud, location, size.family) - (replaces?.family === size.family ? replaces.cores : 0),
    ],
    ['Total Regional', coresUsed(cloud, location) - (replaces?.cores ?? 0)],
  ];
  for (const [name, used] of counted) {
    if (used + size.cores <= limit) continue;
    throw computeError(
      409,
      'OperationNotAllowed',
      `Operation could not be completed as it results in exceeding approved ${name} Cores quota. Additional details - ` +
        `Deployment Model: Resource Manager, Location: ${location}, Current Limit: ${limit}, Current Usage: ${used}, ` +
        `Additional Required: ${size.cores}, (Minimum) New Limit Required: ${used + size.cores}. Setup Alerts when ` +
        'Quota reaches threshold. Submit a request for Quota increase.',
    );
  }
}

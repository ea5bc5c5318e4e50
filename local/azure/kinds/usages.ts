import type { Cloud } from '../cloud';
import { computeError } from '../errors';
import { asString, at } from '../json';
import type { JsonObject } from '../json';
import { sizeNamed, sizes } from './skus';
import type { Size } from './skus';

/** Quotas are kept for each region of each subscription. */
export interface Place {
  subscription: string;
  location: string;
}

const machinesIn = (cloud: Cloud, { subscription, location }: Place) =>
  cloud.store
    .list('Microsoft.Compute/virtualMachines', { subscription })
    .filter((vm) => vm.location === location);

const limitIn = (cloud: Cloud, { subscription }: Place): number =>
  cloud.subscriptions.limitsOf(subscription).coreQuota ?? cloud.options.coreQuota;

/** Cores in use by virtual machines of a place, by family; deallocated ones count until they are deleted. */
function coresUsed(cloud: Cloud, place: Place, family?: string): number {
  return machinesIn(cloud, place)
    .map((vm) => sizeNamed(asString(at(vm.properties, 'hardwareProfile', 'vmSize')) ?? ''))
    .filter((size) => size !== undefined && (family === undefined || size.family === family))
    .reduce((sum, size) => sum + (size?.cores ?? 0), 0);
}

/** The usages list of a region. */
export function usagesOf(cloud: Cloud, place: Place): JsonObject[] {
  const families = [...new Set(sizes.map((size) => size.family))];
  const entry = (value: string, localizedValue: string, currentValue: number, limit: number): JsonObject => ({
    limit,
    unit: 'Count',
    currentValue,
    name: { value, localizedValue },
  });
  const cores = limitIn(cloud, place);
  return [
    entry('cores', 'Total Regional vCPUs', coresUsed(cloud, place), cores),
    entry('virtualMachines', 'Virtual Machines', machinesIn(cloud, place).length, 25000),
    ...families.map((family) => entry(family, `${family} vCPUs`, coresUsed(cloud, place, family), cores)),
  ];
}

/** Throws the quota error if the region has not this many cores left for the size. */
export function checkQuota(cloud: Cloud, place: Place, size: Size, replaces?: Size): void {
  const limit = limitIn(cloud, place);
  const counted: [string, number][] = [
    [
      size.family,
      coresUsed(cloud, place, size.family) - (replaces?.family === size.family ? replaces.cores : 0),
    ],
    ['Total Regional', coresUsed(cloud, place) - (replaces?.cores ?? 0)],
  ];
  for (const [name, used] of counted) {
    if (used + size.cores <= limit) continue;
    throw computeError(
      409,
      'OperationNotAllowed',
      `Operation could not be completed as it results in exceeding approved ${name} Cores quota. Additional details - ` +
        `Deployment Model: Resource Manager, Location: ${place.location}, Current Limit: ${limit}, Current Usage: ${used}, ` +
        `Additional Required: ${size.cores}, (Minimum) New Limit Required: ${used + size.cores}. Setup Alerts when ` +
        'Quota reaches threshold. Submit a request for Quota increase.',
    );
  }
}

/** Throws what a create answers where the size is not offered to the subscription. */
export function checkOffer(cloud: Cloud, { subscription, location }: Place, { name }: Size): void {
  if (!cloud.subscriptions.limitsOf(subscription).withheldSizes?.includes(name)) return;
  throw computeError(
    409,
    'SkuNotAvailable',
    `The requested size for resource is currently not available in location '${location}' zones '' for subscription ` +
      `'${subscription}'. Please try another size or deploy to a different location or zones. See ` +
      'https://aka.ms/azureskunotavailable for details.',
    'sku.name',
  );
}

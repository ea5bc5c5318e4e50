import type { JsonObject } from '../json';

/** A VM size, with what the simulated region knows of it. */
export interface Size {
  name: string;
  family: string;
  cores: number;
  memoryGb: number;
  nics: number;
  dataDisks: number;
  accelerated: boolean;
  /** `V1`, `V2`. */
  generations: string;
  premium: boolean;
}

const size = (
  name: string,
  family: string,
  cores: number,
  memoryGb: number,
  nics: number,
  more: Partial<Size> = {},
): Size => ({
  name,
  family,
  cores,
  memoryGb,
  nics,
  dataDisks: cores * 2,
  accelerated: true,
  generations: 'V1,V2',
  premium: true,
  ...more,
});

/** Families as resourceSkus spells them. Standard_B2s and Standard_D2as_v4 cannot run nested machines. */
export const sizes: readonly Size[] = [
  size('Standard_D2s_v3', 'standardDSv3Family', 2, 8, 2),
  size('Standard_D4s_v3', 'standardDSv3Family', 4, 16, 2),
  size('Standard_D2s_v5', 'standardDSv5Family', 2, 8, 2),
  size('Standard_D4s_v5', 'standardDSv5Family', 4, 16, 2),
  size('Standard_D8s_v5', 'standardDSv5Family', 8, 32, 4),
  size('Standard_D16s_v5', 'standardDSv5Family', 16, 64, 8),
  size('Standard_E4s_v5', 'standardESv5Family', 4, 32, 2),
  size('Standard_E8s_v5', 'standardESv5Family', 8, 64, 4),
  size('Standard_D2as_v4', 'standardDASv4Family', 2, 8, 2),
  size('Standard_B1s', 'standardBSFamily', 1, 1, 2, { accelerated: false, dataDisks: 2 }),
  size('Standard_B2s', 'standardBSFamily', 2, 4, 3, { accelerated: false, dataDisks: 4 }),
];

export function sizeNamed(name: string): Size | undefined {
  return sizes.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
}

/** One entry of the resource SKU list. */
export function skuEntry(entry: Size, location: string, withheld: boolean): JsonObject {
  const bool = (value: boolean): string => (value ? 'True' : 'False');
  const capabilities: [string, string][] = [
    ['MaxResourceVolumeMB', '0'],
    ['OSVhdSizeMB', '1047552'],
    ['vCPUs', String(entry.cores)],
    ['MemoryPreservingMaintenanceSupported', 'True'],
    ['HyperVGenerations', entry.generations],
    ['MemoryGB', String(entry.memoryGb)],
    ['MaxDataDiskCount', String(entry.dataDisks)],
    ['CpuArchitectureType', 'x64'],
    ['LowPriorityCapable', bool(entry.accelerated)],
    ['PremiumIO', bool(entry.premium)],
    ['VMDeploymentTypes', 'IaaS'],
    ['vCPUsAvailable', String(entry.cores)],
    ['ACUs', '160'],
    ['vCPUsPerCore', '2'],
    ['EphemeralOSDiskSupported', 'False'],
    ['EncryptionAtHostSupported', 'True'],
    ['CapacityReservationSupported', bool(entry.accelerated)],
    ['AcceleratedNetworkingEnabled', bool(entry.accelerated)],
    ['RdmaEnabled', 'False'],
    ['MaxNetworkInterfaces', String(entry.nics)],
  ];
  const [, tierName, version] = entry.name.split('_');
  return {
    resourceType: 'virtualMachines',
    name: entry.name,
    tier: 'Standard',
    size: [tierName, version].filter(Boolean).join('_'),
    family: entry.family,
    locations: [location],
    locationInfo: [{ location, zones: ['1', '2', '3'], zoneDetails: [] }],
    capabilities: capabilities.map(([name, value]) => ({ name, value })),
    restrictions: withheld
      ? [
          {
            type: 'Location',
            values: [location],
            restrictionInfo: { locations: [location] },
            reasonCode: 'NotAvailableForSubscription',
          },
        ]
      : [],
  };
}

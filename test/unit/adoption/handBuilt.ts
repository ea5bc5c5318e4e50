import type { Disk, VirtualMachine } from '@azure/arm-compute';
import type { NetworkInterface, RouteTable, Subnet, VirtualNetwork } from '@azure/arm-network';
import { hostLayout, type HostLayout } from '../../../shared/azure/layout';
import type { AdoptedHost } from '../../../shared/records/types';
import { addresses, definition, identity, network, spec, subnet } from '../shared/fixture';

/** A host built after Microsoft's article on nested virtualization, as Azure shows it; every name is its builder's. */

const group = `/subscriptions/${definition.subscriptionId}/resourceGroups/${definition.hosts.resourceGroup}/providers`;
export const ids = {
  vm: `${group}/Microsoft.Compute/virtualMachines/HyperV-Lab`,
  nic1: `${group}/Microsoft.Network/networkInterfaces/hyperv-lab456`,
  nic2: `${group}/Microsoft.Network/networkInterfaces/NestedNic2`,
  osDisk: `${group}/Microsoft.Compute/disks/HyperV-Lab_OsDisk_1`,
  dataDisk: `${group}/Microsoft.Compute/disks/VM-Disks`,
  table: `/subscriptions/${definition.subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network/routeTables/Nested-Routes`,
};

export const unique = { vm: 'guid-vm', nic1: 'guid-nic1', nic2: 'guid-nic2', osDisk: 'guid-disk' };

export const adopted: AdoptedHost = {
  virtualMachine: { id: ids.vm, uniqueId: unique.vm },
  nic1: { id: ids.nic1, uniqueId: unique.nic1 },
  nic2: { id: ids.nic2, uniqueId: unique.nic2 },
  osDisk: { id: ids.osDisk, uniqueId: unique.osDisk },
  dataDisks: [ids.dataDisk],
  ghostedSubnet: 'Ghosted',
  routes: [{ tableId: ids.table, name: 'Nested-VMs' }],
};

export const handLayout: HostLayout = hostLayout(
  { ...identity, host: 'hyperv-lab' },
  definition,
  spec,
  addresses,
  adopted,
);

export const handMachine = (extra: Partial<VirtualMachine> = {}): VirtualMachine => ({
  id: ids.vm,
  name: 'HyperV-Lab',
  vmId: unique.vm,
  location: 'westeurope',
  provisioningState: 'Succeeded',
  hardwareProfile: { vmSize: 'Standard_D4s_v5' },
  storageProfile: {
    imageReference: definition.hosts.image,
    osDisk: {
      osType: 'Windows',
      createOption: 'FromImage',
      deleteOption: 'Delete',
      diskSizeGB: 128,
      managedDisk: { id: ids.osDisk },
    },
    dataDisks: [
      {
        lun: 0,
        createOption: 'Attach',
        deleteOption: 'Detach',
        diskSizeGB: 512,
        managedDisk: { id: ids.dataDisk },
      },
    ],
  },
  osProfile: { adminUsername: 'labadmin' },
  networkProfile: {
    networkInterfaces: [
      { id: ids.nic1, primary: true },
      { id: ids.nic2, primary: false },
    ],
  },
  ...extra,
});

export const handNic = (
  which: 'nic1' | 'nic2',
  extra: Partial<NetworkInterface> = {},
  config: object = {},
): NetworkInterface => ({
  id: ids[which],
  name: ids[which].slice(ids[which].lastIndexOf('/') + 1),
  resourceGuid: unique[which],
  provisioningState: 'Succeeded',
  primary: which === 'nic1',
  enableIPForwarding: which === 'nic2',
  ipConfigurations: [
    {
      name: 'ipconfig1',
      primary: true,
      privateIPAllocationMethod: 'Static',
      privateIPAddress: which === 'nic1' ? addresses.natAddress : addresses.lanAddress,
      subnet: { id: which === 'nic1' ? handLayout.natSubnet.id : handLayout.lanSubnet.id },
      ...config,
    },
  ],
  ...extra,
});

export const handRoute = (extra: object = {}) => ({
  name: 'Nested-VMs',
  addressPrefix: addresses.ghostedPrefix,
  nextHopType: 'VirtualAppliance' as const,
  nextHopIpAddress: addresses.lanAddress,
  provisioningState: 'Succeeded' as const,
  ...extra,
});

export const handTable = (extra: Partial<RouteTable> = {}): RouteTable => ({
  id: ids.table,
  name: 'Nested-Routes',
  location: 'westeurope',
  provisioningState: 'Succeeded',
  routes: [handRoute()],
  ...extra,
});

/** The subnets of the article, the table on all of them that have members. */
export const handNetwork = (
  changes: Record<string, Partial<Subnet>> = {},
  more: Subnet[] = [],
): VirtualNetwork => {
  const routed = { routeTable: { id: ids.table } };
  const used = (which: 'nic1' | 'nic2') => ({
    ipConfigurations: [{ id: `${ids[which]}/ipConfigurations/ipconfig1` }],
  });
  return network([
    subnet('NAT', '10.0.0.0/24', { ...routed, ...used('nic1'), ...changes['NAT'] }),
    subnet('Hyper-V-LAN', '10.0.1.0/24', { ...routed, ...used('nic2'), ...changes['Hyper-V-LAN'] }),
    subnet('Ghosted', '10.0.2.0/24', { ...changes['Ghosted'] }),
    subnet('Azure-VMs', '10.0.3.0/24', { ...routed, ...changes['Azure-VMs'] }),
    ...more,
  ]);
};

export const handDisk = (extra: Partial<Disk> = {}): Disk => ({
  id: ids.osDisk,
  location: 'westeurope',
  creationData: { createOption: 'FromImage' },
  uniqueId: unique.osDisk,
  provisioningState: 'Succeeded',
  ...extra,
});

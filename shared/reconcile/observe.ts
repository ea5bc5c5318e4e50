import type { Disk, VirtualMachine } from '@azure/arm-compute';
import type { NetworkInterface, RouteTable, Subnet, VirtualNetwork } from '@azure/arm-network';
import type { AzureClients } from '../azure/clients';
import { nameOf } from '../azure/ids';
import { tagNames } from '../azure/layout';
import { readRouteTable } from '../azure/resources/routeTable';
import { prefixesOf } from '../azure/resources/subnet';
import { addressSpaces, readVirtualNetwork } from '../azure/resources/virtualNetwork';
import { list } from '../azure/send';
import { virtualNetworkId } from '../network/ids';
import type { NetworkDefinition } from '../records/types';
import {
  lower,
  type Observed,
  type ObservedDisk,
  type ObservedNic,
  type ObservedSubnet,
  type ObservedTable,
  type ObservedVm,
  type OwnerTags,
} from './facts';

/** What was read; guests and leases come from elsewhere. */
export type Reading = Omit<Observed, 'guests' | 'deadLeases'>;

/** Reads everything that a network's hosts are made of. Lists, so that what nobody remembers is seen, too. */
export async function observe(clients: AzureClients, definition: NetworkDefinition): Promise<Reading> {
  const { subscriptionId, resourceGroup } = definition;
  const hosts = definition.hosts.resourceGroup;
  const [network, compute] = await Promise.all([
    clients.network(subscriptionId),
    clients.compute(subscriptionId),
  ]);
  const [virtualNetwork, elsewhere, tables, nics, machines, disks] = await Promise.all([
    readVirtualNetwork(clients, virtualNetworkId(definition)),
    routedElsewhere(clients, definition),
    list((options) => network.routeTables.list(resourceGroup, options)),
    list((options) => network.networkInterfaces.list(hosts, options)),
    // Power states come with the list: one call, not one per machine.
    list((options) => compute.virtualMachines.list(hosts, { ...options, expand: 'instanceView' })),
    list((options) => compute.disks.listByResourceGroup(hosts, options)),
  ]);
  const subnets = [...(virtualNetwork?.subnets ?? []), ...elsewhere].map(subnetFacts);
  return {
    ...(virtualNetwork ? { virtualNetwork: networkFacts(virtualNetwork) } : {}),
    subnets,
    tables: [...tables, ...(await tablesOf(clients, subnets, tables))].map(tableFacts),
    networkInterfaces: nics.map(nicFacts),
    virtualMachines: machines.map(machineFacts),
    disks: disks.map(diskFacts),
  };
}

/** Routed subnets of other VNets. */
async function routedElsewhere(clients: AzureClients, definition: NetworkDefinition): Promise<Subnet[]> {
  const own = lower(virtualNetworkId(definition));
  const ids = definition.routedSubnets.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const networks = new Map(
    ids.map((id) => [lower(networkOf(id)), networkOf(id)] as const).filter(([key]) => key !== own),
  );
  const found = await Promise.all([...networks.values()].map((id) => readVirtualNetwork(clients, id)));
  const wanted = new Set(ids.map(lower));
  return found
    .flatMap((network) => network?.subnets ?? [])
    .filter(({ id }) => id !== undefined && wanted.has(lower(id)));
}

const networkOf = (subnetId: string) => subnetId.slice(0, lower(subnetId).lastIndexOf('/subnets/'));

/** Tables on the subnets that lie in other resource groups. */
async function tablesOf(
  clients: AzureClients,
  subnets: ObservedSubnet[],
  known: RouteTable[],
): Promise<RouteTable[]> {
  const have = new Set(known.map(({ id = '' }) => lower(id)));
  const ids = new Map(
    subnets.flatMap(({ tableId }) =>
      tableId && !have.has(lower(tableId)) ? [[lower(tableId), tableId]] : [],
    ),
  );
  const found = await Promise.all([...ids.values()].map((id) => readRouteTable(clients, id)));
  return found.filter((table) => table !== undefined);
}

function networkFacts(network: VirtualNetwork): NonNullable<Observed['virtualNetwork']> {
  return {
    id: network.id ?? '',
    ranges: addressSpaces(network),
    peerings: (network.virtualNetworkPeerings ?? []).map((peering) => ({
      name: peering.name ?? '',
      connected: peering.peeringState === 'Connected',
      ranges: (peering.remoteVirtualNetworkAddressSpace ?? peering.remoteAddressSpace)?.addressPrefixes ?? [],
    })),
  };
}

function subnetFacts(subnet: Subnet): ObservedSubnet {
  const services = [
    ...(subnet.delegations ?? []).map(({ serviceName, name }) => serviceName ?? name ?? 'a delegation'),
    ...(subnet.serviceAssociationLinks ?? []).map(
      ({ linkedResourceType, name }) => linkedResourceType ?? name ?? 'a link',
    ),
    ...(subnet.resourceNavigationLinks ?? []).map(
      ({ linkedResourceType, name }) => linkedResourceType ?? name ?? 'a link',
    ),
    ...(subnet.privateEndpoints ?? []).map(({ id }) => id ?? 'a private endpoint'),
  ];
  return {
    id: subnet.id ?? '',
    name: subnet.name ?? nameOf(subnet.id ?? ''),
    prefixes: prefixesOf(subnet),
    occupants: [...(subnet.ipConfigurations ?? []), ...(subnet.ipConfigurationProfiles ?? [])].map(
      ({ id }) => id ?? 'an address',
    ),
    services,
    ...(subnet.routeTable?.id ? { tableId: subnet.routeTable.id } : {}),
    settled: isSettled(subnet.provisioningState),
  };
}

function tableFacts(table: RouteTable): ObservedTable {
  return {
    id: table.id ?? '',
    name: table.name ?? nameOf(table.id ?? ''),
    tags: ownerTags(table.tags),
    routes: (table.routes ?? []).map((route) => ({
      name: route.name ?? '',
      prefix: route.addressPrefix ?? '',
      nextHop:
        route.nextHopType === 'VirtualAppliance'
          ? (route.nextHopIpAddress ?? 'VirtualAppliance')
          : (route.nextHopType ?? 'None'),
    })),
    subnets: (table.subnets ?? []).flatMap(({ id }) => (id ? [id] : [])),
    settled: isSettled(table.provisioningState),
  };
}

function nicFacts(nic: NetworkInterface): ObservedNic {
  const [config] = nic.ipConfigurations ?? [];
  return {
    id: nic.id ?? '',
    name: nic.name ?? nameOf(nic.id ?? ''),
    tags: ownerTags(nic.tags),
    ...(config?.privateIPAddress ? { address: config.privateIPAddress } : {}),
    ...(config?.subnet?.id ? { subnetId: config.subnet.id } : {}),
    forwarding: nic.enableIPForwarding === true,
    ...(nic.virtualMachine?.id ? { virtualMachineId: nic.virtualMachine.id } : {}),
    settled: isSettled(nic.provisioningState),
  };
}

function machineFacts(vm: VirtualMachine): ObservedVm {
  const code = vm.instanceView?.statuses?.find((status) => status.code?.startsWith('PowerState/'))?.code;
  const power =
    code === 'PowerState/running'
      ? 'running'
      : /\/(stopped|deallocated)$/.test(code ?? '')
        ? 'stopped'
        : 'other';
  return {
    id: vm.id ?? '',
    name: vm.name ?? nameOf(vm.id ?? ''),
    tags: ownerTags(vm.tags),
    power,
    settled: isSettled(vm.provisioningState),
  };
}

function diskFacts(disk: Disk): ObservedDisk {
  return {
    id: disk.id ?? '',
    name: disk.name ?? nameOf(disk.id ?? ''),
    tags: ownerTags(disk.tags),
    ...(disk.managedBy ? { attachedTo: disk.managedBy } : {}),
    settled: isSettled(disk.provisioningState),
  };
}

/** Anything else is being written by somebody right now. */
const isSettled = (state: string | undefined) =>
  state === undefined || state === 'Succeeded' || state === 'Failed';

function ownerTags(tags: Record<string, string> | undefined): OwnerTags {
  const pick = (key: 'installation' | 'network' | 'host' | 'prefix') => {
    const value = tags?.[tagNames[key]];
    return value === undefined ? {} : { [key]: value };
  };
  return { ...pick('installation'), ...pick('network'), ...pick('host'), ...pick('prefix') };
}

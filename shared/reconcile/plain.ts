import type { Disk, VirtualMachine } from '@azure/arm-compute';
import type {
  NetworkInterface,
  PublicIPAddress,
  RouteTable,
  Subnet,
  VirtualNetwork,
} from '@azure/arm-network';
import { nameOf } from '../azure/ids';
import { tagNames } from '../azure/layout';
import { peeredNetwork } from '../azure/peeringChecks';
import { prefixesOf } from '../azure/resources/subnet';
import { propagation } from '../azure/view';
import { addressSpaces } from '../azure/resources/virtualNetwork';
import type {
  ObservedDisk,
  ObservedNetwork,
  ObservedNic,
  ObservedPublicAddress,
  ObservedSubnet,
  ObservedTable,
  ObservedVm,
  OwnerTags,
} from './facts';

/** What Azure's own shapes come down to. */

export function networkFacts(network: VirtualNetwork): ObservedNetwork {
  return {
    id: network.id ?? '',
    location: network.location ?? '',
    ranges: addressSpaces(network),
    peerings: peeredNetwork(network).peerings,
  };
}

export function subnetFacts(subnet: Subnet): ObservedSubnet {
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
    natGateway: subnet.natGateway !== undefined,
    defaultOutboundAccess: subnet.defaultOutboundAccess !== false,
    settled: isSettled(subnet.provisioningState),
  };
}

export function tableFacts(table: RouteTable): ObservedTable {
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
    ...propagation(table),
    subnets: (table.subnets ?? []).flatMap(({ id }) => (id ? [id] : [])),
    settled: isSettled(table.provisioningState),
  };
}

export function nicFacts(nic: NetworkInterface): ObservedNic {
  const [config] = nic.ipConfigurations ?? [];
  return {
    id: nic.id ?? '',
    name: nic.name ?? nameOf(nic.id ?? ''),
    ...(nic.resourceGuid ? { uniqueId: nic.resourceGuid } : {}),
    tags: ownerTags(nic.tags),
    ...(config?.privateIPAddress ? { address: config.privateIPAddress } : {}),
    ...(config?.subnet?.id ? { subnetId: config.subnet.id } : {}),
    forwarding: nic.enableIPForwarding === true,
    ...(config?.publicIPAddress?.id ? { publicAddressId: config.publicIPAddress.id } : {}),
    ...(nic.virtualMachine?.id ? { virtualMachineId: nic.virtualMachine.id } : {}),
    settled: isSettled(nic.provisioningState),
  };
}

export function machineFacts(vm: VirtualMachine): ObservedVm {
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
    ...(vm.vmId ? { uniqueId: vm.vmId } : {}),
    tags: ownerTags(vm.tags),
    power,
    settled: isSettled(vm.provisioningState),
  };
}

export function diskFacts(disk: Disk): ObservedDisk {
  return {
    id: disk.id ?? '',
    name: disk.name ?? nameOf(disk.id ?? ''),
    tags: ownerTags(disk.tags),
    ...(disk.managedBy ? { attachedTo: disk.managedBy } : {}),
    settled: isSettled(disk.provisioningState),
  };
}

export function addressFacts(address: PublicIPAddress): ObservedPublicAddress {
  const attachedTo = address.ipConfiguration?.id ?? address.natGateway?.id;
  return {
    id: address.id ?? '',
    name: address.name ?? nameOf(address.id ?? ''),
    tags: ownerTags(address.tags),
    ...(attachedTo === undefined ? {} : { attachedTo }),
    settled: isSettled(address.provisioningState),
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

import type { VirtualMachine } from '@azure/arm-compute';
import type {
  NetworkInterface,
  RouteTable,
  Subnet,
  VirtualNetwork,
  VirtualNetworkPeering,
} from '@azure/arm-network';
import { hostLayout, type HostLayout } from '../../../shared/azure/layout';
import type { Claims } from '../../../shared/azure/warrant';
import type { HostSpec, NetworkDefinition } from '../../../shared/records/types';

/** The default network of the documentation, with its first host. */
export const definition: NetworkDefinition = {
  subscriptionId: '5eed0000-0a11-4b2c-9d3e-000000000001',
  resourceGroup: 'rg-network',
  location: 'westeurope',
  virtualNetwork: { name: 'Nested-Fun', create: true, addressSpaces: ['10.0.0.0/22', '10.10.0.0/16'] },
  natSubnet: { name: 'NAT', prefix: '10.0.0.0/24', create: true },
  lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.0.1.0/24', create: true },
  ghosted: { pools: ['10.0.2.0/24', '10.10.0.0/16'], prefixLength: 24 },
  routedSubnets: [{ name: 'Azure-VMs', prefix: '10.0.3.0/24', create: false }],
  outbound: { kind: 'existing' },
  dnsServers: ['168.63.129.16'],
  routeTable: 'Routes-for-nested-VMs',
  hosts: {
    resourceGroup: 'rg-hosts',
    size: 'Standard_D4s_v5',
    image: {
      publisher: 'MicrosoftWindowsServer',
      offer: 'WindowsServer',
      sku: '2022-datacenter-g2',
      version: 'latest',
    },
    adminUsername: 'hostadmin',
    osDiskSizeGb: 128,
  },
};

export const spec: HostSpec = {
  size: definition.hosts.size,
  image: definition.hosts.image,
  adminUsername: definition.hosts.adminUsername,
  osDiskSizeGb: 128,
};

export const identity = { installation: 'default', network: 'nested-fun', host: 'hv-01', operation: 'op-1' };
export const addresses = { ghostedPrefix: '10.0.2.0/24', natAddress: '10.0.0.4', lanAddress: '10.0.1.4' };
export const layout: HostLayout = hostLayout(identity, definition, spec, addresses);

/** Tags of the same resource made by another installation of the app. */
export const foreignTags = { ...layout.tags, 'nested-hosts-installation': 'other' };

/** Ids as Azure likes to give them back: in another case. */
export const shouted = (id: string): string => id.toUpperCase();

export const subnet = (name: string, addressPrefix: string, extra: Partial<Subnet> = {}): Subnet => ({
  id: `${layout.virtualNetworkId}/subnets/${name}`,
  name,
  addressPrefix,
  provisioningState: 'Succeeded',
  ...extra,
});

export const network = (subnets: Subnet[], extra: Partial<VirtualNetwork> = {}): VirtualNetwork => ({
  id: layout.virtualNetworkId,
  name: 'Nested-Fun',
  location: 'westeurope',
  addressSpace: { addressPrefixes: ['10.0.0.0/22', '10.10.0.0/16'] },
  provisioningState: 'Succeeded',
  subnets,
  ...extra,
});

export const spokeId = layout.virtualNetworkId
  .replace('Nested-Fun', 'Spoke')
  .replace('rg-network', 'rg-spoke');

/** One side of a peering that lets everything through. */
export const peering = (
  remote: string,
  more: Partial<VirtualNetworkPeering> = {},
): VirtualNetworkPeering => ({
  name: 'link',
  peeringState: 'Connected',
  allowVirtualNetworkAccess: true,
  allowForwardedTraffic: true,
  remoteVirtualNetwork: { id: shouted(remote) },
  remoteAddressSpace: {
    addressPrefixes: remote === spokeId ? ['10.20.0.0/16'] : ['10.0.0.0/22', '10.10.0.0/16'],
  },
  ...more,
});

/** A VNet whose subnet is routed, too, with its peering. */
export const spoke = (
  back: VirtualNetworkPeering[] = [peering(layout.virtualNetworkId)],
  name = 'Apps',
  more: Partial<Subnet> = {},
): VirtualNetwork => ({
  id: spokeId,
  name: 'Spoke',
  location: 'westeurope',
  addressSpace: { addressPrefixes: ['10.20.0.0/16'] },
  subnets: [{ id: `${spokeId}/subnets/${name}`, name, addressPrefix: '10.20.0.0/24', ...more }],
  virtualNetworkPeerings: back,
});

/** The definition if it routes only that subnet. */
export const peered = (name = 'Apps', more: object = {}): NetworkDefinition => ({
  ...definition,
  routedSubnets: [{ id: `${spokeId}/subnets/${name}`, name, prefix: '10.20.0.0/24', create: false, ...more }],
});

export const nic = (which: 'nic1' | 'nic2', extra: Partial<NetworkInterface> = {}): NetworkInterface => {
  const { id, name, address, subnetId } = layout[which];
  return {
    id,
    name,
    tags: layout.tags,
    provisioningState: 'Succeeded',
    primary: which === 'nic1',
    enableIPForwarding: which === 'nic2',
    ipConfigurations: [{ name: 'ipconfig1', privateIPAddress: address, subnet: { id: shouted(subnetId) } }],
    ...extra,
  };
};

export const machine = (extra: Partial<VirtualMachine> = {}): VirtualMachine => ({
  id: layout.virtualMachine.id,
  name: 'hv-01',
  location: 'westeurope',
  tags: layout.tags,
  provisioningState: 'Succeeded',
  networkProfile: {
    networkInterfaces: [
      { id: shouted(layout.nic1.id), primary: true },
      { id: layout.nic2.id, primary: false },
    ],
  },
  ...extra,
});

export const route = (extra: object = {}) => ({
  name: layout.route.name,
  addressPrefix: layout.route.prefix,
  nextHopType: 'VirtualAppliance' as const,
  nextHopIpAddress: layout.route.nextHop,
  provisioningState: 'Succeeded' as const,
  ...extra,
});

export const table = (extra: Partial<RouteTable> = {}): RouteTable => ({
  id: layout.routeTable.id,
  name: layout.routeTable.name,
  location: 'westeurope',
  tags: { 'nested-hosts-installation': 'default', 'nested-hosts-network': 'nested-fun' },
  provisioningState: 'Succeeded',
  routes: [route()],
  ...extra,
});

/** What the records say about the host when everything is in order. */
export const claims = (purpose: Claims['purpose'], extra: Partial<Claims> = {}): Claims => ({
  purpose,
  layout,
  promised: true,
  absentBefore: [],
  otherHosts: false,
  ...extra,
});

/** Claims of an undo whose plan had found the resource absent. */
export const undoOf = (id: string, extra: Partial<Claims> = {}): Claims =>
  claims('undo', { absentBefore: [id.toLowerCase()], ...extra });

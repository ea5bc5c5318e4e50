import { virtualNetworkId } from '../network/ids';
import type {
  HostAddresses,
  HostSpec,
  NetworkDefinition,
  RoutedSubnet,
  SubnetDefinition,
} from '../records/types';
import { armId, sameId } from './ids';

/** Where routes to guests go, whatever the host. */
export interface RoutingLayout {
  location: string;
  virtualNetworkId: string;
  /** In this VNet or another one; Hyper-V-LAN comes last. */
  routedSubnets: RoutedSubnetLayout[];
  /** The table that the app makes for subnets that have none. */
  routeTable: { id: string; name: string };
  definition: NetworkDefinition;
}

/** Every Azure name and id that belongs to one host; derived, never stored. */
export interface HostLayout extends RoutingLayout {
  network: string;
  host: string;
  natSubnet: SubnetLayout;
  lanSubnet: SubnetLayout;
  ghostedSubnet: SubnetLayout;
  nic1: NicLayout;
  nic2: NicLayout;
  virtualMachine: { id: string; name: string };
  osDisk: { id: string; name: string };
  dataDisk?: { id: string; name: string; sizeGb: number };
  /** Public address of NIC 1, if that is how the network goes out. */
  publicIp?: { id: string; name: string };
  route: { name: string; prefix: string; nextHop: string };
  spec: HostSpec;
  tags: Record<string, string>;
}

export interface SubnetLayout extends SubnetDefinition {
  id: string;
}

export interface RoutedSubnetLayout extends SubnetLayout {
  via: 'host' | 'appliance';
  bypassInspection: boolean;
}

export interface NicLayout {
  id: string;
  name: string;
  address: string;
  subnetId: string;
  /** Public address of the host's own, if that is how the network goes out. */
  publicIpId?: string;
}

/** Tags are the only mark of ownership that Azure keeps for us; subnets and routes cannot carry any. */
export const tagNames = {
  installation: 'nested-hosts-installation',
  network: 'nested-hosts-network',
  host: 'nested-hosts-host',
  prefix: 'nested-hosts-prefix',
  operation: 'nested-hosts-operation',
} as const;

export interface HostIdentity {
  installation: string;
  network: string;
  host: string;
  operation: string;
}

export function routingLayout(definition: NetworkDefinition): RoutingLayout {
  const vnet = virtualNetworkId(definition);
  const { location, routeTable: name } = definition;
  return {
    location,
    virtualNetworkId: vnet,
    routedSubnets: routedSubnets(definition, vnet),
    routeTable: { id: armId(definition, 'Microsoft.Network', 'routeTables', name), name },
    definition,
  };
}

export function hostLayout(
  identity: HostIdentity,
  definition: NetworkDefinition,
  spec: HostSpec,
  addresses: HostAddresses,
): HostLayout {
  const { host } = identity;
  const vnet = virtualNetworkId(definition);
  const hosts = { subscriptionId: definition.subscriptionId, resourceGroup: definition.hosts.resourceGroup };
  const subnet = (subnet: SubnetDefinition): SubnetLayout => ({
    ...subnet,
    id: `${vnet}/subnets/${subnet.name}`,
  });
  const natSubnet = subnet(definition.natSubnet);
  const lanSubnet = subnet(definition.lanSubnet);
  const nic = (role: 'nat' | 'lan', address: string, subnetId: string): NicLayout => {
    const name = `${host}-${role}`;
    return { id: armId(hosts, 'Microsoft.Network', 'networkInterfaces', name), name, address, subnetId };
  };
  const disk = (role: 'os' | 'data') => {
    const name = `${host}-${role}`;
    return { id: armId(hosts, 'Microsoft.Compute', 'disks', name), name };
  };
  const publicIpName = `${host}-nat-ip`;
  const publicIp = {
    id: armId(hosts, 'Microsoft.Network', 'publicIPAddresses', publicIpName),
    name: publicIpName,
  };
  const goesOutItself = definition.outbound.kind === 'publicIp';
  return {
    ...routingLayout(definition),
    network: identity.network,
    host,
    natSubnet,
    lanSubnet,
    ghostedSubnet: subnet({
      name: `Ghosted-${host}`,
      prefix: addresses.ghostedPrefix,
      create: true,
      ...(definition.ghosted.networkSecurityGroupId === undefined
        ? {}
        : { networkSecurityGroupId: definition.ghosted.networkSecurityGroupId }),
    }),
    nic1: {
      ...nic('nat', addresses.natAddress, natSubnet.id),
      ...(goesOutItself ? { publicIpId: publicIp.id } : {}),
    },
    nic2: nic('lan', addresses.lanAddress, lanSubnet.id),
    virtualMachine: { id: armId(hosts, 'Microsoft.Compute', 'virtualMachines', host), name: host },
    osDisk: disk('os'),
    ...(spec.dataDiskSizeGb === undefined
      ? {}
      : { dataDisk: { ...disk('data'), sizeGb: spec.dataDiskSizeGb } }),
    ...(goesOutItself ? { publicIp } : {}),
    route: { name: `Nested-VMs-${host}`, prefix: addresses.ghostedPrefix, nextHop: addresses.lanAddress },
    spec,
    tags: {
      ...definition.tags,
      [tagNames.installation]: identity.installation,
      [tagNames.network]: identity.network,
      [tagNames.host]: host,
      [tagNames.prefix]: addresses.ghostedPrefix,
      [tagNames.operation]: identity.operation,
    },
  };
}

/** Hyper-V-LAN is always routed: guests of one host reach those of another through it. */
export function routedSubnets(definition: NetworkDefinition, vnet: string): RoutedSubnetLayout[] {
  const lanId = `${vnet}/subnets/${definition.lanSubnet.name}`;
  const isLan = ({ id, name }: RoutedSubnet) => sameId(id ?? `${vnet}/subnets/${name}`, lanId);
  const bypassInspection = definition.routedSubnets.some((one) => isLan(one) && one.bypassInspection);
  const lan: RoutedSubnet = { ...definition.lanSubnet, bypassInspection };
  const listed = [...definition.routedSubnets, lan].map((subnet) => ({
    ...subnet,
    id: subnet.id ?? `${vnet}/subnets/${subnet.name}`,
    via: subnet.via ?? 'host',
    bypassInspection: subnet.bypassInspection ?? false,
  }));
  return listed.filter(({ id }, index) => index === listed.length - 1 || !sameId(id, lanId));
}

/** True if the tags say that this installation made the resource for this host. */
export function isTaggedFor(
  tags: Record<string, string> | undefined,
  owner: Pick<HostLayout, 'tags'>,
): boolean {
  return [tagNames.installation, tagNames.network, tagNames.host].every(
    (name) => tags?.[name] !== undefined && tags[name] === owner.tags[name],
  );
}

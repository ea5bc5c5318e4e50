import { virtualNetworkId } from '../network/ids';
import type { HostAddresses, HostSpec, NetworkDefinition, SubnetDefinition } from '../records/types';
import { armId } from './ids';

/** Every Azure name and id that belongs to one host; derived, never stored. */
export interface HostLayout {
  network: string;
  host: string;
  location: string;
  virtualNetworkId: string;
  natSubnet: SubnetLayout;
  lanSubnet: SubnetLayout;
  ghostedSubnet: SubnetLayout;
  routedSubnets: SubnetLayout[];
  nic1: NicLayout;
  nic2: NicLayout;
  virtualMachine: { id: string; name: string };
  osDisk: { id: string; name: string };
  /** The table that the app makes for subnets that have none. */
  routeTable: { id: string; name: string };
  route: { name: string; prefix: string; nextHop: string };
  spec: HostSpec;
  definition: NetworkDefinition;
  tags: Record<string, string>;
}

export interface SubnetLayout extends SubnetDefinition {
  id: string;
}

export interface NicLayout {
  id: string;
  name: string;
  address: string;
  subnetId: string;
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
  return {
    network: identity.network,
    host,
    location: definition.location,
    virtualNetworkId: vnet,
    natSubnet,
    lanSubnet,
    ghostedSubnet: subnet({ name: `Ghosted-${host}`, prefix: addresses.ghostedPrefix, create: true }),
    routedSubnets: routedSubnets(definition).map(subnet),
    nic1: nic('nat', addresses.natAddress, natSubnet.id),
    nic2: nic('lan', addresses.lanAddress, lanSubnet.id),
    virtualMachine: { id: armId(hosts, 'Microsoft.Compute', 'virtualMachines', host), name: host },
    osDisk: { id: armId(hosts, 'Microsoft.Compute', 'disks', `${host}-os`), name: `${host}-os` },
    routeTable: {
      id: armId(definition, 'Microsoft.Network', 'routeTables', definition.routeTable),
      name: definition.routeTable,
    },
    route: { name: `Nested-VMs-${host}`, prefix: addresses.ghostedPrefix, nextHop: addresses.lanAddress },
    spec,
    definition,
    tags: {
      [tagNames.installation]: identity.installation,
      [tagNames.network]: identity.network,
      [tagNames.host]: host,
      [tagNames.prefix]: addresses.ghostedPrefix,
      [tagNames.operation]: identity.operation,
    },
  };
}

/** Hyper-V-LAN is always routed: guests of one host reach those of another through it. */
function routedSubnets(definition: NetworkDefinition): SubnetDefinition[] {
  const { lanSubnet, routedSubnets } = definition;
  const others = routedSubnets.filter(({ name }) => name.toLowerCase() !== lanSubnet.name.toLowerCase());
  return [...others, lanSubnet];
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

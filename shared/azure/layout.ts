import { virtualNetworkId } from '../network/ids';
import type { RouteWish } from '../network/routing';
import type {
  AdoptedHost,
  HostAddresses,
  HostSpec,
  NetworkDefinition,
  RoutedSubnet,
  SubnetDefinition,
} from '../records/types';
import { armId, nameOf, sameId } from './ids';

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

/** Every Azure name and id that belongs to one host; derived, except for what an adoption found under other names. */
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
  dataDisk?: { id: string; name: string; sizeGb: number; lun: number };
  /** Public address of NIC 1, if that is how the network goes out. */
  publicIp?: { id: string; name: string };
  route: RouteWish;
  /** Record of the adoption, if the host was built by somebody else: it proves what tags prove elsewhere. */
  adopted?: AdoptedHost;
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
  adopted?: AdoptedHost,
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
  const named = (found: { id: string } | undefined, provider: string, type: string, name: string) =>
    found ? { id: found.id, name: nameOf(found.id) } : { id: armId(hosts, provider, type, name), name };
  const nic = (role: 'nat' | 'lan', address: string, subnetId: string): NicLayout => {
    const found = role === 'nat' ? adopted?.nic1 : adopted?.nic2;
    const own = named(found, 'Microsoft.Network', 'networkInterfaces', `${host}-${role}`);
    return { ...own, address, subnetId };
  };
  const publicIp = named(undefined, 'Microsoft.Network', 'publicIPAddresses', `${host}-nat-ip`);
  // Whatever address a NIC 1 has that somebody else made stays theirs.
  const goesOutItself = definition.outbound.kind === 'publicIp' && !adopted;
  return {
    ...routingLayout(definition),
    network: identity.network,
    host,
    natSubnet,
    lanSubnet,
    ghostedSubnet: subnet({
      name: adopted?.ghostedSubnet ?? `Ghosted-${host}`,
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
    virtualMachine: named(adopted?.virtualMachine, 'Microsoft.Compute', 'virtualMachines', host),
    osDisk: named(adopted?.osDisk, 'Microsoft.Compute', 'disks', `${host}-os`),
    ...(spec.dataDiskSizeGb === undefined || adopted
      ? {}
      : {
          dataDisk: {
            ...named(undefined, 'Microsoft.Compute', 'disks', `${host}-data`),
            sizeGb: spec.dataDiskSizeGb,
            lun: 0,
          },
        }),
    ...(goesOutItself ? { publicIp } : {}),
    route: {
      name: `Nested-VMs-${host}`,
      prefix: addresses.ghostedPrefix,
      nextHop: addresses.lanAddress,
      ...(adopted ? { adopted: adopted.routes } : {}),
    },
    ...(adopted ? { adopted } : {}),
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

/** What is known of a resource whose owner is asked for. */
export interface Owned {
  id?: string | undefined;
  tags?: Record<string, string> | undefined;
  /** Azure's own unique id of the resource. */
  uniqueId?: string | undefined;
}

/**
 * What proves that a resource is the host's: its tags, or the record of the adoption if that names this very resource.
 * Undefined: nothing does.
 */
export function ownershipOf(
  owner: Pick<HostLayout, 'tags' | 'adopted'>,
  { id, tags, uniqueId }: Owned,
): string | undefined {
  if (isTaggedFor(tags, owner)) return 'tags name installation, network, host';
  // Tags of another host or installation contradict the record.
  if (tags?.[tagNames.installation] !== undefined || !isAdopted(owner, { id, uniqueId })) return undefined;
  return 'record of the adoption names this very resource';
}

/** True if the adoption listed it, and it is the same one still. */
export function isAdopted(
  { adopted }: Pick<HostLayout, 'adopted'>,
  { id, uniqueId }: Pick<Owned, 'id' | 'uniqueId'>,
): boolean {
  if (!adopted) return false;
  const listed = [adopted.virtualMachine, adopted.nic1, adopted.nic2, adopted.osDisk];
  return listed.some((one) => one !== undefined && sameId(one.id, id) && sameId(one.uniqueId, uniqueId));
}

import type { NetworkInterface, VirtualNetwork } from '@azure/arm-network';
import type { AzureClients } from '../clients';
import { parseId } from '../ids';
import { readRouteTable } from '../resources/routeTable';
import { readVirtualNetwork } from '../resources/virtualNetwork';
import { list } from '../send';
import { connectedPeers, distinct, groupsOf, occupantsOf, type Group } from './occupants';
import { Reader } from './reader';

/** What the app could read of everything that packets of a network may meet. */
export interface Surroundings {
  /** The network's own VNet; absent: it is gone. */
  own?: VirtualNetwork;
  /** Resources as the SDK shows them, for `viewFromAzure`. */
  resources: unknown[];
  /** Ids of what the app may not read; what is there is not known. */
  unread: string[];
}

export interface Whereabouts {
  virtualNetworkId: string;
  /** VNets of routed subnets elsewhere. */
  otherNetworks: readonly string[];
  /** Subscription and resource group of the hosts. */
  hosts: Group;
}

/**
 * Reads VNet and peers, the route tables and security groups on their subnets, and the machines, firewalls, load balancers
 * and gateways in them. What may not be read is named and left out. Throws AzureFailure for any other failure.
 */
export async function readSurroundings(clients: AzureClients, where: Whereabouts): Promise<Surroundings> {
  const reader = new Reader(clients);
  const own = await readVirtualNetwork(clients, where.virtualNetworkId);
  if (!own) return { resources: [], unread: [] };
  const ids = distinct([...connectedPeers(own), ...where.otherNetworks]).filter(
    (id) => id.toLowerCase() !== where.virtualNetworkId.toLowerCase(),
  );
  const networks = [own, ...(await reader.all(ids, (id) => readVirtualNetwork(clients, id)))];
  const subnets = networks.flatMap((network) => network.subnets ?? []);
  const tables = await reader.all(distinct(subnets.map(({ routeTable }) => routeTable?.id)), (id) =>
    readRouteTable(clients, id),
  );
  const { networkInterfaces, gateways, firewalls } = occupantsOf(subnets);
  const nics = await reader.lists(groupsOf(networkInterfaces, where.hosts), (group) =>
    listInterfaces(clients, group),
  );
  const machines = await reader.lists(groupsOf(machinesOf(nics), where.hosts), (group) =>
    listMachines(clients, group),
  );
  const groups = [...subnets, ...nics].map(({ networkSecurityGroup }) => networkSecurityGroup?.id);
  return {
    own,
    resources: [
      ...networks,
      ...tables,
      ...nics,
      ...machines,
      ...(await reader.all(distinct(groups), (id) => reader.get(id, 'networkSecurityGroups'))),
      ...(await reader.all(distinct(balancersOf(nics)), (id) => reader.get(id, 'loadBalancers'))),
      ...(await reader.all(firewalls, (id) => reader.get(id, 'azureFirewalls'))),
      ...(await readGateways(reader, gateways)),
    ],
    unread: reader.unread,
  };
}

const machinesOf = (nics: NetworkInterface[]): string[] =>
  distinct(nics.map((nic) => nic.virtualMachine?.id));

/** Load balancers that hand on to these interfaces: a pool's id begins with that of its balancer. */
const balancersOf = (nics: NetworkInterface[]): (string | undefined)[] =>
  nics.flatMap(({ ipConfigurations = [] }) =>
    ipConfigurations.flatMap(({ loadBalancerBackendAddressPools = [] }) =>
      loadBalancerBackendAddressPools.map(({ id }) => /^(.+)\/backendAddressPools\//i.exec(id ?? '')?.[1]),
    ),
  );

export async function listInterfaces(clients: AzureClients, { subscriptionId, resourceGroup }: Group) {
  const client = await clients.network(subscriptionId);
  return list((options) => client.networkInterfaces.list(resourceGroup, options));
}

/** Power states come with the list: one call, not one per machine. */
async function listMachines(clients: AzureClients, { subscriptionId, resourceGroup }: Group) {
  const client = await clients.compute(subscriptionId);
  return list((options) =>
    client.virtualMachines.list(resourceGroup, { ...options, expand: 'instanceView' }),
  );
}

/** Gateways with their connections and the networks that these lead to. */
async function readGateways(reader: Reader, ids: string[]): Promise<unknown[]> {
  const gateways = await reader.all(ids, (id) => reader.get(id, 'virtualNetworkGateways'));
  const connections = await reader.lists(ids.length === 0 ? [] : distinctGroups(ids), (group) =>
    reader.connections(group),
  );
  const sites = distinct(connections.map(siteOf));
  return [
    ...gateways,
    ...connections,
    ...(await reader.all(sites, (id) => reader.get(id, 'localNetworkGateways'))),
  ];
}

const siteOf = (connection: unknown): string | undefined =>
  (connection as { properties?: { localNetworkGateway2?: { id?: string } } }).properties?.localNetworkGateway2
    ?.id;

const distinctGroups = ([first = '', ...rest]: string[]): Group[] => groupsOf(rest, parseId(first));

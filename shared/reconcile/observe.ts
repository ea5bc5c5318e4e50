import type { RouteTable, Subnet } from '@azure/arm-network';
import type { AzureClients } from '../azure/clients';
import { readRouteTable } from '../azure/resources/routeTable';
import { readVirtualNetwork } from '../azure/resources/virtualNetwork';
import { list } from '../azure/send';
import { virtualNetworkId } from '../network/ids';
import type { NetworkDefinition } from '../records/types';
import { lower, type Observed, type ObservedSubnet } from './facts';
import {
  addressFacts,
  diskFacts,
  machineFacts,
  networkFacts,
  nicFacts,
  subnetFacts,
  tableFacts,
} from './plain';

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
  const [virtualNetwork, elsewhere, tables, nics, machines, disks, addresses] = await Promise.all([
    readVirtualNetwork(clients, virtualNetworkId(definition)),
    routedElsewhere(clients, definition),
    list((options) => network.routeTables.list(resourceGroup, options)),
    list((options) => network.networkInterfaces.list(hosts, options)),
    // Power states come with the list: one call, not one per machine.
    list((options) => compute.virtualMachines.list(hosts, { ...options, expand: 'instanceView' })),
    list((options) => compute.disks.listByResourceGroup(hosts, options)),
    list((options) => network.publicIPAddresses.list(hosts, options)),
  ]);
  const subnets = [...(virtualNetwork?.subnets ?? []), ...elsewhere].map(subnetFacts);
  return {
    ...(virtualNetwork ? { virtualNetwork: networkFacts(virtualNetwork) } : {}),
    subnets,
    tables: [...tables, ...(await tablesOf(clients, subnets, tables))].map(tableFacts),
    networkInterfaces: nics.map(nicFacts),
    virtualMachines: machines.map(machineFacts),
    disks: disks.map(diskFacts),
    publicAddresses: addresses.map(addressFacts),
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

import type { RouteTable } from '@azure/arm-network';
import type { AzureClients } from '../azure/clients';
import { sameId } from '../azure/ids';
import { routingLayout } from '../azure/layout';
import { readRouteTable, readTables } from '../azure/resources/routeTable';
import { observeRouting } from '../azure/routing';
import { list } from '../azure/send';
import type { NetworkRecord } from '../records/types';
import { lower, type Observed } from './facts';
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
export async function observe(
  clients: AzureClients,
  { definition, tables: remembered = [] }: Pick<NetworkRecord, 'definition' | 'tables'>,
): Promise<Reading> {
  const { subscriptionId, resourceGroup } = definition;
  const hosts = definition.hosts.resourceGroup;
  const [network, compute] = await Promise.all([
    clients.network(subscriptionId),
    clients.compute(subscriptionId),
  ]);
  const [routing, listed, nics, machines, disks, addresses] = await Promise.all([
    observeRouting(clients, routingLayout(definition)),
    list((options) => network.routeTables.list(resourceGroup, options)),
    list((options) => network.networkInterfaces.list(hosts, options)),
    // Power states come with the list: one call, not one per machine.
    list((options) => compute.virtualMachines.list(hosts, { ...options, expand: 'instanceView' })),
    list((options) => compute.disks.listByResourceGroup(hosts, options)),
    list((options) => network.publicIPAddresses.list(hosts, options)),
  ]);
  const { own, networks } = routing;
  const seen = distinct([...listed, ...routing.tables]);
  const left = remembered.filter(({ id }) => !seen.some((table) => sameId(table.id, id)));
  const { found, unread } = await readTables(
    clients,
    left.map(({ id }) => id),
  );
  const tables = distinct([...seen, ...found]);
  const ownSubnets = (own?.subnets ?? []).map(subnetFacts);
  return {
    ...(own ? { virtualNetwork: networkFacts(own) } : {}),
    neighbours: networks.filter((one) => one !== own).map(networkFacts),
    subnets: networks.flatMap(({ subnets = [] }) => subnets.map(subnetFacts)),
    tables: [...tables, ...(await tablesOn(clients, ownSubnets, tables))].map(tableFacts),
    ...(unread.length > 0 ? { unreadTables: unread } : {}),
    networkInterfaces: nics.map(nicFacts),
    virtualMachines: machines.map(machineFacts),
    disks: disks.map(diskFacts),
    publicAddresses: addresses.map(addressFacts),
  };
}

const distinct = (tables: RouteTable[]): RouteTable[] => [
  ...new Map(tables.map((table) => [lower(table.id ?? ''), table])).values(),
];

/** Tables on the VNet's subnets that lie in other resource groups and are on no routed subnet. */
async function tablesOn(
  clients: AzureClients,
  subnets: Pick<Observed['subnets'][number], 'tableId'>[],
  known: RouteTable[],
): Promise<RouteTable[]> {
  const ids = subnets.flatMap(({ tableId }) =>
    tableId !== undefined && !known.some(({ id }) => sameId(id, tableId)) ? [tableId] : [],
  );
  const wanted = [...new Map(ids.map((id) => [lower(id), id])).values()];
  const found = await Promise.all(wanted.map((id) => readRouteTable(clients, id)));
  return found.filter((table) => table !== undefined);
}

import type { RouteTable } from '@azure/arm-network';
import type { AzureClients } from '../azure/clients';
import { sameId } from '../azure/ids';
import { routingLayout } from '../azure/layout';
import { readRouteTable, readTables } from '../azure/resources/routeTable';
import { observeRouting, readAll, type PassOver } from '../azure/routing';
import { list } from '../azure/send';
import type { NetworkRecord } from '../records/types';
import { lower, type Observed, type ObservedUnread } from './facts';
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

/**
 * Reads everything that a network's hosts are made of. Lists, so that what nobody remembers is seen, too. What lies elsewhere
 * and may not be read is left out, and told.
 */
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
  const passed: ObservedUnread[] = [];
  const passOver =
    (more: Pick<ObservedUnread, 'aside'> = {}): PassOver =>
    (id, why) =>
      void passed.push({ id, why: why.message, ...more });
  const [routing, listed, nics, machines, disks, addresses] = await Promise.all([
    observeRouting(clients, routingLayout(definition), passOver()),
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
  const aside = await readAll(
    tablesOn(ownSubnets, [...tables.map(({ id }) => id), ...passed.map(({ id }) => id)]),
    (id) => readRouteTable(clients, id),
    passOver({ aside: true }),
  );
  return {
    ...(own ? { virtualNetwork: networkFacts(own) } : {}),
    neighbours: networks.filter((one) => one !== own).map(networkFacts),
    subnets: networks.flatMap(({ subnets = [] }) => subnets.map(subnetFacts)),
    tables: [...tables, ...aside].map(tableFacts),
    ...(passed.length > 0 ? { unread: passed } : {}),
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
function tablesOn(
  subnets: Pick<Observed['subnets'][number], 'tableId'>[],
  known: (string | undefined)[],
): string[] {
  const ids = subnets.flatMap(({ tableId }) =>
    tableId !== undefined && !known.some((id) => sameId(id, tableId)) ? [tableId] : [],
  );
  return [...new Map(ids.map((id) => [lower(id), id])).values()];
}

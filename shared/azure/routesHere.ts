import { overlaps, parsePrefix } from '../network/ipv4';
import type { AzureClients } from './clients';
import { sameId } from './ids';
import type { HostLayout } from './layout';
import { readRouteTable } from './resources/routeTable';
import { observeRouting } from './routing';

/**
 * How many routes still send guests' addresses to the host's NIC 2: in the tables of routed subnets, in our own, and in
 * whatever table is on a subnet of the VNet. Throws AzureFailure.
 */
export async function routesHere(clients: AzureClients, layout: HostLayout): Promise<number> {
  const { tables, own } = await observeRouting(clients, layout);
  const more = (own?.subnets ?? []).flatMap(({ routeTable }) =>
    routeTable?.id !== undefined && !tables.some(({ id }) => sameId(id, routeTable.id))
      ? [routeTable.id]
      : [],
  );
  const others = await Promise.all([...new Set(more)].map((id) => readRouteTable(clients, id)));
  const ghosted = parsePrefix(layout.route.prefix);
  return [...tables, ...others]
    .flatMap((table) => table?.routes ?? [])
    .filter(
      ({ addressPrefix = '', nextHopIpAddress }) =>
        nextHopIpAddress === layout.nic2.address &&
        /^\d+(\.\d+){3}\/\d+$/.test(addressPrefix) &&
        overlaps(parsePrefix(addressPrefix, 'clear'), ghosted),
    ).length;
}

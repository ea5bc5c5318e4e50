import type { AzureClients } from '../../shared/azure/clients';
import { parseId } from '../../shared/azure/ids';
import type { HostLayout } from '../../shared/azure/layout';
import { readNetworkInterface } from '../../shared/azure/resources/networkInterface';
import { readPublicIp } from '../../shared/azure/resources/publicIp';
import { findSubnet } from '../../shared/azure/resources/subnet';
import { readVirtualMachine } from '../../shared/azure/resources/virtualMachine';
import { hostRouting, ownTables, type ObservedRouting } from '../../shared/azure/routing';
import { read } from '../../shared/azure/send';
import { routeNameIn } from '../../shared/network/routing';

type Check = [id: string, exists: boolean];

/** Ids, in lower case, of everything the host will need that Azure does not know yet. */
export async function findAbsent(
  clients: AzureClients,
  layout: HostLayout,
  observed: ObservedRouting,
): Promise<string[]> {
  const single = await Promise.all([
    check(layout.nic1.id, (id) => readNetworkInterface(clients, id)),
    check(layout.nic2.id, (id) => readNetworkInterface(clients, id)),
    check(layout.virtualMachine.id, (id) => readVirtualMachine(clients, id)),
    ...(layout.publicIp ? [check(layout.publicIp.id, (id) => readPublicIp(clients, id))] : []),
    ...[layout.osDisk, ...(layout.dataDisk ? [layout.dataDisk] : [])].map(({ id, name }) =>
      check(id, () => readDisk(clients, id, name)),
    ),
  ]);
  const checks = [...subnetChecks(layout, observed), ...single, ...routeChecks(layout, observed)];
  return checks.filter(([, exists]) => !exists).map(([id]) => id.toLowerCase());
}

async function check(id: string, find: (id: string) => Promise<unknown>): Promise<Check> {
  return [id, (await find(id)) !== undefined];
}

async function readDisk(clients: AzureClients, id: string, name: string) {
  const { subscriptionId, resourceGroup } = parseId(id);
  const client = await clients.compute(subscriptionId);
  return read((options) => client.disks.get(resourceGroup, name, options));
}

const subnetChecks = (layout: HostLayout, { own }: ObservedRouting): Check[] =>
  [layout.natSubnet, layout.lanSubnet, layout.ghostedSubnet].map(({ id }) => [
    id,
    !!own && !!findSubnet(own, id),
  ]);

/** Tables of ours wherever one may be needed, and the host's route in every table that it may go to. */
function routeChecks(layout: HostLayout, observed: ObservedRouting): Check[] {
  const tableOf = (id: string) => observed.tables.find((one) => one.id?.toLowerCase() === id.toLowerCase());
  const own = ownTables(layout, observed.networks).map(({ id }) => id);
  const planned = hostRouting(layout, observed).tables.map(({ id }) => id);
  const all = new Map([...own, ...planned].map((id) => [id.toLowerCase(), id]));
  return [
    ...own.map((id): Check => [id, tableOf(id) !== undefined]),
    ...[...all.values()].map((id): Check => [
      `${id}/routes/${routeNameIn(layout.route, id)}`,
      tableOf(id)?.routes?.some(({ name }) => name === routeNameIn(layout.route, id)) === true,
    ]),
  ];
}

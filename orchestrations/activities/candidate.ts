import type { VirtualMachine } from '@azure/arm-compute';
import type { Candidate } from '../../shared/adoption/types';
import type { AzureClients } from '../../shared/azure/clients';
import { nameOf, parseId, sameId } from '../../shared/azure/ids';
import { routingLayout } from '../../shared/azure/layout';
import { readNetworkInterface } from '../../shared/azure/resources/networkInterface';
import { powerOf } from '../../shared/azure/resources/power';
import { readRouteTable } from '../../shared/azure/resources/routeTable';
import { readInstanceView, readVirtualMachine } from '../../shared/azure/resources/virtualMachine';
import { observeRouting, type ObservedRouting } from '../../shared/azure/routing';
import { read } from '../../shared/azure/send';
import type { NetworkDefinition } from '../../shared/records/types';

/** Reads a VM that may be a host, and everything around it that shows whether it is one. Throws AzureFailure. */
export async function observeCandidate(
  clients: AzureClients,
  definition: NetworkDefinition,
  virtualMachineId: string,
): Promise<{ candidate: Candidate; observed: ObservedRouting }> {
  const [vm, observed] = await Promise.all([
    readVirtualMachine(clients, virtualMachineId),
    observeRouting(clients, routingLayout(definition)),
  ]);
  const nicIds = vm?.networkProfile?.networkInterfaces?.flatMap(({ id }) => (id ? [id] : [])) ?? [];
  const [view, nics, osDiskUniqueId, others] = await Promise.all([
    vm && readInstanceView(clients, virtualMachineId),
    Promise.all(nicIds.map((id) => readNetworkInterface(clients, id))),
    readOsDisk(clients, vm),
    otherTables(clients, observed),
  ]);
  const tables = [...observed.tables, ...others];
  return {
    candidate: {
      vm,
      running: powerOf(view) === 'running',
      networkInterfaces: nics.filter((nic) => nic !== undefined),
      ...(osDiskUniqueId === undefined ? {} : { osDiskUniqueId }),
      virtualNetwork: observed.own,
      tables,
    },
    observed,
  };
}

async function readOsDisk(
  clients: AzureClients,
  vm: VirtualMachine | undefined,
): Promise<string | undefined> {
  const id = vm?.storageProfile?.osDisk?.managedDisk?.id;
  if (id === undefined) return undefined;
  const { subscriptionId, resourceGroup } = parseId(id);
  const client = await clients.compute(subscriptionId);
  return (await read((options) => client.disks.get(resourceGroup, nameOf(id), options)))?.uniqueId;
}

/** Tables on subnets that are not routed: on NAT, for instance, as the article has it. */
async function otherTables(clients: AzureClients, { own, tables }: ObservedRouting) {
  const known = (id: string) => tables.some((table) => sameId(table.id, id));
  const ids = (own?.subnets ?? []).flatMap(({ routeTable }) =>
    routeTable?.id && !known(routeTable.id) ? [routeTable.id] : [],
  );
  const distinct = [...new Map(ids.map((id) => [id.toLowerCase(), id])).values()];
  const found = await Promise.all(distinct.map((id) => readRouteTable(clients, id)));
  return found.filter((table) => table !== undefined);
}

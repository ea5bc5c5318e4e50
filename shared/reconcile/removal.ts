import type { AzureClients } from '../azure/clients';
import { parseId } from '../azure/ids';
import type { RemovalSpec } from '../azure/remove';
import type { FindingRecord } from '../records/reconciliation';
import { judgeLeftover, type Fresh } from './judge';

type Remover = Awaited<ReturnType<RemovalSpec['remover']>>;

/** How a leftover is judged on what is there now, and deleted. `begun`: the deletion was already asked for. */
export function leftoverRemoval(
  finding: FindingRecord,
  read: () => Promise<Fresh>,
  begun: boolean,
): RemovalSpec<undefined> {
  return {
    id: finding.what,
    judge: async () => judgeLeftover(finding, await read(), begun),
    remover: (clients) => removerOf(clients, finding),
  };
}

async function removerOf(clients: AzureClients, { kind, what }: FindingRecord): Promise<Remover> {
  const { subscriptionId, resourceGroup, names } = parseId(what);
  const [name = '', child = ''] = names;
  const network = await clients.network(subscriptionId);
  const compute = await clients.compute(subscriptionId);
  switch (kind) {
    case 'orphanedGhostedSubnet':
      return (options) => network.subnets.delete(resourceGroup, name, child, options);
    case 'orphanedRoute':
      return (options) => network.routes.delete(resourceGroup, name, child, options);
    case 'unneededRouteTable':
      return (options) => network.routeTables.delete(resourceGroup, name, options);
    case 'leftoverNetworkInterface':
      return (options) => network.networkInterfaces.delete(resourceGroup, name, options);
    case 'leftoverPublicAddress':
      return (options) => network.publicIPAddresses.delete(resourceGroup, name, options);
    case 'leftoverVirtualMachine':
      return (options) => compute.virtualMachines.delete(resourceGroup, name, options);
    case 'leftoverDisk':
      return (options) => compute.disks.delete(resourceGroup, name, options);
    default:
      throw new Error(`A finding of kind ${kind} is nothing to delete.`);
  }
}

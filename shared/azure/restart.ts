import type { AzureClients } from './clients';
import { pendingOf } from './ensure';
import { nameOf, parseId } from './ids';
import type { Pending } from './outcome';
import { send } from './send';

/** Asks Azure to restart a VM. Throws AzureFailure. */
export async function beginRestart(clients: AzureClients, virtualMachineId: string): Promise<Pending> {
  const { subscriptionId, resourceGroup } = parseId(virtualMachineId);
  const client = await clients.compute(subscriptionId);
  const name = nameOf(virtualMachineId);
  const sent = await send((options) => client.virtualMachines.restart(resourceGroup, name, options));
  return pendingOf(sent, 'updated');
}

import type { AzureClients } from '../clients';
import { nameOf, parseId, sameId } from '../ids';
import type { HostLayout, RoutedSubnetLayout } from '../layout';
import { readNetworkInterface } from '../resources/networkInterface';
import { powerOf } from '../resources/power';
import { findSubnet } from '../resources/subnet';
import { networkIdOf, type ObservedRouting } from '../routing';
import { AzureFailure, read } from '../send';
import { passes } from './ask';
import { occupantsOf } from '../surroundings/occupants';
import type { Witness } from './asks';

/** Interfaces that are looked at in one subnet until one of a running machine is found. */
const mostLooks = 3;

/**
 * One interface of a running machine in each routed subnet, as far as one is soon found: nothing is wrong with a subnet
 * without any. `unread`: names of subnets of whose interfaces Azure refused a look. Throws AzureFailure for what passes.
 */
export async function findWitnesses(
  clients: AzureClients,
  layout: HostLayout,
  { networks }: Pick<ObservedRouting, 'networks'>,
): Promise<{ witnesses: Witness[]; unread: string[] }> {
  const elsewhere = layout.routedSubnets.filter(({ id }) => !sameId(id, layout.lanSubnet.id));
  const found = await Promise.all(
    elsewhere.map(async (subnet) => {
      const network = networks.find(({ id }) => sameId(id, networkIdOf(subnet.id)));
      const seen = network && findSubnet(network, subnet.id);
      return witnessIn(clients, subnet, seen ? occupantsOf([seen]).networkInterfaces : []);
    }),
  );
  return {
    witnesses: found.flatMap((one) => (one && one !== 'unread' ? [one] : [])),
    unread: elsewhere.filter((_, index) => found[index] === 'unread').map(({ name }) => name),
  };
}

async function witnessIn(
  clients: AzureClients,
  subnet: RoutedSubnetLayout,
  nics: readonly string[],
): Promise<Witness | 'unread' | undefined> {
  let unread = false;
  for (const id of nics.slice(0, mostLooks)) {
    try {
      if (await runs(clients, id)) return { id, name: nameOf(id), subnet };
    } catch (error) {
      if (!(error instanceof AzureFailure) || passes(error.failed)) throw error;
      unread = true;
    }
  }
  return unread ? 'unread' : undefined;
}

async function runs(clients: AzureClients, nicId: string): Promise<boolean> {
  const machine = (await readNetworkInterface(clients, nicId))?.virtualMachine?.id;
  if (machine === undefined) return false;
  const { subscriptionId, resourceGroup } = parseId(machine);
  const client = await clients.compute(subscriptionId);
  const vm = await read((options) =>
    client.virtualMachines.get(resourceGroup, nameOf(machine), { ...options, expand: 'instanceView' }),
  );
  return powerOf(vm?.instanceView) === 'running';
}

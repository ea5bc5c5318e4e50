import { outcomeOf } from '../../shared/azure/ensure';
import type { AzureClients } from '../../shared/azure/clients';
import { nameOf, parseId, sameId } from '../../shared/azure/ids';
import {
  judgeNetwork,
  namedGroups,
  type ObservedNetwork,
  type Unreadable,
} from '../../shared/azure/networkChecks';
import { observeOccupied, subnetsOf } from '../../shared/azure/occupied';
import { failed, withMistakes, type Outcome } from '../../shared/azure/outcome';
import { readRouteTable } from '../../shared/azure/resources/routeTable';
import { readVirtualNetwork } from '../../shared/azure/resources/virtualNetwork';
import { networkIdOf } from '../../shared/azure/routing';
import { AzureFailure, read } from '../../shared/azure/send';
import { routeTableId, virtualNetworkId } from '../../shared/network/ids';
import type { NetworkDefinition } from '../../shared/records/types';
import { tableClashes, vnetClashes } from '../../shared/network/sharing';
import { loadOperation, type Dependencies } from './context';
import { loadDefinition } from './network';

/**
 * Compares a definition with Azure before anything is made of it; every mistake at once. Only reads, and keeps what others
 * have where its hosts will be promised something.
 */
export async function checkNetwork(deps: Dependencies, input: { operation: string }): Promise<Outcome> {
  const { record: operation } = await loadOperation(deps, input.operation);
  const definition = await loadDefinition(deps, input.operation);
  const networks = await deps.records.networks.list();
  const own = { name: operation.network, definition };
  const vnet = virtualNetworkId(definition);
  const promises = () => deps.records.ledger.entries(vnet);
  return outcomeOf(async () => {
    const before = await promises();
    const observed = await observeNetwork(deps.clients, definition);
    const mistakes = [
      ...judgeNetwork(definition, vnet, observed),
      ...vnetClashes(own, networks),
      ...tableClashes(own, networks).map(({ network, pool }) => ({
        pointer: '/routeTable',
        detail: `The network ${network}, on another VNet, has its routes for ${pool} in the same table. Name another table, or other pools.`,
      })),
    ];
    if (mistakes.length === 0) {
      const subnets = subnetsOf(observed.own);
      const seen = await observeOccupied(deps.clients, definition, subnets, { before, after: promises });
      await deps.records.ledger.noteOccupied(vnet, operation.network, seen);
      return { status: 'done', change: 'unchanged' };
    }
    const [closed] = observed.unreadable;
    return withMistakes(closed?.failure ?? failed('invalid', 'DefinitionDiffers', ''), mistakes);
  });
}

async function observeNetwork(
  clients: AzureClients,
  definition: NetworkDefinition,
): Promise<ObservedNetwork> {
  const ownId = virtualNetworkId(definition);
  const otherIds = definition.routedSubnets
    .flatMap(({ id }) => (id === undefined ? [] : [networkIdOf(id)]))
    .filter((id) => !sameId(id, ownId));
  const distinct = [...new Map(otherIds.map((id) => [id.toLowerCase(), id])).values()];
  const unreadable: Unreadable[] = [];
  /** What the app may not read is for the caller of the definition to open, and hides no other mistake. */
  const ifAllowed = async <T>(id: string, look: (id: string) => Promise<T>): Promise<T | undefined> => {
    try {
      return await look(id);
    } catch (error) {
      if (!(error instanceof AzureFailure) || error.failed.class !== 'denied') throw error;
      unreadable.push({ id, failure: error.failed });
      return undefined;
    }
  };
  const network = (id: string) => ifAllowed(id, () => readVirtualNetwork(clients, id));
  const { outbound } = definition;
  const [own, others, natGateway, table, missingGroups] = await Promise.all([
    network(ownId),
    Promise.all(distinct.map(network)),
    outbound.kind === 'natGateway' ? ifAllowed(outbound.id, (id) => readNatGateway(clients, id)) : undefined,
    ifAllowed(routeTableId(definition), (id) => readRouteTable(clients, id)),
    findMissingGroups(clients, definition),
  ]);
  return {
    own,
    others: others.flatMap((found) => found ?? []),
    unreadable,
    natGateway,
    table,
    missingGroups,
  };
}

async function readNatGateway(clients: AzureClients, id: string) {
  const { subscriptionId, resourceGroup } = parseId(id);
  const client = await clients.network(subscriptionId);
  return read((options) => client.natGateways.get(resourceGroup, nameOf(id), options));
}

async function findMissingGroups(clients: AzureClients, definition: NetworkDefinition): Promise<string[]> {
  const ids = [...new Set(namedGroups(definition).map(({ id }) => id))];
  const missing = await Promise.all(ids.map(async (id) => ((await isMissing(clients, id)) ? [id] : [])));
  return missing.flat();
}

/** A group that the app may not read may still be one that it may put on a subnet. */
async function isMissing(clients: AzureClients, id: string): Promise<boolean> {
  const { subscriptionId, resourceGroup } = parseId(id);
  const client = await clients.network(subscriptionId);
  try {
    const group = await read((options) =>
      client.networkSecurityGroups.get(resourceGroup, nameOf(id), options),
    );
    return group === undefined;
  } catch (error) {
    if (error instanceof AzureFailure && error.failed.class === 'denied') return false;
    throw error;
  }
}

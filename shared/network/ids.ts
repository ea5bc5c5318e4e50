import type { NetworkDefinition } from '../records/types';

/** ARM id of the network's VNet. The ledger keeps its promises under it. */
export function virtualNetworkId(
  definition: Pick<NetworkDefinition, 'subscriptionId' | 'resourceGroup'> & {
    virtualNetwork: { name: string; resourceGroup?: string };
  },
): string {
  const { subscriptionId, resourceGroup, virtualNetwork } = definition;
  return (
    `/subscriptions/${subscriptionId}/resourceGroups/${virtualNetwork.resourceGroup ?? resourceGroup}` +
    `/providers/Microsoft.Network/virtualNetworks/${virtualNetwork.name}`
  );
}

/** ARM id of the table that the app makes for subnets of the network that have none. */
export function routeTableId({
  subscriptionId,
  resourceGroup,
  routeTable,
}: Pick<NetworkDefinition, 'subscriptionId' | 'resourceGroup' | 'routeTable'>): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/routeTables/${routeTable}`;
}

/** True if hosts of both networks have their routes in one and the same table. */
export function sharesTable(one: NetworkDefinition, other: NetworkDefinition): boolean {
  return routeTableId(one).toLowerCase() === routeTableId(other).toLowerCase();
}

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

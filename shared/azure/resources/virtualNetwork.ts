import type { VirtualNetwork } from '@azure/arm-network';
import { virtualNetworkId } from '../../network/ids';
import { platformAddress } from '../../network/reserved';
import type { NetworkDefinition } from '../../records/types';
import type { AzureClients } from '../clients';
import type { Decision, ResourceSpec } from '../ensure';
import { parseId } from '../ids';
import { failed } from '../outcome';
import { read, send } from '../send';

export async function readVirtualNetwork(
  clients: AzureClients,
  id: string,
): Promise<VirtualNetwork | undefined> {
  const { subscriptionId, resourceGroup, names } = parseId(id);
  const client = await clients.network(subscriptionId);
  return read((options) => client.virtualNetworks.get(resourceGroup, names[0] ?? '', options));
}

export function addressSpaces(network: VirtualNetwork): string[] {
  return network.addressSpace?.addressPrefixes ?? [];
}

export const isIpv4 = (range: string) => /^\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/.test(range);

/** IPv4 ranges of the VNets that a connected peering leads to, as of its last synchronisation. */
export function peerRanges(network: VirtualNetwork): string[] {
  return (network.virtualNetworkPeerings ?? [])
    .filter(({ peeringState }) => peeringState === 'Connected')
    .flatMap(
      (peering) =>
        peering.remoteAddressSpace?.addressPrefixes ??
        peering.remoteVirtualNetworkAddressSpace?.addressPrefixes ??
        [],
    )
    .filter(isIpv4);
}

/** What guests are given as DNS servers: the definition's, else the VNet's own, else the platform's. */
export function dnsServers(definition: NetworkDefinition, network: VirtualNetwork): string[] {
  const ofNetwork = (network.dhcpOptions?.dnsServers ?? []).filter(isIpv4);
  if (definition.dnsServers.length > 0) return definition.dnsServers;
  return ofNetwork.length > 0 ? ofNetwork : [platformAddress];
}

/** Desired VNet: created empty if the definition says so; an existing one is compared, never written. */
export function desiredVirtualNetwork(
  definition: NetworkDefinition,
  existing: VirtualNetwork | undefined,
): Decision<VirtualNetwork> {
  const { name, create, addressSpaces: wanted } = definition.virtualNetwork;
  if (!existing) {
    if (create) {
      return {
        action: 'put',
        change: 'created',
        body: {
          location: definition.location,
          ...(definition.tags ? { tags: definition.tags } : {}),
          addressSpace: { addressPrefixes: wanted },
        },
      };
    }
    return refuse(
      'VirtualNetworkNotFound',
      `The VNet ${name} does not exist. Create it or say create: true.`,
    );
  }
  if (existing.provisioningState === 'Updating') return { action: 'wait' };
  const missing = wanted.filter((range) => !addressSpaces(existing).includes(range));
  if (missing.length > 0) {
    return refuse(
      'AddressSpaceDiffers',
      `The VNet ${name} lacks the address range ${missing.join(', ')}. Add it to the VNet or correct the definition.`,
    );
  }
  if (existing.location && normal(existing.location) !== normal(definition.location)) {
    return refuse(
      'LocationDiffers',
      `The VNet ${name} is in ${existing.location}, not in ${definition.location}.`,
    );
  }
  return { action: 'none' };
}

const normal = (location: string) => location.replaceAll(' ', '').toLowerCase();

const refuse = (code: string, message: string): Decision<never> => ({
  action: 'refuse',
  failure: failed('invalid', code, message),
});

export function virtualNetworkSpec(definition: NetworkDefinition): ResourceSpec<VirtualNetwork> {
  const id = virtualNetworkId(definition);
  const { subscriptionId, resourceGroup, names } = parseId(id);
  return {
    id,
    read: (clients) => readVirtualNetwork(clients, id),
    desired: (existing) => desiredVirtualNetwork(definition, existing),
    async write(clients, body) {
      const client = await clients.network(subscriptionId);
      return send((options) =>
        client.virtualNetworks.createOrUpdate(resourceGroup, names[0] ?? '', body, options),
      );
    },
  };
}

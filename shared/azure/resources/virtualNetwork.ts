import type { VirtualNetwork } from '@azure/arm-network';
import { virtualNetworkId } from '../../network/ids';
import { canonicalRange } from '../../network/ipv6';
import { platformAddress } from '../../network/reserved';
import type { NetworkDefinition } from '../../records/types';
import type { AzureClients } from '../clients';
import type { Decision, ResourceSpec } from '../ensure';
import { parseId } from '../ids';
import { failed, type Mistake } from '../outcome';
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
  const { create, addressSpaces: wanted } = definition.virtualNetwork;
  if (!existing && create) {
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
  if (existing?.provisioningState === 'Updating') return { action: 'wait' };
  const mistakes = virtualNetworkMistakes(definition, existing);
  const [first] = mistakes;
  if (!first) return { action: 'none' };
  return {
    action: 'refuse',
    failure: failed('invalid', first.code, mistakes.map(({ detail }) => detail).join(' ')),
  };
}

/** Everything in which the definition and its VNet disagree. */
export function virtualNetworkMistakes(
  { virtualNetwork: { name, create, addressSpaces: wanted }, location }: NetworkDefinition,
  existing: VirtualNetwork | undefined,
): (Mistake & { code: string })[] {
  if (!existing) {
    const detail = `The VNet ${name} does not exist. Create it or say create: true.`;
    return create ? [] : [{ pointer: '/virtualNetwork', code: 'VirtualNetworkNotFound', detail }];
  }
  // Definitions of earlier versions, and Azure, may spell IPv6 otherwise.
  const present = addressSpaces(existing).map(canonicalRange);
  const missing = wanted.flatMap((range, index) =>
    present.includes(canonicalRange(range))
      ? []
      : [
          {
            pointer: `/virtualNetwork/addressSpaces/${index}`,
            code: 'AddressSpaceDiffers',
            detail: `The VNet ${name} lacks the address range ${range}. Add it to the VNet or correct the definition.`,
          },
        ],
  );
  const elsewhere = existing.location !== undefined && normal(existing.location) !== normal(location);
  const detail = `The VNet ${name} is in ${existing.location}, not in ${location}.`;
  return [...missing, ...(elsewhere ? [{ pointer: '/location', code: 'LocationDiffers', detail }] : [])];
}

const normal = (location: string) => location.replaceAll(' ', '').toLowerCase();

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

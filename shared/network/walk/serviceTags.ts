import { contains, type Prefix } from '../ipv4';
import { metadataAddress, platformAddress } from '../reserved';
import { gatewaysFor } from './gateways';
import { neighbours, networkOf, readPrefix, readPrefixes, subnetWithId, tableOf } from './lookup';
import type { InterfaceFacts, NetworkView } from './view';

/** What the tags in security rules stand for at one interface. */
export interface Tags {
  /** The networks' own ranges and those connected to them, the host node's addresses, user-defined prefixes. */
  virtualNetwork: Prefix[];
}

/**
 * The tag VirtualNetwork means something else at every subnet: ranges of the network, of peers that are given access,
 * of what lies behind gateways, and the prefixes of the subnet's own route table, a default route included. The virtual
 * address of the host node is part of it, by both names that it has (learn.microsoft.com: virtual-network/service-tags-overview,
 * network-security-groups-overview#azure-platform-considerations).
 */
export function tagsAt(view: NetworkView, nic: InterfaceFacts): Tags {
  const subnet = subnetWithId(view, nic.subnetId);
  const network = subnet && networkOf(view, subnet);
  if (!network) return { virtualNetwork: [] };
  const texts = [
    ...network.ranges,
    ...neighbours(view, network).flatMap(({ peering, ranges }) =>
      peering.allowVirtualNetworkAccess ? ranges : [],
    ),
    ...gatewaysFor(view, network).flatMap(({ routes }) => routes),
    ...(tableOf(view, subnet)?.routes ?? []).map(({ prefix }) => prefix),
    platformAddress,
    metadataAddress,
  ];
  return { virtualNetwork: texts.flatMap((text) => readPrefix(text) ?? []) };
}

/** Addresses that no internet route leads to. */
const notPublic = readPrefixes(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']);

/** Whether what a rule names, an address, prefix or tag, means an address. Tags of single services mean none of ours. */
export function meaningOf(wanted: string, { virtualNetwork }: Tags): (address: number) => boolean {
  const inside = (prefixes: Prefix[]) => (address: number) =>
    prefixes.some((prefix) => contains(prefix, address));
  switch (wanted.toLowerCase()) {
    case '*':
    case 'any':
      return () => true;
    case 'virtualnetwork':
      return inside(virtualNetwork);
    case 'internet': {
      // A default route in the tag VirtualNetwork takes nothing away from the internet.
      const elsewhere = inside([...notPublic, ...virtualNetwork.filter(({ length }) => length > 0)]);
      return (address) => !elsewhere(address);
    }
    case 'azureloadbalancer':
      return inside(readPrefixes([platformAddress]));
    default:
      return inside(readPrefixes([wanted]));
  }
}

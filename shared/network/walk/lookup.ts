import { contains, InvalidIpv4, parseAddress, parsePrefix, type Prefix } from '../ipv4';
import type {
  HostFacts,
  HostNic,
  InterfaceFacts,
  NetworkView,
  PeeringFacts,
  RouteTableFacts,
  SubnetFacts,
  VirtualNetworkFacts,
} from './view';

/** The prefix of a text; undefined for service tags, IPv6 and whatever else is no IPv4 prefix. */
export function readPrefix(text: string): Prefix | undefined {
  try {
    return parsePrefix(text.includes('/') ? text : `${text}/32`, 'clear');
  } catch (error) {
    if (error instanceof InvalidIpv4) return undefined;
    throw error;
  }
}

export function readPrefixes(texts: string[]): Prefix[] {
  return texts.flatMap((text) => readPrefix(text) ?? []);
}

/** True if one of the prefixes holds the address. */
export function within(prefixes: string[], address: string): boolean {
  const value = parseAddress(address);
  return readPrefixes(prefixes).some((prefix) => contains(prefix, value));
}

export function subnetWithId(view: NetworkView, id: string): SubnetFacts | undefined {
  return view.subnets.find((subnet) => subnet.id === id);
}

export function networkOf(view: NetworkView, subnet: SubnetFacts): VirtualNetworkFacts | undefined {
  return view.virtualNetworks.find(({ id }) => id === subnet.virtualNetworkId);
}

export function tableOf(view: NetworkView, subnet: SubnetFacts): RouteTableFacts | undefined {
  return view.routeTables.find(({ id }) => id === subnet.routeTableId);
}

export interface Neighbour {
  peering: PeeringFacts;
  network: VirtualNetworkFacts | undefined;
  /** What the peering routes to: the ranges of its last synchronisation. */
  ranges: string[];
}

/** Networks that a connected peering leads to; peers of peers are not among them. */
export function neighbours(view: NetworkView, network: VirtualNetworkFacts): Neighbour[] {
  return network.peerings
    .filter(({ state }) => state === 'Connected')
    .map((peering) => {
      const remote = view.virtualNetworks.find(({ id }) => id === peering.remoteId);
      const ranges = peering.remoteRanges.length > 0 ? peering.remoteRanges : (remote?.ranges ?? []);
      return { peering, network: remote, ranges };
    });
}

/** Ids of the networks that packets reach without a gateway: the network itself and its direct peers. */
export function reach(view: NetworkView, network: VirtualNetworkFacts): string[] {
  return [network.id, ...neighbours(view, network).map(({ peering }) => peering.remoteId)];
}

/** Those of them where the address is looked for. Unverified (A24): in a peer only if the peering has heard of its range. */
export function reachFor(view: NetworkView, network: VirtualNetworkFacts, address: string): string[] {
  const peers = neighbours(view, network).filter(({ ranges }) => within(ranges, address));
  return [network.id, ...peers.map(({ peering }) => peering.remoteId)];
}

/**
 * The interface in one of these networks that has the address; for a load balancer's, the first running one that it
 * hands on to.
 */
export function interfaceAt(
  view: NetworkView,
  address: string,
  networkIds: string[],
): InterfaceFacts | undefined {
  const candidates = view.interfaces.filter(
    (nic) =>
      answersTo(nic, address) &&
      networkIds.includes(subnetWithId(view, nic.subnetId)?.virtualNetworkId ?? ''),
  );
  return (
    candidates.find(({ addresses }) => addresses.includes(address)) ??
    candidates.find(({ machine }) => machine?.running === true)
  );
}

/** True if packets to the address are for this interface, or for a load balancer in front of it. */
export function answersTo({ addresses, frontends }: InterfaceFacts, address: string): boolean {
  return addresses.includes(address) || frontends.includes(address);
}

/** The host whose NIC 1 or NIC 2 this is. */
export function hostOf(
  view: NetworkView,
  nic: InterfaceFacts,
): { host: HostFacts; nic: HostNic } | undefined {
  for (const host of view.hosts) {
    if (host.nic1 === nic.id) return { host, nic: 1 };
    if (host.nic2 === nic.id) return { host, nic: 2 };
  }
  return undefined;
}

export function interfaceOf(view: NetworkView, host: HostFacts, nic: HostNic): InterfaceFacts | undefined {
  const wanted = nic === 1 ? host.nic1 : host.nic2;
  return view.interfaces.find(({ id }) => id === wanted);
}

import type { Broken, ElementKind, Hop, Protocol } from './result';
import type { GatewayFacts, HostFacts, HostNic, InterfaceFacts, NetworkView } from './view';

/** One datagram, by the five values that identify its flow. */
export interface Packet {
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  protocol: Protocol;
}

/** Who has the packet. */
export type Place =
  | { in: 'guest'; host: HostFacts; address: string }
  /** The host's operating system; `from` is where it came in, absent if the host itself sends. */
  | { in: 'host'; host: HostFacts; from?: HostNic | 'vEthernet' }
  /** A machine gives it to the virtual network. */
  | { in: 'leaving'; nic: InterfaceFacts }
  /** The virtual network brings it to an interface. */
  | { in: 'arriving'; nic: InterfaceFacts }
  /** A gateway has it from on-premises. */
  | { in: 'gateway'; gateway: GatewayFacts };

export type End =
  | { at: 'guest'; host: HostFacts; address: string }
  | { at: 'machine'; nic: InterfaceFacts }
  /** The internet or Azure's own DNS, by way of this interface. */
  | { at: 'outside'; nic: InterfaceFacts }
  | { at: 'onPremises'; gateway: GatewayFacts };

export type Step = { next: Place } | { end: End } | { broken: Broken };

/** A source address that somebody replaced and puts back in the answer. */
export interface Translation {
  /** Host name or interface id. */
  by: string;
  label: string;
  rule: string;
  inside: string;
  outside: string;
  remote: string;
}

/** What is remembered between the packet and its answer, and where the hops go. */
export interface Trace {
  view: NetworkView;
  packet: Packet;
  hops: Hop[];
  translations: Translation[];
  /** Flows that the security groups of an interface have let through: the answer passes unasked. */
  flows: Set<string>;
  /** Names of appliances that forwarded the packet. */
  appliances: Set<string>;
}

export function breaks(kind: ElementKind, element: string, reason: string, id?: string): { broken: Broken } {
  return { broken: { kind, element, reason, ...(id === undefined ? {} : { id }) } };
}

export const nicLabel = (nic: InterfaceFacts): string => `NIC ${nic.name}`;
export const hostLabel = (host: HostFacts): string => `host ${host.name}`;

/** Replaces the source by `outside` and remembers it for the answer. */
export function translate(trace: Trace, by: string, outside: string, label: string, rule: string): void {
  const { source, destination } = trace.packet;
  trace.translations.push({ by, label, rule, inside: source, outside, remote: destination });
  trace.hops.push({ at: label, action: `translates the source ${source} to ${outside}`, rule });
  trace.packet = { ...trace.packet, source: outside };
}

/** Puts the inner destination back into an answer to what was translated here. */
export function translateBack(trace: Trace, by: string, label: string): void {
  const { source, destination } = trace.packet;
  const entry = trace.translations.find(
    (one) => one.by === by && one.outside === destination && one.remote === source,
  );
  if (!entry) return;
  trace.hops.push({ at: label, action: `translates the destination ${destination} back to ${entry.inside}` });
  trace.packet = { ...trace.packet, destination: entry.inside };
}

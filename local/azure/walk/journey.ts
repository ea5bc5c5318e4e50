import type { Adapter } from '../guest/types';
import type { Gateway, Nic, Topology, Vm } from './topology';
import type { Broken, Hop } from './types';

export interface Packet {
  source: string;
  sourcePort: number;
  destination: string;
  protocol: 'tcp' | 'udp' | 'icmp';
  /** Of the destination. */
  port: number;
}

/** Where a packet is. */
export type Place =
  /** A guest sends it. */
  | { kind: 'guest'; vm: Vm; address: string }
  /** The host's operating system has it, from an adapter or from a program of its own. */
  | { kind: 'host'; vm: Vm; ingress: Adapter | undefined }
  /** It leaves a machine by this interface into the virtual network. */
  | { kind: 'leaving'; nic: Nic }
  /** The virtual network brings it to this interface. */
  | { kind: 'arriving'; nic: Nic }
  /** A gateway has it, from either side. */
  | { kind: 'gateway'; gateway: Gateway }
  /** A machine on premises sends it. */
  | { kind: 'premises'; address: string };

export type Arrival =
  | { kind: 'guest'; vm: Vm; address: string }
  | { kind: 'machine'; nic: Nic }
  | { kind: 'premises'; address: string }
  /** The internet or Azure's own DNS server, reached through this interface. */
  | { kind: 'outside'; nic: Nic };

export type Step = { next: Place } | { arrived: Arrival } | { broken: Broken };

/** An address translation that a host remembers for answers. */
export interface Translation {
  vm: Vm;
  outside: string;
  inside: string;
  remote: string;
}

/** One packet and its answer on their way. */
export interface Journey {
  topology: Topology;
  packet: Packet;
  hops: Hop[];
  translations: Translation[];
  /** What the security groups of each interface have let through; the answer to it passes unasked. */
  admitted: Set<string>;
}

/** @param id of the resource that would have to be different */
export function broken(element: string, reason: string, id?: string): Step {
  return { broken: { element, reason, ...(id === undefined ? {} : { id }) } };
}

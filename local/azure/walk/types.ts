import type { WindowsState } from '../guest';
import type { ArmResource, PowerState } from '../types';

/** Everything the walk may look at; it changes nothing. */
export interface WalkView {
  /** Subnets, routes and rules count whether they are resources of their own or shown inside their parent. */
  resources: ArmResource[];
  /** By VM id in lower case. */
  guests: Record<string, WindowsState>;
  powerState(vmId: string): PowerState;
}

/**
 * `guestOf`: a guest of that host, a running one or, if there is none, one that would start now. `subnet`: the first
 * running VM in it. `onPremises`: this
 * address behind a gateway. `dns`: the DNS server that the sender is given.
 */
export type Endpoint =
  | { guestOf: string }
  | { subnet: string }
  | { address: string }
  | { onPremises: string }
  | 'internet'
  | 'dns';

export interface WalkOptions {
  /** Default tcp, port 443; for `dns` udp, port 53. */
  protocol?: 'tcp' | 'udp' | 'icmp';
  port?: number;
}

export interface Hop {
  /** Element that handles the packet, e.g. `host hv-01`, `NIC hv-01-lan`. */
  at: string;
  /** What it does with it, e.g. `forwards`, `translates to 10.0.0.4`, `delivers`. */
  action: string;
  /** Where it goes from there. */
  nextHop?: string;
  /** Route, NAT entry or rule that decided. */
  rule?: string;
}

export interface Broken {
  element: string;
  /** Of the resource that would have to be different, if it is one; it need not be the one that has the packet. */
  id?: string;
  reason: string;
}

export interface WalkResult {
  /** True if the packet arrives and the answer comes back. */
  ok: boolean;
  /** Source address as the destination sees it; empty if the packet does not arrive. */
  sourceSeen: string;
  hops: Hop[];
  returnHops: Hop[];
  brokenBy?: Broken;
}

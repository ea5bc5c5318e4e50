/**
 * `guestOf`: the first guest of that host. `subnet`: the first running machine in it, by name or id. `address`: a
 * machine, any address of a host's ghosted prefix, or one behind a gateway; `onPremises`: the last of these. `dns`: the DNS server that the sender is
 * given; `internet`: any public address; both only as destination.
 */
export type Endpoint =
  | { guestOf: string }
  | { subnet: string }
  | { address: string }
  | { onPremises: string }
  | 'internet'
  | 'dns';

export type Protocol = 'tcp' | 'udp' | 'icmp';

export interface WalkOptions {
  /** Default tcp; for `dns` udp. */
  protocol?: Protocol;
  /** Destination port. Default 443; for `dns` 53. */
  port?: number;
}

export interface Hop {
  /** Element that has the packet, e.g. `host hv-01` or `NIC hv-01-lan`. */
  at: string;
  /** What it does with it, e.g. `forwards`, `delivers`. */
  action: string;
  /** Where the packet goes from there: an address, an interface or a kind of next hop. */
  nextHop?: string;
  /** Route, translation or rule that decided. */
  rule?: string;
}

export type ElementKind =
  | 'guest'
  | 'host'
  | 'interface'
  | 'machine'
  | 'subnet'
  | 'routeTable'
  | 'securityGroup'
  | 'peering'
  | 'gateway'
  /** What keeps guests from the identity of their host; nothing is wrong. */
  | 'protection'
  | 'endpoint';

/** The element that would have to be different for the packet to go on. */
export interface Broken {
  element: string;
  kind: ElementKind;
  /** ARM id, where the element is a resource. */
  id?: string;
  reason: string;
}

export interface WalkResult {
  /** The packet arrives, and the answer comes back to whoever asked. */
  ok: boolean;
  /** The sender's own address; empty if there is no sender. */
  source: string;
  /** Source address as the destination sees it; another than `source` if translated, empty if it does not arrive. */
  sourceSeen: string;
  destination: string;
  hops: Hop[];
  returnHops: Hop[];
  /**
   * Appliances that see only one direction of the exchange. A stateful one drops it, so a plan should refuse this
   * although the walk is ok.
   */
  oneSided: string[];
  brokenBy?: Broken & { leg: 'there' | 'back' };
}

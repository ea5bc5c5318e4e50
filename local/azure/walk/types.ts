import type { ArmResource } from '../types';
import type { WindowsState } from '../guest/types';

/** Everything the walk may look at; it changes nothing. */
export interface WalkView {
  resources: ArmResource[];
  /** By VM id in lower case. */
  guests: Record<string, WindowsState>;
  powerState(vmId: string): 'running' | 'stopped' | 'deallocated';
}

/** `dns` = the DNS server that DHCP hands out, on port 53. */
export type Endpoint = { guestOf: string } | { subnet: string } | { address: string } | 'internet' | 'dns';

export interface WalkOptions {
  protocol?: 'tcp' | 'udp' | 'icmp';
  port?: number;
}

export interface Hop {
  /** Element that handles the packet, e.g. `host hv-01`, `subnet Azure-VMs`. */
  at: string;
  /** What it does with it, e.g. `forward`, `nat`, `deliver`. */
  action: string;
  nextHop?: string;
  /** Route, NAT entry or rule that decided. */
  rule?: string;
}

export interface WalkResult {
  /** True if the packet arrives and the answer comes back. */
  ok: boolean;
  /** Source address as the destination sees it; empty if the packet does not arrive. */
  sourceSeen: string;
  hops: Hop[];
  returnHops: Hop[];
  brokenBy?: { element: string; reason: string };
}

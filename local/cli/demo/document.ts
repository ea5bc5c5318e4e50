/** The end state of one host in the terms that an operator uses; null for what is not there. */
export interface HostEndState {
  name: string;
  /** As the app's API says. */
  state: string | null;
  nat: NicState | null;
  lan: NicState | null;
  ghosted: { subnet: string; prefix: string; gateway: string | null } | null;
  dhcp: { start: string; end: string; router: string | null; dns: string[] } | null;
  rrasNat: { nic: number; mode: string } | null;
  hostRoutes: HostRouteState[];
  route: { table: string; prefix: string; nextHop: string | null; subnets: string[] } | null;
}

export interface NicState {
  address: string;
  ipForwarding: boolean;
}

export interface HostRouteState {
  prefix: string;
  gateway: string;
  nic: number;
  metric: number;
}

export interface PathState {
  from: string;
  to: string;
  /** There and back. */
  ok: boolean;
  /** Source address as the destination sees it. */
  sourceSeen: string;
}

export interface RouteTableState {
  name: string;
  routes: { prefix: string; nextHop: string | null }[];
  subnets: string[];
}

/** What exists in Azure besides the customer's own resources. */
export interface Leftovers {
  routeTables: RouteTableState[];
  ghostedSubnets: string[];
  virtualMachines: string[];
  networkInterfaces: string[];
  disks: string[];
}

export interface DemoDocument {
  hosts: HostEndState[];
  paths: PathState[];
  afterFirstTeardown: Pick<Leftovers, 'routeTables' | 'ghostedSubnets' | 'virtualMachines'>;
  afterTeardown: Leftovers;
  reconciliation: { findings: { kind: string; subnet: string; prefix: string }[] };
  azure: { requests: number; writes: number; conflicts: number; throttled: number };
  /** From the start of the operation to its end, by host. */
  simulatedSeconds: Record<string, number>;
}

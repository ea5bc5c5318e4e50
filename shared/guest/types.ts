/** The contract between control plane and guest scripts. */

export type GuestPhase = 'features' | 'network' | 'verify' | 'inventory' | 'deconfigure';

/** The one parameter of every phase, sent as base64 of its JSON. */
export interface GuestParameters {
  schema: 1;
  phase: GuestPhase;
  host: string;
  operation: string;
  /** MAC as ARM reports it (hyphens); address as ARM reports it. */
  nic1: { mac: string; address: string };
  nic2: { mac: string; address: string };
  switchName: string;
  scopeName: string;
  /** The guests' range: gateway is the first host address, DHCP serves the rest. */
  ghosted: { prefix: string; gateway: string; dhcpStart: string; dhcpEnd: string };
  dnsServers: string[];
  /** Domain that guests append to bare names; absent: whatever they have. */
  dnsSuffix?: string;
  /** False: guests may reach the host's metadata and wire server; absent: filters keep them from it. */
  protectMetadata?: boolean;
  /** Static routes of the host, metric 256. */
  routes: HostRoute[];
  /** The data disk for guests, by its LUN in Azure; absent: none. */
  dataDisk?: { lun: number };
  /** Boot time of the phase before a restart: the phase refuses to run in that same boot. */
  notBootedAt?: string;
  /**
   * Routes in Azure that still send the guests' range to this host, as they have just been counted. The phase deconfigure
   * refuses where there are any, and where nobody has counted; the other phases do not ask.
   */
  routesHere?: number;
  /** Version of the script that phase network would leave for the startup task now. Phase verify compares. */
  bootVersion?: string;
  /** False: phase network refuses whatever would interrupt guests. Absent: it may. */
  mayInterrupt?: boolean;
  /** The log is part of the output, before the result: where the output goes to a blob. */
  log?: boolean;
}

export interface HostRoute {
  prefix: string;
  gateway: string;
  nic: 1 | 2;
  metric: number;
}

export interface GuestCheck {
  name: string;
  ok: boolean;
  detail?: string;
}

/** The JSON line between the sentinels. */
export interface GuestResult {
  schema: 1;
  phase: GuestPhase;
  ok: boolean;
  /** Items that this run changed; empty on a converged host. */
  changed: string[];
  restartNeeded: boolean;
  /** ISO 8601 of Win32_OperatingSystem.LastBootUpTime. */
  bootTime: string;
  /** Present if Windows gave another boot time when the phase began: its clock was set meanwhile. */
  bootTimeAtStart?: string;
  os: string;
  facts: Record<string, unknown>;
  checks: GuestCheck[];
  /** Present if ok is false: what stopped the phase. `notRestarted` asks for another try later. */
  error?: { code: string; message: string };
}

export const sentinel = { begin: '##nested-hosts-begin##', end: '##nested-hosts-end##' } as const;

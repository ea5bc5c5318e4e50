/**
 * What the model knows of one Windows Server: plain JSON, so that it can be shown, patched and stored as it is.
 * Interfaces are referred to by adapter index, as Windows does; aliases can change, indexes cannot.
 */
export interface WindowsState {
  computerName: string;
  /** As Win32_OperatingSystem.Caption says it. */
  os: string;
  /** Core has no desktop and none of its tools. */
  edition?: 'Desktop' | 'Core';
  /** ISO 8601. */
  bootTime: string;
  /** Every start so far, as the system log has them; absent: the first one alone. */
  boots?: string[];
  features: Record<string, FeatureState>;
  /** Servicing waits for a restart. */
  rebootPending: boolean;
  /** Servicing is in the middle of one, which the next ends. */
  rebootInProgress?: boolean;
  /** The hypervisor does not start with Windows, Hyper-V or not. */
  hypervisorDown?: boolean;
  /** Windows Update waits for a restart. */
  updatesPending?: boolean;
  adapters: Adapter[];
  switches: VirtualSwitch[];
  addresses: InterfaceAddress[];
  /** Static and DHCP-given routes; on-link routes follow from the addresses. */
  routes: Route[];
  services: Record<string, Service>;
  rras: {
    routing: 'Installed' | 'Uninstalled';
    /** HKLM ...\RemoteAccess\Parameters\IP\InitialAddressPoolSize; absent = Windows default. */
    initialAddressPoolSize?: number;
    /** Aliases in RRAS's interface list, built when the service starts. */
    interfaces: string[];
    /** Alias -> input filters: what matches one of them is dropped, the rest passes. */
    filters?: Record<string, RouterFilter[]>;
    /** Aliases whose filters are the other way round: what matches one of them passes, the rest is dropped. */
    filterLists?: string[];
  };
  /** RRAS NAT: alias -> mode. */
  nat: { installed: boolean; interfaces: Record<string, NatMode> };
  /** WinNAT (New-NetNat) networks: not ours, but they break routing. */
  netNats: { name: string; internalPrefix: string }[];
  dhcp: {
    securityGroups: boolean;
    /** Attempts to find an address in use before it is offered; absent: none. */
    conflictDetection?: number;
    /** It wrote to the log when it started that it serves nobody, having found no static address. */
    silent?: boolean;
    /** Alias -> bound. */
    bindings: Record<string, boolean>;
    /** Scope id (network address) -> scope. */
    scopes: Record<string, DhcpScope>;
    /** Absent: none. */
    leases?: { address: string; mac: string }[];
  };
  nestedVms: NestedVm[];
  /** Files the scripts keep, path -> content. */
  files: Record<string, string>;
  /** Tasks that run whenever Windows starts, by name. */
  startupTasks?: Record<string, StartupTask>;
  /** Absent: the system's alone. */
  disks?: Disk[];
  /** Where Hyper-V puts disks and configurations of guests; absent: its own folders on the system disk. */
  hyperVPaths?: { disks: string; machines: string };
  /** What scripts wrote to the application log. */
  events?: { id: number; level: string; text: string }[];
  /** Bad behaviour that a test asked for. */
  quirks?: Quirks;
}

/** What real Windows on Azure is known or reported to do to those who trust it. Each is off unless asked for. */
export interface Quirks {
  /** The size or its security type gives no nested virtualization: the Hyper-V role is refused. */
  cannotNest?: boolean;
  /** RRAS never lists an adapter that came after it was configured; only configuring it anew helps. */
  ignoresLateAdapters?: boolean;
  /** At so many of the next boots RRAS comes up without its NAT interfaces, as reported of Server 2025. */
  losesNatAtBoots?: number;
  /** The boot that completes the Hyper-V role ends in a second restart by itself, so many seconds later. */
  restartsAgainAfterSeconds?: number;
  /** The boot after the Hyper-V role leaves it pending: the second restart is what completes it. */
  roleNeedsSecondRestart?: boolean;
  /** Install-RemoteAccess returns at once, and RRAS is configured only so many seconds later. */
  routerSettlesAfterSeconds?: number;
  /** After a restart the agent's report from before it stands for so many seconds more. */
  agentStaleForSeconds?: number;
  /**
   * What the next start after a deallocation makes of the NICs: the same adapters under other names; new adapters, which
   * share nothing with the old ones but MAC and address; or new ones that are found in the other order, as after a
   * redeployment, and take each other's names.
   */
  adaptersAfterDeallocation?: 'renamed' | 'replaced' | 'reordered';
}

/** As Get-ScheduledTask shows it. */
export interface StartupTask {
  execute: string;
  arguments: string;
  /** Of the account that it runs as; S-1-5-18 is SYSTEM. */
  sid: string;
  level: 'Highest' | 'Limited';
  /** It has one trigger, the start of Windows. */
  startup: boolean;
  enabled: boolean;
}

export interface Disk {
  number: number;
  uniqueId: string;
  lun: number;
  /** `temporary` is emptied whenever the machine is deallocated. */
  role: 'system' | 'temporary' | 'data';
  model: string;
  gigabytes: number;
  style: 'RAW' | 'MBR' | 'GPT';
  offline: boolean;
  readOnly: boolean;
  partitions: Partition[];
}

export interface Partition {
  number: number;
  kind: 'Reserved' | 'Basic' | 'System' | 'Recovery';
  /** Absent: none. */
  letter?: string;
  gigabytes: number;
  /** Absent: not formatted. */
  fileSystem?: string;
  label?: string;
}

export type FeatureState = 'Available' | 'InstallPending' | 'Installed';
export type NatMode = 'full' | 'private';

export interface Adapter {
  index: number;
  alias: string;
  description: string;
  /** Hyphenated upper case. */
  mac: string;
  /** A VF twin has the MAC of its synthetic adapter and no IPv4. */
  kind: 'synthetic' | 'vf' | 'vEthernet';
  forwarding: boolean;
}

export interface VirtualSwitch {
  name: string;
  type: 'Internal' | 'Private' | 'External';
}

export interface InterfaceAddress {
  index: number;
  address: string;
  prefixLength: number;
  /** WellKnown: of the link, 169.254.0.0/16, which Windows takes where nobody gives it one. */
  origin: 'Dhcp' | 'Manual' | 'WellKnown';
}

export interface Route {
  prefix: string;
  nextHop: string;
  index: number;
  metric: number;
  /** In Windows' own store; false: gone after a reboot, if nothing else brings it back. */
  persistent: boolean;
  /** In the persistent store alone: nothing goes this way now. */
  inactive?: boolean;
  /** In RRAS's own list of persistent routes: there whenever RRAS runs. With `persistent` it is in Windows' store as well. */
  router?: boolean;
  /** Given by Azure's DHCP, which brings it back after a reboot. */
  dhcp?: boolean;
}

/** What it does not name it does not look at. */
export interface RouterFilter {
  source?: string;
  destination?: string;
  protocol?: 'tcp' | 'udp' | 'icmp';
  /** Of the destination. */
  port?: number;
}

export interface Service {
  status: 'Running' | 'Stopped';
  startType: 'Automatic' | 'Manual' | 'Disabled';
}

export interface DhcpScope {
  name: string;
  start: string;
  end: string;
  mask: string;
  state: 'Active' | 'Inactive';
  router: string[];
  dns: string[];
  /** Option 15. */
  suffix?: string;
  /** Absent: Windows' default of eight days. */
  leaseHours?: number;
}

/** A guest of this host. Without `address` it takes a DHCP lease on the internal switch. */
export interface NestedVm {
  name: string;
  state: 'Running' | 'Off' | 'Saved' | 'Paused';
  address?: string;
  mac?: string;
}

/**
 * What the model knows of one Windows Server: plain JSON, so that it can be shown, patched and stored as it is.
 * Interfaces are referred to by adapter index, as Windows does; aliases can change, indexes cannot.
 */
export interface WindowsState {
  computerName: string;
  /** As Win32_OperatingSystem.Caption says it. */
  os: string;
  /** ISO 8601. */
  bootTime: string;
  features: Record<string, FeatureState>;
  rebootPending: boolean;
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
  };
  /** RRAS NAT: alias -> mode. */
  nat: { installed: boolean; interfaces: Record<string, NatMode> };
  /** WinNAT (New-NetNat) networks: not ours, but they break routing. */
  netNats: { name: string; internalPrefix: string }[];
  dhcp: {
    securityGroups: boolean;
    /** Attempts to find an address in use before it is offered; absent: none. */
    conflictDetection?: number;
    /** Alias -> bound. */
    bindings: Record<string, boolean>;
    /** Scope id (network address) -> scope. */
    scopes: Record<string, DhcpScope>;
  };
  nestedVms: NestedVm[];
  /** Files the scripts keep, path -> content. */
  files: Record<string, string>;
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
  origin: 'Dhcp' | 'Manual';
}

export interface Route {
  prefix: string;
  nextHop: string;
  index: number;
  metric: number;
  /** False: active only, gone after a reboot. */
  persistent: boolean;
  /** Given by Azure's DHCP, which brings it back after a reboot. */
  dhcp?: boolean;
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

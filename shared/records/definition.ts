/** What a network is defined as: one VNet that the app may use, and how. */

export interface SubnetDefinition {
  name: string;
  /** CIDR, host bits zero. */
  prefix: string;
  /** True if the app may create the subnet when it is absent. A present subnet is never altered. */
  create: boolean;
  /** NSG that a created subnet gets in the same PUT, because policies deny subnets without one. */
  networkSecurityGroupId?: string;
}

/** A subnet whose members must reach guests. */
export interface RoutedSubnet extends SubnetDefinition {
  /** ARM id of a subnet of another VNet or resource group; absent: a subnet of the network's own VNet. */
  id?: string;
  /**
   * `host` (default): straight to NIC 2, by a route of ours in the subnet's table. `appliance`: the subnet's own table
   * sends the prefix to an appliance that inspects, and the appliance's subnet sends it to NIC 2.
   */
  via?: 'host' | 'appliance';
  /** Allows a route of ours that is more specific than one to an appliance, and so goes round it. */
  bypassInspection?: boolean;
}

/** How guests and hosts reach the internet through NIC 1. */
export type Outbound =
  | { kind: 'natGateway'; id: string }
  /** A Standard public address on NIC 1 of every host. */
  | { kind: 'publicIp' }
  | { kind: 'existing' };

/** One VNet profile the app may use. */
export interface NetworkDefinition {
  subscriptionId: string;
  resourceGroup: string;
  location: string;
  virtualNetwork: {
    name: string;
    /** Absent: the resource group of the network. */
    resourceGroup?: string;
    create: boolean;
    addressSpaces: string[];
  };
  natSubnet: SubnetDefinition;
  lanSubnet: SubnetDefinition;
  /** Pools are used in order; every host gets one prefix of `prefixLength`. */
  ghosted: {
    pools: string[];
    prefixLength: number;
    /** NSG that ghosted subnets get, for policies that ask for one; it has no effect on guests. */
    networkSecurityGroupId?: string;
  };
  /** Hyper-V-LAN is always one of them, named or not. */
  routedSubnets: RoutedSubnet[];
  /** Ranges that guests reach untranslated over NIC 2: peered VNets, on-premises. */
  extraPrefixes?: string[];
  /** Ranges that guests reach translated over NIC 1: subnets that cannot carry a route table. */
  natPrefixes?: string[];
  dnsSuffix?: string;
  /** Put on everything the app makes for the network, beside its own tags. */
  tags?: Record<string, string>;
  outbound: Outbound;
  /** What guests are given by DHCP. Empty: the DNS servers of the VNet, else the platform's own. */
  dnsServers: string[];
  routeTable: string;
  hosts: HostDefaults;
}

export interface HostDefaults {
  resourceGroup: string;
  size: string;
  image: { publisher: string; offer: string; sku: string; version: string };
  adminUsername: string;
  osDiskSizeGb: number;
  zone?: string;
  acceleratedNetworking?: boolean;
  licenseType?: 'Windows_Server' | 'None';
  patchMode?: 'AutomaticByOS' | 'AutomaticByPlatform' | 'Manual';
  /** Data disk for guests; absent: none. */
  dataDiskSizeGb?: number;
  /** Key Vault, by name, that keeps the administrators' passwords; absent: they are kept nowhere. */
  passwordVault?: string;
  /** Absent equals Standard. */
  securityType?: 'Standard' | 'TrustedLaunch';
  /** How guests are kept from the host's identity; absent equals full. */
  metadataProtection?: MetadataProtection;
}

/**
 * `full`: filters in Windows, and Azure's metadata security protocol where the image is known to support it. `filters`:
 * those alone. `none`: guests reach the instance metadata service and the wire server in the host's name.
 */
export type MetadataProtection = 'full' | 'filters' | 'none';

/**
 * What the packet walk looks at: small facts, plain JSON, as read from Azure and from hosts. Ids are ARM ids in lower
 * case and are compared as they are; prefixes and addresses are text. What is not IPv4 is left out by who builds it.
 */
export interface NetworkView {
  virtualNetworks: VirtualNetworkFacts[];
  subnets: SubnetFacts[];
  routeTables: RouteTableFacts[];
  securityGroups: SecurityGroupFacts[];
  interfaces: InterfaceFacts[];
  gateways: GatewayFacts[];
  hosts: HostFacts[];
}

export interface VirtualNetworkFacts {
  id: string;
  name: string;
  ranges: string[];
  peerings: PeeringFacts[];
}

/** One side of a peering: what this network lets in from the remote one, and what it takes from it. */
export interface PeeringFacts {
  remoteId: string;
  state: 'Connected' | 'Initiated' | 'Disconnected';
  /** The remote ranges as of the last synchronisation; empty: those that the remote network has now. */
  remoteRanges: string[];
  allowVirtualNetworkAccess: boolean;
  allowForwardedTraffic: boolean;
  allowGatewayTransit: boolean;
  useRemoteGateways: boolean;
}

export interface SubnetFacts {
  id: string;
  name: string;
  virtualNetworkId: string;
  prefixes: string[];
  routeTableId?: string;
  securityGroupId?: string;
  natGateway: boolean;
  /** Azure's implicit way to the internet; false in a private subnet. */
  defaultOutboundAccess: boolean;
}

export interface RouteTableFacts {
  id: string;
  name: string;
  /** False: routes of gateways do not reach the table's subnets. */
  gatewayRoutes: boolean;
  /** False: system routes to peered networks do not reach the table's subnets. */
  peeringRoutes: boolean;
  routes: UserRouteFacts[];
}

export interface UserRouteFacts {
  name: string;
  prefix: string;
  nextHopType: UserNextHop;
  nextHopAddress?: string;
}

/** `Unknown`: a kind that this walk does not know, so that nothing can be said of where it leads. */
export type UserNextHop =
  'VirtualAppliance' | 'VirtualNetworkGateway' | 'VnetLocal' | 'Internet' | 'None' | 'Unknown';

export interface SecurityGroupFacts {
  id: string;
  name: string;
  /** Without the default rules, which every group has. */
  rules: SecurityRuleFacts[];
}

export interface SecurityRuleFacts {
  name: string;
  priority: number;
  direction: Direction;
  allow: boolean;
  /** Lower case; `*` is any. */
  protocol: string;
  source: RuleSide;
  destination: RuleSide;
}

export type Direction = 'Inbound' | 'Outbound';

export interface RuleSide {
  /** Prefixes, addresses, service tags or `*`. */
  addresses: string[];
  /** Ids of application security groups. */
  groups: string[];
  /** `443`, `8000-8100` or `*`. */
  ports: string[];
}

/** What of the platform answers a machine only what its own agent has signed: Azure's metadata security protocol. */
export type SignedService = 'imds' | 'wireServer';

/** A network interface, or the private address of a service that forwards, such as Azure Firewall. */
export interface InterfaceFacts {
  id: string;
  name: string;
  subnetId: string;
  /** Private addresses, the primary one first. */
  addresses: string[];
  /** Absent: attached to nothing. */
  machine?: { id: string; name: string; running: boolean; signed?: SignedService[] };
  /** It is its machine's primary interface. */
  primary: boolean;
  ipForwarding: boolean;
  /** A public address, or the outbound rule of a load balancer. */
  publicAddress: boolean;
  /** Addresses of internal load balancers that hand on to it. */
  frontends: string[];
  /** It translates what it forwards to the internet to its own address. */
  translatesToInternet: boolean;
  securityGroupId?: string;
  applicationSecurityGroups: string[];
}

export interface GatewayFacts {
  id: string;
  name: string;
  kind: 'Vpn' | 'ExpressRoute';
  /** Its GatewaySubnet. */
  subnetId: string;
  /** Prefixes that it has learned by BGP or was given as local networks. */
  routes: string[];
}

/** A Hyper-V host as its own verification or its plan describes it. */
export interface HostFacts {
  name: string;
  /** Ids of its two interfaces. */
  nic1: string;
  nic2: string;
  ghostedPrefix: string;
  /** The switch's adapter in the host; absent: there is none with an address. */
  vEthernet?: { address: string; prefixLength: number };
  /** RRAS runs and routes. */
  router: boolean;
  forwarding: { nic1: boolean; nic2: boolean; vEthernet: boolean };
  /** Interfaces that RRAS translates on; what goes out there gets their address. */
  nat: HostNic[];
  /** Prefixes that WinNAT (NetNat) translates, wherever they go. */
  winNat: string[];
  /** What guests reach of the platform beside its DNS, as `address` or `address:port`. */
  openPlatform: string[];
  /** The filters of the switch let nothing in but what they name. */
  letsInNamed: boolean;
  routes: HostRouteFacts[];
  /** The interface that has the default route. */
  defaultRoute?: HostNic;
  dhcp: DhcpFacts;
}

export type HostNic = 1 | 2;

export interface HostRouteFacts {
  prefix: string;
  gateway: string;
  /** 0: another adapter, that of the switch or of one of others. */
  nic: HostNic | 0;
  metric: number;
}

/** What a guest that asks for an address gets; `problem` says why it gets none. */
export type DhcpFacts =
  { problem: string } | { start: string; end: string; router: string[]; dns: string[]; problem?: never };

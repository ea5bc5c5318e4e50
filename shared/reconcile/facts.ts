import type { NamedPeering } from '../azure/peeringChecks';
import type {
  LedgerEntry,
  HostRecord,
  NetworkDefinition,
  NetworkRecord,
  OperationRecord,
  OwnTable,
} from '../records/types';

/** Plain facts of one network as they were read from Azure. Ids are as Azure spells them. */
export interface Observed {
  /** Absent: the VNet does not exist. */
  virtualNetwork?: ObservedNetwork;
  /** VNets of routed subnets that lie elsewhere, and peers that may hold an appliance on the way. */
  neighbours: ObservedNetwork[];
  /** Of all these VNets. */
  subnets: ObservedSubnet[];
  /**
   * Every table of the network's resource group, on a subnet of its VNet or on a routed subnet elsewhere, and ours in other
   * regions and subscriptions, also where nothing is routed any more.
   */
  tables: ObservedTable[];
  /** VNets and tables that should have been read, too, and may not be by the app. */
  unread?: ObservedUnread[];
  /** Tables that the network remembers and the app may no longer read. */
  unreadTables?: string[];
  /** Of the hosts' resource group. */
  networkInterfaces: ObservedNic[];
  virtualMachines: ObservedVm[];
  disks: ObservedDisk[];
  publicAddresses: ObservedPublicAddress[];
  /** What guest verification found in this run; absent for a host that was not asked. */
  guests: Record<string, ObservedGuest>;
  /** Write leases whose holder is no longer running. */
  deadLeases: { key: string; holder: string }[];
}

export interface ObservedNetwork {
  id: string;
  location: string;
  ranges: string[];
  peerings: NamedPeering[];
}

export interface ObservedUnread {
  id: string;
  /** As Azure says it. */
  why: string;
  /** A table on subnets of the VNet that are not routed: the app writes no route there. */
  aside?: true;
}

export interface ObservedSubnet {
  id: string;
  name: string;
  prefixes: string[];
  /** Ids of the IP configurations in it. */
  occupants: string[];
  /** Delegations, service links, private endpoints: anything that says the subnet is in use by a service. */
  services: string[];
  tableId?: string;
  natGateway: boolean;
  /** False: the subnet is private, and Azure gives its members no way out of its own. */
  defaultOutboundAccess: boolean;
  settled: boolean;
}

export interface ObservedRoute {
  name: string;
  prefix: string;
  /** Next hop address if the hop is a virtual appliance, else its type. */
  nextHop: string;
}

export interface ObservedTable {
  id: string;
  name: string;
  tags: OwnerTags;
  routes: ObservedRoute[];
  /** Takes over what gateways learn by BGP. */
  gatewayRoutes: boolean;
  /** Takes over the ranges of peered VNets. */
  peeringRoutes: boolean;
  subnets: string[];
  settled: boolean;
}

/** What the tags of a resource say; all undefined on a resource that the app did not make. */
export interface OwnerTags {
  installation?: string;
  network?: string;
  host?: string;
  prefix?: string;
}

export interface ObservedNic {
  id: string;
  name: string;
  /** Azure's own unique id. */
  uniqueId?: string;
  tags: OwnerTags;
  address?: string;
  subnetId?: string;
  forwarding: boolean;
  publicAddressId?: string;
  virtualMachineId?: string;
  settled: boolean;
}

export interface ObservedVm {
  id: string;
  name: string;
  /** Azure's own unique id. */
  uniqueId?: string;
  tags: OwnerTags;
  power: 'running' | 'stopped' | 'other';
  settled: boolean;
}

export interface ObservedDisk {
  id: string;
  name: string;
  tags: OwnerTags;
  attachedTo?: string;
  settled: boolean;
}

export interface ObservedPublicAddress {
  id: string;
  name: string;
  tags: OwnerTags;
  attachedTo?: string;
  settled: boolean;
}

/** Outcome of the verify phase inside Windows. */
export interface ObservedGuest {
  ok: boolean;
  /** Why it is not as planned. */
  message?: string;
  failedChecks: string[];
}

/** What the app has promised, and what it is doing right now. */
export interface Promised {
  network: NetworkRecord;
  /** Other networks whose hosts have their routes in the same table. */
  neighbours?: NetworkDefinition[];
  /** What all other networks remember: those that meet elsewhere share the table there. */
  tablesOfOthers?: OwnTable[];
  /** Own installation, as tags name it. */
  installation: string;
  /** Operations of reconciliations of this network; there is one at a time, so none is in its own way. */
  own: string[];
  /** Hosts of this network. */
  hosts: HostRecord[];
  /** All promises in the VNet, those of other networks too. */
  ledger: LedgerEntry[];
  /** Other operations that are not finished, on any network of this VNet. */
  inFlight: Pick<OperationRecord, 'id' | 'kind' | 'network' | 'host'>[];
  /** Finished operations that are named by ledger entries being released. */
  finished: Pick<OperationRecord, 'id' | 'kind' | 'status' | 'request' | 'absentBefore' | 'failure'>[];
}

/** Azure also shows IPv6 prefixes and service tags. */
export const isIpv4 = (prefix: string): boolean => /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(prefix);

export const lower = (text: string): string => text.toLowerCase();

/** Keys of an index by lower-case id or name. */
export function indexBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [lower(key(item)), item]));
}

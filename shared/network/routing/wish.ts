/** What a host asks of the routing of its network. Ids are ARM ids in lower case. */
export interface RoutingWish {
  route: { name: string; prefix: string; nextHop: string };
  lanSubnetId: string;
  routed: RoutedWish[];
  /** Table of ours for a subnet of this VNet that has none. */
  ownTable(virtualNetworkId: string): string;
}

export interface RoutedWish {
  id: string;
  name: string;
  via: 'host' | 'appliance';
  bypassInspection: boolean;
}

/** One table that gets the host's route. */
export interface TableUse {
  id: string;
  /** Subnets that need the route in it: routed ones, and those of appliances on the way. */
  subnets: string[];
  /** Those of them without a table, which get this one. */
  unrouted: string[];
}

/** Why a subnet cannot be routed as it should; `detail` says what to do. */
export interface RoutingProblem {
  code: RoutingCode;
  subnet: string;
  detail: string;
}

export type RoutingCode =
  | 'SubnetNotFound'
  | 'InspectionBypassed'
  | 'NoApplianceRoute'
  | 'ApplianceUnknown'
  | 'ApplianceInTheWay'
  | 'AsymmetricPath'
  | 'PrefixRoutedElsewhere'
  | 'ForeignRoute'
  | 'RouteTableFull';

export interface RoutingPlan {
  tables: TableUse[];
  problems: RoutingProblem[];
}

/** The route that sends a host's ghosted prefix to its NIC 2. */
export interface RouteWish {
  /** Name of the route in tables where it is not there yet. */
  name: string;
  prefix: string;
  nextHop: string;
  /** Names that it has in tables where somebody made it by hand. */
  adopted?: readonly { tableId: string; name: string }[];
}

/** Name of the route in one table. */
export function routeNameIn({ name, adopted }: Pick<RouteWish, 'name' | 'adopted'>, tableId: string): string {
  const found = adopted?.find((one) => one.tableId.toLowerCase() === tableId.toLowerCase());
  return found?.name ?? name;
}

/** True if that is the route's name in this table, in whatever case: to Azure it is the same. */
export const isNamedRoute = (
  route: Pick<RouteWish, 'name' | 'adopted'>,
  tableId: string,
  name: string | undefined,
): boolean => name?.toLowerCase() === routeNameIn(route, tableId).toLowerCase();

/** What a host asks of the routing of its network. Ids are ARM ids in lower case. */
export interface RoutingWish {
  route: RouteWish;
  lanSubnetId: string;
  routed: RoutedWish[];
  /** Ranges beyond the VNet that guests reach under their own address: on-premises, peers. */
  extraPrefixes: string[];
  /** Where the prefixes of all hosts come from. */
  pools: string[];
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
  /** How many routes the table has, if that is the problem. */
  routes?: number;
  /** The route that stands in the way, if it is one for a part of the prefix. */
  route?: { table: string; name: string; prefix: string };
}

export type RoutingCode =
  | 'SubnetNotFound'
  | 'InspectionBypassed'
  | 'NoApplianceRoute'
  | 'ApplianceUnknown'
  | 'ApplianceInTheWay'
  | 'AsymmetricPath'
  | 'PrefixRoutedElsewhere'
  | 'PartRoutedElsewhere'
  | 'ForeignRoute'
  | 'RouteTableFull';

export interface RoutingPlan {
  tables: TableUse[];
  problems: RoutingProblem[];
}

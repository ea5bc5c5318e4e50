import type {
  NetworkSecurityGroup,
  RouteTable,
  SecurityRule,
  Subnet,
  VirtualNetwork,
  VirtualNetworkPeering,
} from '@azure/arm-network';
import type {
  NetworkView,
  PeeringFacts,
  RouteTableFacts,
  RuleSide,
  SecurityGroupFacts,
  SubnetFacts,
  UserNextHop,
  VirtualNetworkFacts,
} from '../network/walk';
import { prefixesOf } from './resources/subnet';
import { addressSpaces, isIpv4 } from './resources/virtualNetwork';

/** Resources of Azure as the facts that planner and packet walk look at: ids in lower case, IPv4 only. */
export function viewOf(observed: {
  networks: VirtualNetwork[];
  tables: RouteTable[];
  groups?: NetworkSecurityGroup[];
}): NetworkView {
  return {
    virtualNetworks: observed.networks.map(networkFacts),
    subnets: observed.networks.flatMap((network) =>
      (network.subnets ?? []).map((subnet) => subnetFacts(network, subnet)),
    ),
    routeTables: observed.tables.map(tableFacts),
    securityGroups: (observed.groups ?? []).map(groupFacts),
    interfaces: [],
    gateways: [],
    hosts: [],
  };
}

const lower = (id: string | undefined): string => (id ?? '').toLowerCase();

function networkFacts(network: VirtualNetwork): VirtualNetworkFacts {
  return {
    id: lower(network.id),
    name: network.name ?? '',
    ranges: addressSpaces(network).filter(isIpv4),
    peerings: (network.virtualNetworkPeerings ?? []).map(peeringFacts),
  };
}

export function peeringFacts(peering: VirtualNetworkPeering): PeeringFacts {
  const { peeringState } = peering;
  const ranges = peering.remoteAddressSpace ?? peering.remoteVirtualNetworkAddressSpace;
  return {
    remoteId: lower(peering.remoteVirtualNetwork?.id),
    state: peeringState === 'Connected' || peeringState === 'Initiated' ? peeringState : 'Disconnected',
    remoteRanges: (ranges?.addressPrefixes ?? []).filter(isIpv4),
    allowVirtualNetworkAccess: peering.allowVirtualNetworkAccess ?? true,
    allowForwardedTraffic: peering.allowForwardedTraffic ?? false,
    allowGatewayTransit: peering.allowGatewayTransit ?? false,
    useRemoteGateways: peering.useRemoteGateways ?? false,
  };
}

function subnetFacts(network: VirtualNetwork, subnet: Subnet): SubnetFacts {
  const table = subnet.routeTable?.id;
  const group = subnet.networkSecurityGroup?.id;
  return {
    id: lower(subnet.id ?? `${network.id}/subnets/${subnet.name}`),
    name: subnet.name ?? '',
    virtualNetworkId: lower(network.id),
    prefixes: prefixesOf(subnet).filter(isIpv4),
    ...(table === undefined ? {} : { routeTableId: lower(table) }),
    ...(group === undefined ? {} : { securityGroupId: lower(group) }),
    natGateway: subnet.natGateway !== undefined,
    defaultOutboundAccess: subnet.defaultOutboundAccess !== false,
  };
}

const nextHops: readonly string[] = [
  'VirtualAppliance',
  'VirtualNetworkGateway',
  'VnetLocal',
  'Internet',
  'None',
];
export const nextHopOf = (type: string | undefined): UserNextHop => {
  return nextHops.includes(type ?? '') ? (type as UserNextHop) : 'Unknown';
};

/** What a table takes over besides its own routes. */
export const propagation = (table: RouteTable): Pick<RouteTableFacts, 'gatewayRoutes' | 'peeringRoutes'> => ({
  gatewayRoutes: table.disableBgpRoutePropagation !== true,
  peeringRoutes: table.disablePeeringRoute === undefined || table.disablePeeringRoute === 'None',
});

function tableFacts(table: RouteTable): RouteTableFacts {
  return {
    id: lower(table.id),
    name: table.name ?? '',
    ...propagation(table),
    routes: (table.routes ?? []).map(({ name, addressPrefix, nextHopType, nextHopIpAddress }) => ({
      name: name ?? '',
      prefix: addressPrefix ?? '',
      nextHopType: nextHopOf(nextHopType),
      ...(nextHopIpAddress === undefined ? {} : { nextHopAddress: nextHopIpAddress }),
    })),
  };
}

function groupFacts(group: NetworkSecurityGroup): SecurityGroupFacts {
  return {
    id: lower(group.id),
    name: group.name ?? '',
    rules: (group.securityRules ?? []).map((rule) => ({
      name: rule.name ?? '',
      priority: rule.priority ?? 65_000,
      direction: rule.direction === 'Outbound' ? ('Outbound' as const) : ('Inbound' as const),
      allow: rule.access === 'Allow',
      protocol: (rule.protocol ?? '*').toLowerCase(),
      ...sides(rule),
    })),
  };
}

function sides(rule: SecurityRule): { source: RuleSide; destination: RuleSide } {
  const all = (many: string[] | undefined, one: string | undefined) => [
    ...(many ?? []),
    ...(one === undefined ? [] : [one]),
  ];
  return {
    source: {
      addresses: all(rule.sourceAddressPrefixes, rule.sourceAddressPrefix),
      groups: (rule.sourceApplicationSecurityGroups ?? []).map(({ id }) => lower(id)),
      ports: all(rule.sourcePortRanges, rule.sourcePortRange),
    },
    destination: {
      addresses: all(rule.destinationAddressPrefixes, rule.destinationAddressPrefix),
      groups: (rule.destinationApplicationSecurityGroups ?? []).map(({ id }) => lower(id)),
      ports: all(rule.destinationPortRanges, rule.destinationPortRange),
    },
  };
}

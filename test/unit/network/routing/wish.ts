import type { planRouting, RoutedWish, RoutingWish } from '../../../../shared/network/routing';
import type {
  NetworkView,
  PeeringFacts,
  SecurityRuleFacts,
  SubnetFacts,
  UserRouteFacts,
} from '../../../../shared/network/walk';

/** Hyper-V-LAN. */
export const lan = 'vnet/lan';
/** Our table in the VNet of the hosts. */
export const own = 'own-table';

const subnet = (id: string, prefix: string, more: Partial<SubnetFacts> = {}): SubnetFacts => ({
  id,
  name: id.slice(id.indexOf('/') + 1),
  virtualNetworkId: id.slice(0, id.indexOf('/')),
  prefixes: [prefix],
  natGateway: false,
  defaultOutboundAccess: true,
  ...more,
});
/** A route of a table: `prefix` to an appliance. */
export const appliance = (prefix: string, nextHopAddress = '10.0.9.4', name = 'fw'): UserRouteFacts => ({
  name,
  prefix,
  nextHopType: 'VirtualAppliance',
  nextHopAddress,
});
const peering = (remoteId: string, range: string): PeeringFacts => ({
  remoteId,
  state: 'Connected',
  remoteRanges: [range],
  allowVirtualNetworkAccess: true,
  allowForwardedTraffic: true,
  allowGatewayTransit: false,
  useRemoteGateways: false,
});

/** Hyper-V-LAN, two subnets of applications and a firewall in one VNet, and a spoke that is peered with it. */
export function view(
  tables: Record<string, UserRouteFacts[]>,
  on: Record<string, string>,
  securityRules: SecurityRuleFacts[] = [],
): NetworkView {
  const table = (id: string) => (on[id] === undefined ? {} : { routeTableId: on[id] });
  const group = securityRules.length > 0 ? { securityGroupId: 'nsg' } : {};
  return {
    virtualNetworks: [
      { id: 'vnet', name: 'vnet', ranges: ['10.0.0.0/16'], peerings: [peering('spoke', '10.20.0.0/16')] },
      { id: 'spoke', name: 'spoke', ranges: ['10.20.0.0/16'], peerings: [peering('vnet', '10.0.0.0/16')] },
    ],
    subnets: [
      subnet(lan, '10.0.1.0/24', table(lan)),
      subnet('vnet/apps', '10.0.3.0/24', { ...table('vnet/apps'), ...group }),
      subnet('vnet/data', '10.0.4.0/24', table('vnet/data')),
      subnet('vnet/firewall', '10.0.9.0/26', table('vnet/firewall')),
      subnet('vnet/GatewaySubnet', '10.0.255.0/27', table('vnet/GatewaySubnet')),
      subnet('spoke/apps', '10.20.0.0/24', table('spoke/apps')),
    ],
    routeTables: Object.entries(tables).map(([id, routes]) => ({
      id,
      name: id,
      gatewayRoutes: true,
      peeringRoutes: true,
      routes,
    })),
    securityGroups: [{ id: 'nsg', name: 'nsg', rules: securityRules }],
    interfaces: [],
    gateways: [],
    hosts: [],
  };
}

export const routed = (id: string, more: Partial<RoutedWish> = {}): RoutedWish => ({
  id,
  name: id,
  via: 'host',
  bypassInspection: false,
  ...more,
});
/** What hv-01 wishes for: its prefix sent to its NIC 2 in these subnets and in Hyper-V-LAN. */
export const wish = (...subnets: RoutedWish[]): RoutingWish => ({
  route: { name: 'Nested-VMs-hv-01', prefix: '10.0.2.0/24', nextHop: '10.0.1.4' },
  lanSubnetId: lan,
  routed: [...subnets, routed(lan)],
  extraPrefixes: ['192.168.0.0/16', '10.20.0.0/16'],
  pools: ['10.0.2.0/24', '10.0.16.0/20'],
  ownTable: (network) => (network === 'vnet' ? own : `${own}-${network}`),
});
export const codes = (plan: ReturnType<typeof planRouting>) => plan.problems.map(({ code }) => code);

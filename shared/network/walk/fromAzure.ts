import { z } from 'zod';
import * as shapes from './azureShapes';
import type { Shape } from './azureShapes';
import { interfacesFrom } from './fromMachines';
import { nameOf, ruleFrom, tableFrom } from './fromTables';
import type {
  GatewayFacts,
  HostFacts,
  NetworkView,
  PeeringFacts,
  SecurityGroupFacts,
  SubnetFacts,
  VirtualNetworkFacts,
} from './view';

export interface AzureReadings {
  /** Resources as ARM or the SDK shows them; children inside their parents or as resources of their own. */
  resources: unknown[];
  hosts?: HostFacts[];
  /** `running`, `deallocated` ... by VM id in lower case; absent: the instance view, and without one `running`. */
  powerStates?: Record<string, string>;
  /** Prefixes that a gateway has learned, by its id in lower case. */
  gatewayRoutes?: Record<string, string[]>;
  /**
   * Whether interfaces that forward, hosts' own aside, translate what they send to the internet; default true. Azure
   * does not tell, but without it nothing of what they forward gets there.
   */
  appliancesTranslate?: boolean;
}

/** The facts of a view in what Azure answers. Pure; what has no shape that is known is left out. */
export function viewFromAzure(readings: AzureReadings): NetworkView {
  const pool = readings.resources.flatMap((value) => {
    const parsed = typed.safeParse(value);
    return parsed.success ? [{ ...parsed.data, value }] : [];
  });
  const all = <T extends z.ZodType>(type: string, shape: T): Shape<T>[] =>
    pool.flatMap((one) => {
      const parsed = one.type === `microsoft.${type}` ? shape.safeParse(one.value) : undefined;
      return parsed?.success ? [parsed.data] : [];
    });
  const networks = all('network/virtualnetworks', shapes.virtualNetwork);
  const peerings = all('network/virtualnetworks/virtualnetworkpeerings', shapes.peering);
  const subnets = all('network/virtualnetworks/subnets', shapes.subnet);
  const routes = all('network/routetables/routes', shapes.route);
  const rules = all('network/networksecuritygroups/securityrules', shapes.securityRule);
  return {
    virtualNetworks: networks.map(({ virtualNetworkPeerings, ...network }) =>
      networkFrom(network, childrenOf(network.id, virtualNetworkPeerings, peerings)),
    ),
    subnets: networks.flatMap((network) =>
      childrenOf(network.id, network.subnets, subnets).map((subnet) => subnetFrom(network.id, subnet)),
    ),
    routeTables: all('network/routetables', shapes.routeTable).map((table) =>
      tableFrom(table, childrenOf(table.id, table.routes, routes)),
    ),
    securityGroups: all('network/networksecuritygroups', shapes.securityGroup).map(
      (group): SecurityGroupFacts => ({
        id: group.id,
        name: nameOf(group),
        rules: childrenOf(group.id, group.securityRules, rules).map(ruleFrom),
      }),
    ),
    interfaces: interfacesFrom(
      {
        interfaces: all('network/networkinterfaces', shapes.networkInterface),
        machines: all('compute/virtualmachines', shapes.virtualMachine),
        firewalls: all('network/azurefirewalls', shapes.firewall),
        balancers: all('network/loadbalancers', shapes.loadBalancer),
      },
      readings,
    ),
    gateways: gatewaysFrom(
      all('network/virtualnetworkgateways', shapes.gateway),
      all('network/connections', shapes.connection),
      all('network/localnetworkgateways', shapes.localGateway),
      readings.gatewayRoutes ?? {},
    ),
    hosts: readings.hosts ?? [],
  };
}

const typed = z.object({ type: z.string().transform((type) => type.toLowerCase()) });

/** A child that is a resource of its own is the newer truth. */
function childrenOf<T extends { id?: string | undefined; name?: string | undefined }>(
  parentId: string,
  inside: T[],
  own: T[],
): T[] {
  const key = (child: T) => nameOf(child).toLowerCase();
  const found = new Map(inside.map((child) => [key(child), child]));
  for (const child of own) {
    if (child.id?.split('/').slice(0, -2).join('/') === parentId) found.set(key(child), child);
  }
  return [...found.values()];
}

function networkFrom(
  network: Pick<Shape<typeof shapes.virtualNetwork>, 'id' | 'name' | 'addressSpace'>,
  peerings: Shape<typeof shapes.peering>[],
): VirtualNetworkFacts {
  return {
    id: network.id,
    name: nameOf(network),
    ranges: network.addressSpace.addressPrefixes,
    peerings: peerings.flatMap(peeringFrom),
  };
}

function peeringFrom(peering: Shape<typeof shapes.peering>): PeeringFacts[] {
  const { peeringState, remoteVirtualNetwork, remoteAddressSpace } = peering;
  if (remoteVirtualNetwork === undefined) return [];
  const connected = peeringState === 'Connected' || peeringState === 'Initiated';
  return [
    {
      remoteId: remoteVirtualNetwork,
      state: connected ? peeringState : 'Disconnected',
      // What the peering routes to; the other field has what the remote network has by now.
      remoteRanges: remoteAddressSpace.addressPrefixes,
      allowVirtualNetworkAccess: peering.allowVirtualNetworkAccess !== false,
      allowForwardedTraffic: peering.allowForwardedTraffic === true,
      allowGatewayTransit: peering.allowGatewayTransit === true,
      useRemoteGateways: peering.useRemoteGateways === true,
    },
  ];
}

function subnetFrom(virtualNetworkId: string, subnet: Shape<typeof shapes.subnet>): SubnetFacts {
  const { id, addressPrefix, addressPrefixes, routeTable, networkSecurityGroup } = subnet;
  return {
    id,
    name: nameOf(subnet),
    virtualNetworkId,
    prefixes: addressPrefix === undefined ? addressPrefixes : [addressPrefix],
    ...(routeTable === undefined ? {} : { routeTableId: routeTable }),
    ...(networkSecurityGroup === undefined ? {} : { securityGroupId: networkSecurityGroup }),
    natGateway: subnet.natGateway !== undefined,
    defaultOutboundAccess: subnet.defaultOutboundAccess !== false,
  };
}

function gatewaysFrom(
  gateways: Shape<typeof shapes.gateway>[],
  connections: Shape<typeof shapes.connection>[],
  sites: Shape<typeof shapes.localGateway>[],
  learned: Record<string, string[]>,
): GatewayFacts[] {
  return gateways.flatMap((gateway) => {
    const subnetId = gateway.ipConfigurations[0]?.subnet;
    if (subnetId === undefined) return [];
    const configured = connections
      .filter(({ virtualNetworkGateway1 }) => virtualNetworkGateway1 === gateway.id)
      .flatMap(({ localNetworkGateway2 }) => sites.filter(({ id }) => id === localNetworkGateway2))
      .flatMap(({ localNetworkAddressSpace }) => localNetworkAddressSpace.addressPrefixes);
    const clients = gateway.vpnClientConfiguration?.vpnClientAddressPool.addressPrefixes ?? [];
    const routes = [...new Set([...(learned[gateway.id] ?? []), ...configured, ...clients])];
    const kind = gateway.gatewayType === 'ExpressRoute' ? ('ExpressRoute' as const) : ('Vpn' as const);
    return [{ id: gateway.id, name: nameOf(gateway), kind, subnetId, routes }];
  });
}

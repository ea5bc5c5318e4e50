import type * as shapes from './azureShapes';
import type { Shape } from './azureShapes';
import type { RouteTableFacts, SecurityRuleFacts, UserNextHop } from './view';

/** Its name, or the last one of its id. */
export const nameOf = ({ id, name }: { id?: string | undefined; name?: string | undefined }): string =>
  name ?? id?.slice(id.lastIndexOf('/') + 1) ?? '';

const hopTypes = ['VirtualAppliance', 'VirtualNetworkGateway', 'VnetLocal', 'Internet', 'None'] as const;

export function tableFrom(
  table: Omit<Shape<typeof shapes.routeTable>, 'routes'>,
  routes: Shape<typeof shapes.route>[],
): RouteTableFacts {
  return {
    id: table.id,
    name: nameOf(table),
    gatewayRoutes: table.disableBgpRoutePropagation !== true,
    peeringRoutes: table.disablePeeringRoute !== 'All',
    routes: routes.map((route) => {
      const { addressPrefix, nextHopType, nextHopIpAddress } = route;
      const known: UserNextHop = hopTypes.find((type) => type === nextHopType) ?? 'Unknown';
      const hop = nextHopIpAddress === undefined ? {} : { nextHopAddress: nextHopIpAddress };
      return { name: nameOf(route), prefix: addressPrefix, nextHopType: known, ...hop };
    }),
  };
}

const several = (one: string | undefined, many: string[]): string[] =>
  one === undefined || one === '' ? many : [one, ...many];

const anyIfNone = (ports: string[]): string[] => (ports.length === 0 ? ['*'] : ports);

export function ruleFrom(rule: Shape<typeof shapes.securityRule>): SecurityRuleFacts {
  return {
    name: nameOf(rule),
    priority: rule.priority,
    direction: rule.direction,
    allow: rule.access === 'Allow',
    protocol: (rule.protocol ?? '*').toLowerCase(),
    source: {
      addresses: several(rule.sourceAddressPrefix, rule.sourceAddressPrefixes),
      groups: rule.sourceApplicationSecurityGroups,
      ports: anyIfNone(several(rule.sourcePortRange, rule.sourcePortRanges)),
    },
    destination: {
      addresses: several(rule.destinationAddressPrefix, rule.destinationAddressPrefixes),
      groups: rule.destinationApplicationSecurityGroups,
      ports: anyIfNone(several(rule.destinationPortRange, rule.destinationPortRanges)),
    },
  };
}

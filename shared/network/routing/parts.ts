import { covers, parsePrefix } from '../ipv4';
import { readPrefix, type RouteTableFacts } from '../walk';
import { isNamedRoute, type RouteWish, type RoutingProblem } from './wish';

/**
 * Routes of others for a part of the host's prefix that lead elsewhere than the rest of it. Azure takes the longest route, so
 * the host's own one does nothing for those guests.
 */
export function partsElsewhere(
  table: RouteTableFacts,
  route: RouteWish,
  { subnet, nextHop }: { subnet: string; nextHop: string },
): RoutingProblem[] {
  const whole = parsePrefix(route.prefix);
  return table.routes.flatMap(({ name, prefix, nextHopType, nextHopAddress }): RoutingProblem[] => {
    const part = readPrefix(prefix);
    const inside =
      part && covers(whole, part) && prefix !== route.prefix && !isNamedRoute(route, table.id, name);
    if (!inside || (nextHopType === 'VirtualAppliance' && nextHopAddress === nextHop)) return [];
    return [
      {
        code: 'PartRoutedElsewhere',
        subnet,
        detail: `The route ${name} in ${table.name} sends ${prefix} to ${nextHopAddress ?? nextHopType}, a part of ${route.prefix}: guests there are not reached, or another way than the rest. Remove it or choose another prefix.`,
        route: { table: table.id, name, prefix },
      },
    ];
  });
}

import { effectiveRoutes, type NetworkView, type SubnetFacts } from '../walk';
import { throughAppliance } from './appliances';
import { straightBack } from './back';
import { partsElsewhere } from './parts';
import { applianceOf, wayTo, withoutRoute } from './ways';
import { isNamedRoute } from './wish';
import type { RoutedWish, RoutingPlan, RoutingProblem, RoutingWish, TableUse } from './wish';

/** Azure's limit of user-defined routes in one table. */
export const routesPerTable = 400;

/** A subnet whose table must have the host's route. */
interface Target {
  subnet: SubnetFacts;
  table: string;
  /** May be taken past an appliance: it is one, or the definition says so. */
  mayBypass: boolean;
}

/**
 * Which tables get the host's route, and why some must not. A subnet has at most one table: an existing one gets the
 * route, a bare subnet gets a table of ours. Nothing that is inspected today goes round its appliance unless the
 * definition says so, also not for subnets that merely share a table.
 */
export function planRouting(view: NetworkView, wish: RoutingWish): RoutingPlan {
  const before = withoutRoute(view, wish.route);
  const problems: RoutingProblem[] = [];
  const targets: Target[] = [];
  for (const routed of wish.routed) {
    const subnet = before.subnets.find(({ id }) => id === routed.id);
    if (!subnet) problems.push(missing(routed));
    else if (routed.via === 'host') targets.push(target(wish, subnet, routed.bypassInspection));
    else {
      const path = throughAppliance(before, wish, routed, subnet);
      problems.push(...path.problems);
      if (path.subnet) targets.push(target(wish, path.subnet, false));
    }
  }
  const distinct = targets.filter(
    (one, index) => targets.findIndex(({ subnet }) => subnet.id === one.subnet.id) === index,
  );
  problems.push(...tablesOf(distinct).flatMap((use) => bypassed(before, wish, use.id, distinct)));
  problems.push(...asymmetric(before, wish, problems));
  problems.push(...tablesOf(distinct).flatMap((use) => inTable(view, wish, use.id, distinct)));
  return { tables: tablesOf(distinct), problems };
}

const missing = ({ id, name }: RoutedWish): RoutingProblem => ({
  code: 'SubnetNotFound',
  subnet: id,
  detail: `The routed subnet ${name} does not exist.`,
});

function target(wish: RoutingWish, subnet: SubnetFacts, mayBypass: boolean): Target {
  return { subnet, table: subnet.routeTableId ?? wish.ownTable(subnet.virtualNetworkId), mayBypass };
}

function tablesOf(targets: Target[]): TableUse[] {
  const uses = new Map<string, TableUse>();
  for (const { table, subnet } of targets) {
    const use = uses.get(table) ?? { id: table, subnets: [], unrouted: [] };
    use.subnets.push(subnet.id);
    if (subnet.routeTableId === undefined) use.unrouted.push(subnet.id);
    uses.set(table, use);
  }
  return [...uses.values()];
}

/** Every subnet of a table would follow a route in it: those that an appliance inspects today must be meant to. */
function bypassed(
  view: NetworkView,
  { route, routed }: RoutingWish,
  table: string,
  targets: Target[],
): RoutingProblem[] {
  const members = view.subnets.filter(({ routeTableId }) => routeTableId === table);
  return members.flatMap((subnet): RoutingProblem[] => {
    const way = wayTo(effectiveRoutes(view, { subnetId: subnet.id }), route.prefix);
    const appliance = applianceOf(way, route.nextHop);
    const own = targets.find((one) => one.subnet.id === subnet.id);
    if (appliance === undefined || own?.mayBypass) return [];
    const shared = !own || routed.some(({ id, via }) => id === subnet.id && via === 'appliance');
    const reason = shared
      ? `${subnet.name} shares its route table with a subnet that is routed straight to the host. Give one of them a table of its own.`
      : 'Say via: appliance, or bypassInspection: true if that is meant.';
    return [
      {
        code: 'InspectionBypassed',
        subnet: subnet.id,
        detail: `${subnet.name} sends ${way?.prefix} to the appliance ${appliance}${way?.name ? ` (route ${way.name})` : ''}; a route for ${route.prefix} would go round it. ${reason}`,
      },
    ];
  });
}

/** A subnet that is refused for another reason has that to mend first. */
function asymmetric(view: NetworkView, wish: RoutingWish, refused: RoutingProblem[]): RoutingProblem[] {
  const straight = wish.routed.filter(({ via, bypassInspection }) => via === 'host' && !bypassInspection);
  return straight.flatMap((routed) => {
    const subnet = view.subnets.find(({ id }) => id === routed.id);
    if (!subnet || refused.some((problem) => problem.subnet === subnet.id)) return [];
    return straightBack(view, wish, routed, subnet);
  });
}

/** What is in a table already: the prefix, a part of it or the name taken by somebody else, or no room. */
function inTable(
  view: NetworkView,
  { route }: RoutingWish,
  tableId: string,
  targets: Target[],
): RoutingProblem[] {
  const table = view.routeTables.find(({ id }) => id === tableId);
  const subnet = targets.find((one) => one.table === tableId)?.subnet.id ?? '';
  if (!table) return [];
  const parts = partsElsewhere(table, route, { subnet, nextHop: route.nextHop });
  const refuse = (
    code: RoutingProblem['code'],
    detail: string,
    more: Pick<RoutingProblem, 'routes'> = {},
  ): RoutingProblem[] => [{ code, subnet, detail, ...more }, ...parts];
  const isOwn = ({ name }: { name: string }) => isNamedRoute(route, tableId, name);
  const elsewhere = table.routes.find((one) => one.prefix === route.prefix && !isOwn(one));
  if (elsewhere) {
    return refuse(
      'PrefixRoutedElsewhere',
      `The route ${elsewhere.name} in ${table.name} already sends ${route.prefix} to ${elsewhere.nextHopAddress ?? elsewhere.nextHopType}. Remove it or choose another prefix.`,
    );
  }
  const named = table.routes.find(isOwn);
  if (named && named.prefix !== route.prefix) {
    return refuse(
      'ForeignRoute',
      `The route ${named.name} in ${table.name} is for ${named.prefix}, not ${route.prefix}. It is left as it is.`,
    );
  }
  if (!named && table.routes.length >= routesPerTable) {
    return refuse(
      'RouteTableFull',
      `The route table ${table.name} has ${table.routes.length} of ${routesPerTable} routes. Remove routes, or give the subnet another table.`,
      { routes: table.routes.length },
    );
  }
  return parts;
}

import { nameOf, sameId } from '../azure/ids';
import type { HostLayout } from '../azure/layout';
import { routeNameIn, type RoutingPlan, type RoutingProblem } from '../network/routing';
import type { Finding } from '../records/reconciliation';
import { wasToGo } from './leftovers';
import { lower, type ObservedRoute, type ObservedTable } from './facts';
import { blocked, type Scope } from './scope';
import { unreadBlocker } from './unread';

const routeName = /^Nested-VMs-(.+)$/i;

export function diagnoseRoutes(scope: Scope): Finding[] {
  const { tables } = scope.observed;
  return [
    ...tables.flatMap((table) => table.routes.flatMap((route) => namedRoute(scope, table, route))),
    ...expectedRoutes(scope),
  ];
}

/** A route that carries our name form for a range of the pools: somebody's promise, a leftover, or nobody's. */
function namedRoute(scope: Scope, table: ObservedTable, route: ObservedRoute): Finding[] {
  const name = adoptedHost(scope, table, route) ?? routeName.exec(route.name)?.[1];
  if (name === undefined || !scope.inPools(route.prefix)) return [];
  const what = `${table.id}/routes/${route.name}`;
  const common = { what, prefix: route.prefix } as const;
  const entry = scope.entryFor(route.prefix);
  if (entry && entry.network !== scope.promised.network.name) return [];
  if (!entry || lower(entry.host) !== lower(name)) {
    const recorded = scope.host(name)?.addresses?.ghostedPrefix === route.prefix;
    if (recorded) return [];
    return [
      scope.finding({
        ...common,
        kind: 'orphanedRoute',
        evidence: [entry ? `the prefix is promised to ${entry.host}` : 'no promise by this name and prefix'],
        remedy: 'report',
        detail: `${route.name} in ${table.name} sends ${route.prefix} to ${route.nextHop}, but was promised to nobody.`,
      }),
    ];
  }
  if (entry.state === 'releasing') {
    return [
      scope.finding({
        ...common,
        kind: 'orphanedRoute',
        host: entry.host,
        evidence: [
          `name of the host ${entry.host}`,
          `prefix ${route.prefix}`,
          `ledger entry is being released since operation ${entry.operation}`,
        ],
        remedy: 'delete',
        ...blocked(routeBlockers(scope, entry.host)),
        detail: `${route.name} in ${table.name} was left behind by an operation on ${entry.host}.`,
      }),
    ];
  }
  const settled = scope.settled.find((layout) => lower(layout.host) === lower(name));
  if (!settled || route.nextHop === settled.route.nextHop) return [];
  const plan = scope.routing.of(settled);
  const planned = plan.tables.some(({ id }) => sameId(id, table.id)) && plan.problems.length === 0;
  return [
    scope.finding({
      ...common,
      kind: 'wrongHopRoute',
      host: settled.host,
      evidence: [`next hop ${route.nextHop}`, `promised ${settled.route.nextHop}`],
      remedy: planned ? 'repair' : 'report',
      detail: `${route.name} in ${table.name} leads to ${route.nextHop}, not to ${settled.route.nextHop}.`,
    }),
  ];
}

/** Host whose adoption found this very route. */
const adoptedHost = ({ promised }: Scope, table: ObservedTable, { name }: ObservedRoute) =>
  promised.hosts.find(({ adopted }) =>
    adopted?.routes.some((one) => sameId(one.tableId, table.id) && lower(one.name) === lower(name)),
  )?.name;

/** The route goes before a VM that has to go; one that nobody was to remove keeps it. */
const routeBlockers = (scope: Scope, host: string): string[] => {
  const operation = scope.busy(host);
  const vm = scope.machineOf(host);
  return [
    ...(operation === undefined ? [] : [`Operation ${operation} works on ${host}.`]),
    ...(vm && !wasToGo(scope, vm) ? [`The VM ${vm.name} exists.`] : []),
    ...[unreadBlocker(scope, host)].filter((reason) => reason !== false),
  ];
};

/** What the planner would still write: routes that are missing, tables that subnets lost, and what it would refuse. */
function expectedRoutes(scope: Scope): Finding[] {
  const found = scope.settled.flatMap((layout) => {
    const plan = scope.routing.of(layout);
    return [
      ...plan.problems.map((problem) => refused(scope, layout, problem)),
      ...plan.tables.flatMap(({ unrouted }) =>
        unrouted.map((id) => lostAssociation(scope, layout, plan, id)),
      ),
      ...plan.tables.flatMap(({ id }) => missing(scope, layout, plan, id)),
    ];
  });
  // What concerns a subnet concerns every host; one of them stands for all.
  return [...new Map(found.map((one) => [`${one.kind} ${one.what}`, one])).values()];
}

/** A repair asks the planner, and does nothing while it refuses. */
const remedyOf = ({ problems }: RoutingPlan) => (problems.length === 0 ? 'repair' : 'report');

function refused(scope: Scope, layout: HostLayout, problem: RoutingProblem): Finding {
  const { code, subnet, detail, route } = problem;
  if (route) {
    const table = scope.observed.tables.find(({ id }) => sameId(id, route.table));
    return scope.finding({
      kind: 'foreignRoute',
      what: `${table?.id ?? route.table}/routes/${route.name}`,
      host: layout.host,
      prefix: route.prefix,
      evidence: [`it is within ${layout.route.prefix}, promised to ${layout.host}`],
      remedy: 'report',
      detail,
    });
  }
  const wish = layout.routedSubnets.find(({ id }) => sameId(id, subnet));
  const common = {
    what: wish?.id ?? subnet,
    subnet: wish?.name ?? nameOf(subnet),
    remedy: 'report',
  } as const;
  if (code === 'SubnetNotFound') {
    return scope.finding({ ...common, kind: 'lostAssociation', evidence: ['the subnet is gone'], detail });
  }
  return scope.finding({ ...common, kind: 'routingRefused', host: layout.host, evidence: [code], detail });
}

function lostAssociation(scope: Scope, layout: HostLayout, plan: RoutingPlan, subnetId: string): Finding {
  const subnet = scope.observed.subnets.find(({ id }) => sameId(id, subnetId));
  const name = subnet?.name ?? nameOf(subnetId);
  return scope.finding({
    kind: 'lostAssociation',
    what: subnet?.id ?? subnetId,
    subnet: name,
    host: layout.host,
    evidence: ['the subnet has no route table'],
    remedy: remedyOf(plan),
    detail: `${name} has no route table: what is in it does not reach guests.`,
  });
}

function missing(scope: Scope, layout: HostLayout, plan: RoutingPlan, tableId: string): Finding[] {
  const table = scope.observed.tables.find(({ id }) => sameId(id, tableId));
  const { prefix, nextHop } = layout.route;
  const name = routeNameIn(layout.route, tableId);
  if (table?.routes.some((route) => route.prefix === prefix && lower(route.name) === lower(name))) return [];
  return [
    scope.finding({
      kind: 'missingRoute',
      what: `${table?.id ?? tableId}/routes/${name}`,
      host: layout.host,
      prefix,
      evidence: [table ? `no route ${name} for ${prefix}` : 'the route table is gone'],
      remedy: remedyOf(plan),
      detail: `No route sends ${prefix} to ${nextHop} there.`,
    }),
  ];
}

import { armId, sameId } from '../azure/ids';
import { routedSubnets, type HostLayout, type RoutedSubnetLayout } from '../azure/layout';
import { virtualNetworkId } from '../network/ids';
import type { Finding } from '../records/reconciliation';
import { wasToGo } from './leftovers';
import { lower, type ObservedRoute, type ObservedSubnet, type ObservedTable } from './facts';
import { blocked, type Scope } from './scope';

const routeName = /^Nested-VMs-(.+)$/i;

export function diagnoseRoutes(scope: Scope): Finding[] {
  const { tables } = scope.observed;
  return [
    ...tables.flatMap((table) => table.routes.flatMap((route) => namedRoute(scope, table, route))),
    ...expectedRoutes(scope),
    ...tables.flatMap((table) => unneededTable(scope, table)),
  ];
}

/** A route that carries our name form for a range of the pools: somebody's promise, a leftover, or nobody's. */
function namedRoute(scope: Scope, table: ObservedTable, route: ObservedRoute): Finding[] {
  const name = routeName.exec(route.name)?.[1];
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
  const planned = targets(scope).some(({ tableId }) => sameId(tableId, table.id));
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

/** The route goes before a VM that has to go; one that nobody was to remove keeps it. */
const routeBlockers = (scope: Scope, host: string): string[] => {
  const operation = scope.busy(host);
  const vm = scope.machineOf(host);
  return [
    ...(operation === undefined ? [] : [`Operation ${operation} works on ${host}.`]),
    ...(vm && !wasToGo(scope, vm) ? [`The VM ${vm.name} exists.`] : []),
  ];
};

interface Target {
  subnet: RoutedSubnetLayout;
  observed: ObservedSubnet | undefined;
  /** Table on the subnet, else our own. */
  tableId: string;
}

/** Subnets whose table has to hold our routes; where an appliance inspects, the table is the customer's affair. */
function targets({ observed, promised }: Scope): Target[] {
  const { definition } = promised.network;
  const own = armId(definition, 'Microsoft.Network', 'routeTables', definition.routeTable);
  return routedSubnets(definition, virtualNetworkId(definition))
    .filter(({ via }) => via === 'host')
    .map((subnet) => {
      const found = observed.subnets.find(({ id }) => sameId(id, subnet.id));
      return { subnet, observed: found, tableId: found?.tableId ?? own };
    });
}

function expectedRoutes(scope: Scope): Finding[] {
  if (scope.settled.length === 0) return [];
  const wanted = targets(scope);
  const tables = new Map(
    wanted.filter(({ observed }) => observed).map(({ tableId }) => [lower(tableId), tableId]),
  );
  return [
    ...wanted.flatMap((target) => lostAssociation(scope, target)),
    ...scope.settled.flatMap((layout) => [...tables.values()].flatMap((id) => missing(scope, layout, id))),
  ];
}

function lostAssociation(scope: Scope, { subnet, observed }: Target): Finding[] {
  const [host] = scope.settled;
  if (!host || observed?.tableId !== undefined) return [];
  return [
    scope.finding({
      kind: 'lostAssociation',
      what: subnet.id,
      subnet: subnet.name,
      ...(observed ? { host: host.host } : {}),
      evidence: [observed ? 'the subnet has no route table' : 'the subnet is gone'],
      remedy: observed ? 'repair' : 'report',
      detail: observed
        ? `${subnet.name} has no route table: its members do not reach guests.`
        : `The routed subnet ${subnet.name} does not exist.`,
    }),
  ];
}

function missing(scope: Scope, layout: HostLayout, tableId: string): Finding[] {
  const table = scope.observed.tables.find(({ id }) => sameId(id, tableId));
  const { name, prefix, nextHop } = layout.route;
  if (table?.routes.some((route) => route.prefix === prefix && lower(route.name) === lower(name))) return [];
  return [
    scope.finding({
      kind: 'missingRoute',
      what: `${tableId}/routes/${name}`,
      host: layout.host,
      prefix,
      evidence: [table ? `no route ${name} for ${prefix}` : 'the route table is gone'],
      remedy: 'repair',
      detail: `No route sends ${prefix} to ${nextHop} there.`,
    }),
  ];
}

/** Our own table after its last route went: nobody was promised anything, nobody else uses it. */
function unneededTable(scope: Scope, table: ObservedTable): Finding[] {
  const { ledger, network, inFlight } = scope.promised;
  const { definition } = network;
  const own = armId(definition, 'Microsoft.Network', 'routeTables', definition.routeTable);
  const needed = table.routes.length > 0 || ledger.length > 0 || scope.promised.hosts.length > 0;
  if (!sameId(table.id, own) || !scope.ours(table.tags) || needed) return [];
  const routed = targets(scope).map(({ subnet }) => subnet.id);
  const foreign = table.subnets.find((id) => !routed.some((known) => sameId(known, id)));
  return [
    scope.finding({
      kind: 'unneededRouteTable',
      what: table.id,
      evidence: ['tags name installation and network', 'no routes', 'no promise in the VNet'],
      remedy: 'delete',
      ...blocked(
        [
          foreign !== undefined && `It is associated with ${foreign}, which is no routed subnet.`,
          inFlight.length > 0 && `Operation ${inFlight[0]?.id} is under way.`,
        ].filter((reason) => typeof reason === 'string'),
      ),
      detail: `${table.name} holds no route and no host is left.`,
    }),
  ];
}

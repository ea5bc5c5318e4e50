import { sameId } from '../azure/ids';
import { judgeOutbound } from '../azure/preflight';
import { virtualNetworkId } from '../network/ids';
import type { Finding } from '../records/reconciliation';
import { isIpv4, type ObservedTable } from './facts';
import type { Scope } from './scope';

/**
 * Whether the NAT subnet still has the way to the internet that the plan of every host asked for, by the same rules; and
 * whether it is the one that the definition names. Whose it is decides what becomes of it: both are only reported.
 */
export function diagnoseOutbound(scope: Scope): Finding[] {
  const [host] = scope.settled;
  if (!host) return [];
  const { definition } = scope.promised.network;
  const id = `${virtualNetworkId(definition)}/subnets/${definition.natSubnet.name}`;
  const subnet = scope.observed.subnets.find((one) => sameId(one.id, id));
  if (!subnet) return [];
  if (scope.observed.unread?.some(({ id: hidden }) => sameId(hidden, subnet.tableId))) return [];
  const table = scope.observed.tables.find((one) => sameId(one.id, subnet.tableId));
  const common = { what: subnet.id, subnet: subnet.name, remedy: 'report' } as const;
  const failure = judgeOutbound(
    definition,
    {
      ...(subnet.natGateway ? { natGateway: {} } : {}),
      ...(subnet.tableId === undefined ? {} : { routeTable: { id: subnet.tableId } }),
      defaultOutboundAccess: subnet.defaultOutboundAccess,
    },
    undefined,
    table && tableOf(table),
  );
  if (failure) {
    const evidence = [
      `defaultOutboundAccess is ${subnet.defaultOutboundAccess}`,
      `NAT gateway: ${subnet.natGateway ? 'yes' : 'none'}`,
      `default route: ${defaultRoute(table)?.nextHop ?? 'none'}`,
    ];
    return [scope.finding({ ...common, kind: 'noWayOut', evidence, detail: failure.message })];
  }
  const route = defaultRoute(table);
  if (definition.outbound.kind === 'existing' || !route || route.nextHop === 'Internet') return [];
  return [
    scope.finding({
      ...common,
      kind: 'outboundRedirected',
      evidence: [`${route.name} sends ${route.prefix} to ${route.nextHop}`],
      detail: `What guests send to the internet goes to ${route.nextHop}, not out by the ${wayOf[definition.outbound.kind]} of the definition.`,
    }),
  ];
}

const wayOf = { natGateway: 'NAT gateway', publicIp: 'public address' } as const;

const defaultRoute = (table: ObservedTable | undefined) =>
  table?.routes.find(({ prefix }) => prefix === '0.0.0.0/0');

const tableOf = ({ routes, gatewayRoutes }: ObservedTable) => ({
  disableBgpRoutePropagation: !gatewayRoutes,
  routes: routes.map(({ name, prefix, nextHop }) => ({
    name,
    addressPrefix: prefix,
    nextHopType: isIpv4(`${nextHop}/32`) ? 'VirtualAppliance' : nextHop,
  })),
});

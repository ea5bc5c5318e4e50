import { nameOf } from '../azure/ids';
import { routingLayout } from '../azure/layout';
import { brokenPeerings } from '../azure/peeringChecks';
import { isIpv4 } from '../azure/resources/virtualNetwork';
import type { Finding } from '../records/reconciliation';
import type { Scope } from './scope';

/**
 * Whether the peerings with VNets of routed subnets still let through what the plan of every host asked for, by the same
 * rules. They belong to others, so it is only reported.
 */
export function diagnosePeerings(scope: Scope): Finding[] {
  if (scope.settled.length === 0) return [];
  const { virtualNetwork, neighbours } = scope.observed;
  const networks = [...(virtualNetwork ? [virtualNetwork] : []), ...neighbours].map(({ id, peerings }) => ({
    id,
    name: nameOf(id),
    peerings,
  }));
  const tables = scope.observed.tables.map(({ subnets, routes }) => ({
    subnets,
    // The hop of a route that leads to no appliance is no address.
    hops: routes.flatMap(({ prefix, nextHop: address }) => (isIpv4(address) ? [{ prefix, address }] : [])),
  }));
  const broken = brokenPeerings(routingLayout(scope.promised.network.definition), networks, tables);
  return broken.map(({ networkId, subnets, problems, detail }) =>
    scope.finding({
      kind: 'peeringBroken',
      what: networkId,
      subnet: subnets.join(', '),
      evidence: problems,
      remedy: 'report',
      detail,
    }),
  );
}

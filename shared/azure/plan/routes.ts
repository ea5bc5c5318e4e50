import type { RouteTable } from '@azure/arm-network';
import { routeNameIn } from '../../network/routing';
import { sameId } from '../ids';
import type { HostLayout } from '../layout';
import { desiredAssociation } from '../resources/association';
import { desiredRoute, desiredRouteTable } from '../resources/routeTable';
import { findSubnet } from '../resources/subnet';
import { hostRouting, type ObservedRouting, type TableTarget } from '../routing';
import { made } from './expected';
import { planned, type Planned } from './resources';

/** The step addRoute: for each table that gets the route the table, the route, then the subnets that get the table. */
export function planRoutes(layout: HostLayout, expected: ObservedRouting): Planned[] {
  return hostRouting(layout, expected).tables.flatMap((target) => {
    const existing = expected.tables.find(({ id }) => sameId(id, target.id));
    const makes = target.own !== undefined && target.unrouted.length > 0;
    const decision = desiredRouteTable(layout, existing, target.own?.location);
    const table = makes && decision.action === 'put' ? made(target.id, decision.body) : existing;
    return [
      ...(makes ? [planned({ step: 'addRoute', kind: 'routeTable', id: target.id }, decision)] : []),
      planRoute(layout, target, table),
      ...planAssociations(target, expected),
    ];
  });
}

function planRoute(layout: HostLayout, { id }: TableTarget, table: RouteTable | undefined): Planned {
  const route = `${id}/routes/${routeNameIn(layout.route, id)}`;
  return planned({ step: 'addRoute', kind: 'route', id: route }, desiredRoute(layout, table));
}

function planAssociations(target: TableTarget, { networks }: ObservedRouting): Planned[] {
  return target.unrouted.flatMap(({ network, subnets }) =>
    subnets.map((name) => {
      const id = `${network}/subnets/${name}`;
      const found = networks.find((one) => sameId(one.id, network));
      const subnet = found && findSubnet(found, id);
      const { routeTable, provisioningState = 'Succeeded' } = subnet ?? {};
      const properties = {
        provisioningState,
        ...(routeTable?.id ? { routeTable: { id: routeTable.id } } : {}),
      };
      const decision = desiredAssociation(id, target.id, true, subnet && { properties });
      const part =
        decision.action === 'put'
          ? { ...decision, body: { routeTable: decision.body.properties?.routeTable } }
          : decision;
      return planned({ step: 'addRoute', kind: 'association', id }, part, ['routeTable']);
    }),
  );
}

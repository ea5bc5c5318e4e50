import { isNamedRoute, routeNameIn } from '../../network/routing';
import type { HostLayout } from '../layout';
import { findSubnet } from '../resources/subnet';
import { hostRouting, ownTables, type ObservedRouting } from '../routing';
import type { ObservedHost } from './observe';

type Check = [id: string, exists: boolean];

/** Ids, in lower case, of everything the host will need that Azure does not know yet: an undo may delete only that. */
export function absentOf(layout: HostLayout, observed: ObservedHost): string[] {
  const { routing, nic1, nic2, virtualMachine, publicIp, osDisk, dataDisk } = observed;
  const checks: Check[] = [
    ...subnetChecks(layout, routing),
    [layout.nic1.id, nic1 !== undefined],
    [layout.nic2.id, nic2 !== undefined],
    [layout.virtualMachine.id, virtualMachine !== undefined],
    ...(layout.publicIp ? [[layout.publicIp.id, publicIp !== undefined] satisfies Check] : []),
    [layout.osDisk.id, osDisk !== undefined],
    ...(layout.dataDisk ? [[layout.dataDisk.id, dataDisk !== undefined] satisfies Check] : []),
    ...routeChecks(layout, routing),
  ];
  return checks.filter(([, exists]) => !exists).map(([id]) => id.toLowerCase());
}

const subnetChecks = (layout: HostLayout, { own }: ObservedRouting): Check[] =>
  [layout.natSubnet, layout.lanSubnet, layout.ghostedSubnet].map(({ id }) => [
    id,
    !!own && !!findSubnet(own, id),
  ]);

/** Tables of ours wherever one may be needed, and the host's route in every table that it may go to. */
function routeChecks(layout: HostLayout, observed: ObservedRouting): Check[] {
  const tableOf = (id: string) => observed.tables.find((one) => one.id?.toLowerCase() === id.toLowerCase());
  const own = ownTables(layout, observed.networks).map(({ id }) => id);
  const planned = hostRouting(layout, observed).tables.map(({ id }) => id);
  const all = new Map([...own, ...planned].map((id) => [id.toLowerCase(), id]));
  return [
    ...own.map((id): Check => [id, tableOf(id) !== undefined]),
    ...[...all.values()].map((id): Check => [
      `${id}/routes/${routeNameIn(layout.route, id)}`,
      tableOf(id)?.routes?.some(({ name }) => isNamedRoute(layout.route, id, name)) === true,
    ]),
  ];
}

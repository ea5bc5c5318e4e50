import type { Resume } from '../../shared/azure/ensure';
import type { Outcome } from '../../shared/azure/outcome';
import type { Begun } from '../activities/resources';
import type { OperationFacts } from '../activities/plan';
import type { Unread } from '../../shared/azure/unread';
import type { RoutesFacts, SubnetGroup, TableFacts, UnroutingFacts } from '../activities/routing';
import { asked, converge } from './converge';
import { withLease } from './lease';
import { removeOne } from './remove';
import { isCancelled, note, type Run, type Steps } from './run';

type Leases = OperationFacts['leases'];

/**
 * Adds the host's route to every table that needs it; a subnet without any table gets one of ours. Each table is written
 * under its own lease, one at a time. A table of ours is planned under its lease, because the last host takes it away;
 * the lease of a table is always taken before that of a VNet, never the other way round.
 */
export function* addRoute(run: Run, leases: Leases): Steps<void> {
  const others = yield* withLease(run, leases.routeTable, function* () {
    const { tables, begun } = yield* plannedAndBegun(run);
    const home = tables.find(({ lease }) => lease === leases.routeTable);
    if (home) yield* routed(run, home, begun);
    return tables.filter((table) => table !== home);
  });
  for (const table of others) {
    yield* withLease(run, table.lease, function* () {
      const fresh = table.own ? (yield* planned(run, 'add')).find(({ id }) => id === table.id) : table;
      if (fresh) yield* routed(run, fresh);
    });
  }
}

/** `started`: how the first look was, at the table where it may have to be made, else at the route. */
function* routed(run: Run, { id, own, unrouted }: TableFacts, started?: Outcome<Begun>): Steps<void> {
  let begun: Outcome | undefined = started;
  if (own && unrouted.length > 0) {
    const look = (resume: Resume) =>
      run.activities.ensureResource({
        operation: run.operation,
        resource: 'routeTable',
        table: { id, location: own.location },
        resume,
        ...(isCancelled(run) ? {} : { route: true }),
      });
    const table = yield* converge<Begun>(run, { name: 'routeTable', pace: 'route' }, look, started);
    note(run, 'addRoute', table.change);
    begun = table.facts?.begun;
  }
  const look = (resume: Resume) =>
    run.activities.ensureRoute({ operation: run.operation, tableId: id, resume });
  const route = yield* converge(run, { name: `route in ${id}`, pace: 'route' }, look, begun);
  note(run, 'addRoute', route.change);
  yield* associate(run, unrouted, id, true);
}

/** Takes the host's route out of every table that has it, as far as the app may look. */
export function* removeRoutes(
  run: Run,
  leases: Leases,
  remove: (tableId: string) => Steps<unknown>,
): Steps<Unread | undefined> {
  const { others, unread } = yield* withLease(run, leases.routeTable, function* () {
    const { tables, unread } = yield* plannedRoutes(run, 'remove');
    const home = tables.find(({ lease }) => lease === leases.routeTable);
    if (home) yield* remove(home.id);
    return { others: tables.filter((table) => table !== home), unread };
  });
  for (const { id, lease } of others) yield* withLease(run, lease, () => remove(id));
  return unread;
}

/**
 * Takes tables of ours off their subnets and removes them, if a fresh read under the lease shows that the last route has
 * gone: the one at home, then those in other subscriptions and regions.
 */
export function* removeTable(
  run: Run,
  leases: Leases,
  purpose: 'undo' | 'teardown',
  name: string,
): Steps<void> {
  const others = yield* withLease(run, leases.routeTable, function* () {
    const { tableId, subnets, others } = yield* unrouting(run);
    yield* associate(run, subnets, tableId, false);
    yield* removeOne(run, { resource: 'routeTable' }, purpose, name);
    return others;
  });
  for (const { id, lease } of others) {
    yield* withLease(run, lease, function* () {
      const { subnets } = yield* unrouting(run, id);
      yield* associate(run, subnets, id, false);
      yield* removeOne(run, { routeTable: id }, purpose, name);
    });
  }
}

/** Puts a table of ours on subnets, or takes it off them, VNet by VNet under its lease. */
export function* associate(run: Run, groups: SubnetGroup[], tableId: string, wanted: boolean): Steps<void> {
  for (const { network, lease, subnets } of groups) {
    yield* withLease(run, lease, function* () {
      let begun: Outcome | undefined;
      for (const [index, subnet] of subnets.entries()) {
        const subnetId = `${network}/subnets/${subnet}`;
        const next = subnets[index + 1];
        const then = next === undefined ? {} : { then: `${network}/subnets/${next}` };
        const look = (resume: Resume) =>
          run.activities.ensureAssociation({
            ...{ subnetId, tableId, wanted, resume },
            ...(isCancelled(run) ? {} : then),
          });
        const what = { name: `association of ${subnetId}`, pace: 'subnet' } as const;
        const { change, facts } = yield* converge<Begun>(
          run,
          what,
          look,
          begun as Outcome<Begun> | undefined,
        );
        begun = facts?.begun;
        if (wanted) note(run, 'addRoute', change);
      }
    });
  }
}

function* planned(run: Run, purpose: 'add'): Steps<TableFacts[]> {
  return (yield* plannedRoutes(run, purpose)).tables;
}

const plannedRoutes = (run: Run, purpose: 'add' | 'remove'): Steps<RoutesFacts> =>
  asked(run, 'planRoutes', () => run.activities.planRoutes({ operation: run.operation, purpose }));

/** The same of what is to be added; where it is one table, that is begun with at once. */
const plannedAndBegun = (run: Run): Steps<RoutesFacts> =>
  asked<RoutesFacts>(run, 'planRoutes', () =>
    run.activities.planRoutes({
      operation: run.operation,
      purpose: 'add',
      ...(isCancelled(run) ? {} : { begin: true }),
    }),
  );

const unrouting = (run: Run, tableId?: string): Steps<UnroutingFacts> =>
  asked(run, 'planUnrouting', () =>
    run.activities.planUnrouting({
      operation: run.operation,
      ...(tableId === undefined ? {} : { tableId }),
    }),
  );

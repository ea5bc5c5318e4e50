import type { RoutingPlan } from '../../shared/azure/resources/routeTable';
import type { OperationFacts } from '../activities/plan';
import { converge } from './converge';
import { withLease } from './lease';
import { removeOne } from './remove';
import { note, type Run, type Steps } from './run';

type Leases = OperationFacts['leases'];

/**
 * Adds the host's route to the table of every routed subnet, under the lease of our own table; a subnet without any table
 * gets ours. The lease of the table is always taken before that of the VNet, never the other way round.
 */
export function* addRoute(run: Run, leases: Leases): Steps<void> {
  yield* withLease(run, leases.routeTable, function* () {
    const { tables, unrouted, ownTable } = yield* planned(run);
    if (unrouted.length > 0) {
      const table = yield* converge(run, { name: 'routeTable', pace: 'quick' }, (resume) =>
        run.activities.ensureResource({ operation: run.operation, resource: 'routeTable', resume }),
      );
      note(run, 'addRoute', table.change);
    }
    for (const tableId of tables) {
      const route = yield* converge(run, { name: `route in ${tableId}`, pace: 'quick' }, (resume) =>
        run.activities.ensureRoute({ operation: run.operation, tableId, resume }),
      );
      note(run, 'addRoute', route.change);
    }
    if (unrouted.length > 0) yield* associate(run, leases, unrouted, ownTable, true);
  });
}

/** Takes the host's route out of every table that has it. */
export function* removeRoutes(
  run: Run,
  leases: Leases,
  remove: (tableId: string) => Steps<unknown>,
): Steps<void> {
  yield* withLease(run, leases.routeTable, function* () {
    const { tables, ownTable } = yield* planned(run);
    const distinct = tables.some((id) => id.toLowerCase() === ownTable.toLowerCase())
      ? tables
      : [...tables, ownTable];
    for (const tableId of distinct) yield* remove(tableId);
  });
}

/** Takes our table off its subnets and removes it, if a fresh read under the lease shows that the last route has gone. */
export function* removeTable(
  run: Run,
  leases: Leases,
  purpose: 'undo' | 'teardown',
  name: string,
): Steps<void> {
  yield* withLease(run, leases.routeTable, function* () {
    const { facts } = yield* converge<{ tableId: string; subnets: string[] }>(
      run,
      { name: 'planUnrouting', pace: 'quick' },
      () => run.activities.planUnrouting({ operation: run.operation }),
    );
    if (facts && facts.subnets.length > 0) yield* associate(run, leases, facts.subnets, facts.tableId, false);
    yield* removeOne(run, { resource: 'routeTable' }, purpose, name);
  });
}

function* associate(
  run: Run,
  leases: Leases,
  subnets: string[],
  tableId: string,
  wanted: boolean,
): Steps<void> {
  yield* withLease(run, leases.virtualNetwork, function* () {
    for (const subnetId of subnets) {
      yield* converge(run, { name: `association of ${subnetId}`, pace: 'quick' }, (resume) =>
        run.activities.ensureAssociation({ subnetId, tableId, wanted, resume }),
      );
    }
  });
}

function* planned(run: Run): Steps<RoutingPlan & { ownTable: string }> {
  const { facts } = yield* converge<RoutingPlan & { ownTable: string }>(
    run,
    { name: 'planRoutes', pace: 'quick' },
    () => run.activities.planRoutes({ operation: run.operation }),
  );
  if (!facts) throw new Error('planRoutes answers with facts');
  return facts;
}

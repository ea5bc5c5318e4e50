import type { PlanFacts } from '../activities/plan';
import type { Removable } from '../activities/removal';
import { withLease } from './lease';
import { removeOne } from './remove';
import { removeRoutes, removeTable } from './routes';
import { failureOf, step, type Run, type Steps } from './run';

const undoStep = 'undo';

/**
 * Takes back what the operation made, in reverse order. Goes on past what cannot be removed, so that one stubborn resource
 * does not keep the rest; says what stayed. Cancelling has no effect any more.
 */
export function* undo(run: Run, leases: PlanFacts['leases']): Steps<string[]> {
  run.ignoreCancel = true;
  const leftovers: string[] = [];
  function* tolerant(name: string, body: () => Steps<void>): Steps<void> {
    try {
      yield* body();
    } catch (error) {
      leftovers.push(`${name}: ${failureOf(error).message}`);
    }
  }
  const remove = (resource: Removable) =>
    tolerant(resource, () => removeOne(run, { resource }, 'undo', undoStep));

  yield* step(run, undoStep, function* () {
    yield* tolerant('route', () =>
      removeRoutes(run, leases, (tableId) => removeOne(run, { routeIn: tableId }, 'undo', undoStep)),
    );
    yield* tolerant('routeTable', () => removeTable(run, leases, 'undo', undoStep));
    for (const resource of ['virtualMachine', 'nic2', 'nic1', 'osDisk'] as const) yield* remove(resource);
    yield* tolerant('subnets', () =>
      withLease(run, leases.virtualNetwork, function* () {
        for (const resource of ['ghostedSubnet', 'lanSubnet', 'natSubnet'] as const) yield* remove(resource);
      }),
    );
  });
  return leftovers.map((text) => text.slice(0, 400));
}

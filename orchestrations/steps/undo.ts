import type { PlanFacts } from '../activities/plan';
import type { Removable, RemoveInput } from '../activities/removal';
import { withLease } from './lease';
import { removeOne } from './remove';
import { removeRoutes, removeTable } from './routes';
import { failureOf, step, type Run, type Steps } from './run';

const undoStep = 'undo';

/**
 * Takes back what the operation made, in reverse order. Goes on past what cannot be removed, so that one stubborn resource
 * does not keep the rest; says what stayed. Cancelling has no effect any more.
 */
export function* undo(run: Run, { leases, publicIp, dataDisk }: PlanFacts): Steps<string[]> {
  run.ignoreCancel = true;
  const leftovers: string[] = [];
  const leave = (name: string, reason: string) => {
    leftovers.push(`${name}: ${reason}`);
  };
  function* tolerant(name: string, body: () => Steps<unknown>): Steps<void> {
    try {
      yield* body();
    } catch (error) {
      leave(name, failureOf(error).message);
    }
  }
  const remove = (resource: Removable) =>
    tolerant(resource, () => removeOne(run, { resource }, 'undo', undoStep));
  /** What is the host's alone and stays, for whatever reason, still needs its prefix and addresses. */
  function* removeOwn(name: string, target: RemoveInput['target']): Steps<void> {
    const kept = yield* removeOne(run, target, 'undo', undoStep);
    if (kept !== undefined) leave(name, kept);
  }
  const removeOwnResource = (resource: Removable) =>
    tolerant(resource, () => removeOwn(resource, { resource }));

  yield* step(run, undoStep, function* () {
    yield* tolerant('route', () =>
      removeRoutes(run, leases, (tableId) => removeOwn('route', { routeIn: tableId })),
    );
    yield* tolerant('routeTable', () => removeTable(run, leases, 'undo', undoStep));
    for (const resource of ['virtualMachine', 'nic2', 'nic1'] as const) yield* removeOwnResource(resource);
    if (publicIp) yield* removeOwnResource('publicIp');
    yield* removeOwnResource('osDisk');
    if (dataDisk) yield* removeOwnResource('dataDisk');
    yield* tolerant('subnets', () =>
      withLease(run, leases.virtualNetwork, function* () {
        yield* removeOwnResource('ghostedSubnet');
        yield* remove('lanSubnet');
        yield* remove('natSubnet');
      }),
    );
  });
  return leftovers.map((text) => text.slice(0, 400));
}

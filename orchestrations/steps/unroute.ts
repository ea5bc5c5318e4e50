import type { OperationFacts } from '../activities/plan';
import { unreadDetail } from '../../shared/azure/unread';
import { withLease } from './lease';
import { removeOne } from './remove';
import { removeRoutes, removeTable } from './routes';
import { show, step, type Run, type Steps } from './run';

type Leases = OperationFacts['leases'];

/**
 * Route first, then association and table if this was the last host: from here on nobody is sent to the host any more.
 * Returns the VNets and tables where that could not be seen to.
 */
export function* unrouted(run: Run, leases: Leases): Steps<string[]> {
  const unread = yield* step(run, 'removeRoute', () =>
    removeRoutes(run, leases, (tableId) => removeOne(run, { routeIn: tableId }, 'teardown', 'removeRoute')),
  );
  if (unread) show(run, 'removeRoute', unreadDetail(unread));
  yield* step(run, 'removeRouteTable', () => removeTable(run, leases, 'teardown', 'removeRouteTable'));
  return unread?.left ?? [];
}

export function* subnetRemoved(run: Run, leases: Leases): Steps<void> {
  yield* step(run, 'deleteSubnet', () =>
    withLease(run, leases.virtualNetwork, () =>
      removeOne(run, { resource: 'ghostedSubnet' }, 'teardown', 'deleteSubnet'),
    ),
  );
}

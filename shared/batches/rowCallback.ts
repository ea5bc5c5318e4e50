import { operationId } from '../api/operationId';
import { announce } from '../callbacks/announce';
import type { Told } from '../callbacks/event';
import type { BatchRow, RowStatus } from '../records/batches';
import type { CallbackRecord } from '../records/callbacks';
import type { Records } from '../records/store';

/** How a row may end without an operation that would tell of it. */
const endings: Partial<Record<RowStatus, 'failed' | 'cancelled'>> = {
  refused: 'failed',
  poisoned: 'failed',
  cancelled: 'cancelled',
};

/** Whether somebody has to look what the sender of a row is owed; a row that was given up is told where that is written. */
export const isUntold = ({ status, request, told }: BatchRow): boolean =>
  (status === 'refused' || status === 'cancelled') && request.callback !== undefined && !told;

/** What is told of a row that is over without an operation of its own. */
export function rowTold({ batch, row, request, ...ended }: BatchRow): Told | undefined {
  const { network, name: host, ticket, callback } = request;
  const { finishedAt, queuedAt, failure } = ended;
  const status = endings[ended.status];
  if (!callback || status === undefined || finishedAt === undefined) return undefined;
  return {
    id: operationId({ kind: 'batch', batch, row }),
    ...{ kind: 'provision', network, host, callback, status, finishedAt },
    ...(ticket === undefined ? {} : { ticket }),
    createdAt: queuedAt ?? finishedAt,
    ...(failure ? { failure } : {}),
  };
}

/** Writes down the event that the row owes its sender, unless its operation does. Doing it again changes nothing. */
export async function tellRow(
  records: Records,
  row: BatchRow,
  installation: string,
): Promise<CallbackRecord | undefined> {
  const told = rowTold(row);
  if (!told) return undefined;
  const operation = await records.operations.get(row.operation ?? told.id);
  // A withdrawn operation is about to be gone, without an ending.
  if (operation && !operation.record.withdrawn) return undefined;
  return announce(records, told, { installation, notBegun: true });
}

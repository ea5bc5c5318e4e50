import { noteCancel } from '../../shared/admission/asked';
import { decideRound, type Round } from '../../shared/batches/dispatch';
import { rowMessage } from '../../shared/batches/messages';
import { isUntold, tellRow } from '../../shared/batches/rowCallback';
import type { BatchRecord, BatchRow } from '../../shared/records/batches';
import { RecordConflict } from '../../shared/records/store';
import type { OperationRecord, Versioned } from '../../shared/records/types';
import { isOver, type Dependencies } from './context';

/** So many writes and reads at once: a round of a large batch should not take the whole table for itself. */
const atOnce = 8;

/** Twice what passes the gate of a subscription: when one host is done the next one waits there already. */
const windowOf = (operationsInFlight: number): number => 2 * operationsInFlight;

/**
 * One round of a dispatch: rows learn what became of their operations, then the next ones are put into the queue. A crash
 * anywhere in it costs a message that comes twice; every round starts from the rows as they are. `stop`: operations that
 * are to be asked to stop.
 */
export async function dispatchRound(
  deps: Dependencies,
  input: { batch: string; now: number },
): Promise<{ finished: boolean; stop?: string[] }> {
  const { records } = deps;
  const head = await records.batches.get(input.batch);
  if (!head || head.record.state === 'finished') return { finished: true };
  if (head.record.state === 'accepting') return { finished: false };
  const rows = await records.batches.rows(input.batch);
  await parallel(
    rows.filter(({ record }) => record.status === 'running'),
    (row) => learn(deps, row),
  );
  const present = new Map(rows.map((row) => [row.record.row, row]));
  const round = decideRound(
    head.record,
    rows.map(({ record }) => record),
    { window: windowOf(deps.operationsInFlight), now: input.now },
  );
  const at = new Date(input.now).toISOString();
  await parallel(
    rows.filter(({ record }) => isUntold(record)),
    async (row) => {
      await tellRow(records, row.record, deps.installation);
      await rewrite(deps, row, { told: true });
    },
  );
  await parallel(round.cancel, async ({ row }) => {
    await rewrite(deps, present.get(row), { status: 'cancelled', finishedAt: at });
  });
  await parallel(round.enqueue, async (row) => {
    await deps.queue.send(rowMessage(row));
    await rewrite(deps, present.get(row.row), { status: 'queued', queuedAt: at });
  });
  const stop: string[] = [];
  const askedBy = head.record.cancelsRunningBy;
  await parallel(round.stop, async (row) => {
    const own = await ownOperation(deps, row);
    if (own !== undefined) {
      if (askedBy !== undefined) await noteCancel(records, own, askedBy);
      stop.push(own);
    }
    await rewrite(deps, present.get(row.row), { stopAskedAt: at });
  });
  // What is cancelled in this round is told in the next, which also sees what was begun all the same.
  const finished = round.finished && round.cancel.length === 0;
  await note(deps, head, { ...round, finished }, at);
  return { finished, ...(stop.length > 0 ? { stop } : {}) };
}

/** Another caller's operation, which does what the row asks for, is not the batch's to stop. */
async function ownOperation(
  { records }: Dependencies,
  { batch, operation: id }: BatchRow,
): Promise<string | undefined> {
  const operation = id === undefined ? undefined : (await records.operations.get(id))?.record;
  return operation?.batch?.id === batch ? operation.id : undefined;
}

/** Takes over how the row's operation ended; in place, so that the round decides on it. */
async function learn({ records }: Dependencies, row: Versioned<BatchRow>): Promise<void> {
  const { operation: id } = row.record;
  const operation = id === undefined ? undefined : (await records.operations.get(id))?.record;
  const change = operation && isOver(operation) ? endOf(operation) : operation ? undefined : lost;
  if (!change) return;
  try {
    await records.batches.replaceRow({ ...row.record, ...change }, row.etag);
    Object.assign(row.record, change);
  } catch (error) {
    if (!(error instanceof RecordConflict)) throw error;
  }
}

/** An operation that was withdrawn before it began leaves no row: the next attempt tells why. */
const lost = { status: 'pending' } as const;

function endOf({ status, failure, finishedAt = '' }: OperationRecord): Partial<BatchRow> {
  if (status === 'succeeded') return { status: 'succeeded', finishedAt };
  return {
    status: status === 'cancelled' ? 'cancelled' : 'failed',
    finishedAt,
    ...(failure ? { failure } : {}),
  };
}

/** Whoever wrote the row since it was read knows better; the next round sees it. */
async function rewrite(
  { records }: Dependencies,
  row: Versioned<BatchRow> | undefined,
  change: Partial<BatchRow>,
): Promise<void> {
  if (!row) return;
  try {
    await records.batches.replaceRow({ ...row.record, ...change }, row.etag);
  } catch (error) {
    if (!(error instanceof RecordConflict)) throw error;
  }
}

async function note(
  { records }: Dependencies,
  head: Versioned<BatchRecord>,
  { pause, finished }: Round,
  at: string,
): Promise<void> {
  if (pause.length === 0 && !finished) return;
  const paused = { ...head.record.paused };
  for (const { network, reason } of pause) paused[network] = { since: at, reason };
  const record: BatchRecord = {
    ...head.record,
    paused: finished ? {} : paused,
    state: finished ? 'finished' : 'running',
    updatedAt: at,
  };
  await records.batches.replace(record, head.etag);
}

async function parallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

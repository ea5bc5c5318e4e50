import { admitOnce, type AdmissionContext } from '../admission/admit';
import { readyDefinition } from '../admission/networks';
import { fingerprintOf, provisionOrder } from '../admission/order';
import { operationId } from '../api/operationId';
import { Problem } from '../api/problems';
import { isRowOver, type BatchRecord, type BatchRow } from '../records/batches';
import { RecordConflict } from '../records/store';
import { isOver, type Versioned } from '../records/types';

/** What has become of the row, in words for the log. */
export type Handled = 'begun' | 'unchanged' | 'refused' | 'cancelled' | 'paused' | 'waits' | 'over';

/**
 * Begins the row that a message names. Safe to repeat: the operation's id follows from batch and row. A refusal is an
 * outcome of the row; anything else that goes wrong is thrown, so that the message comes again.
 */
export async function admitRow(
  context: AdmissionContext,
  { batch, row }: Pick<BatchRow, 'batch' | 'row'>,
): Promise<Handled> {
  const { records } = context;
  const [head, sent] = await Promise.all([records.batches.get(batch), records.batches.row(batch, row)]);
  if (!head || !sent) throw new Problem('unknown-batch', `There is no row ${row} of a batch ${batch}.`);
  const { status } = sent.record;
  // A message that was given up comes again when somebody replays it.
  const replayed = status === 'poisoned' && head.record.cancelledAt === undefined;
  if (isRowOver(sent.record) && !replayed) return 'over';
  if (status === 'running') return 'begun';
  const found = replayed ? await openedAgain(context, head, sent) : sent;
  const begun = found.record.operation !== undefined;
  if (!begun && head.record.cancelledAt !== undefined) {
    await write(context, found, { status: 'cancelled', finishedAt: head.record.cancelledAt });
    return 'cancelled';
  }
  if (!begun && head.record.paused[found.record.request.network]) {
    await write(context, found, { status: 'pending' });
    return 'paused';
  }
  return await begin(context, head.record, found);
}

/** The batch may be over: its dispatch has to see this row to its end. A round that finds it over just now loses. */
async function openedAgain(
  context: AdmissionContext,
  head: Versioned<BatchRecord>,
  { record, etag }: Versioned<BatchRow>,
): Promise<Versioned<BatchRow>> {
  const open = { ...head.record, state: 'running', updatedAt: context.now() } as const;
  await context.records.batches.replace(open, head.etag);
  const { failure: _, finishedAt: _at, told: _told, ...row } = record;
  return { record: row, etag };
}

async function begin(
  context: AdmissionContext,
  head: BatchRecord,
  found: Versioned<BatchRow>,
): Promise<Handled> {
  const { batch, row, request } = found.record;
  const origin = { id: operationId({ kind: 'batch', batch, row }), caller: head.caller };
  try {
    const known = { id: origin.id, fingerprint: fingerprintOf('provision', request) };
    const admitted = await admitOnce(context, known, async () => {
      const definition = await readyDefinition(context.records, request.network);
      return { ...provisionOrder(origin, request, definition), batch: { id: batch, row } };
    });
    if (admitted.kind === 'unchanged') {
      await write(context, found, { status: 'unchanged', finishedAt: context.now() });
      return 'unchanged';
    }
    await write(context, found, { status: 'running', operation: admitted.operation.id });
    return 'begun';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (await passes(context, error)) {
      await write(context, found, { status: 'pending' });
      return 'waits';
    }
    await write(context, found, {
      status: 'refused',
      finishedAt: context.now(),
      failure: { class: 'invalid', code: error.slug, message: error.detail },
    });
    return 'refused';
  }
}

/** Whether the network is only being defined just now: its hosts are begun when that is over. */
async function passes({ records }: AdmissionContext, { slug, more }: Problem): Promise<boolean> {
  if (slug !== 'network-not-ready' || more.operation === undefined) return false;
  const holder = await records.operations.get(more.operation);
  return holder !== undefined && !isOver(holder.record);
}

/** On top of what the dispatch wrote meanwhile, which notes that the message is under way when it may have come already. */
async function write(
  { records: { batches } }: AdmissionContext,
  found: Versioned<BatchRow>,
  change: Partial<BatchRow>,
): Promise<void> {
  const { batch, row } = found.record;
  for (let now = found; ;) {
    try {
      await batches.replaceRow({ ...now.record, ...change }, now.etag);
      return;
    } catch (error) {
      if (!(error instanceof RecordConflict)) throw error;
    }
    const [head, next] = await Promise.all([batches.get(batch), batches.row(batch, row)]);
    // The same message, come twice, had it begun, or more than that.
    if (!head || !next || next.record.operation !== undefined) return;
    const isCalledOff = isRowOver(next.record);
    if (isCalledOff && (change.operation === undefined || head.record.state === 'finished')) return;
    // What is begun is begun, though the row was called off at the same time: it is followed, and stopped if that is wished.
    const { finishedAt: _at, failure: _why, ...open } = next.record;
    now = { record: isCalledOff ? open : next.record, etag: next.etag };
  }
}

import { Problem } from '../api/problems';
import { plainId } from '../api/schemas';
import type { BatchRecord } from '../records/batches';
import { RecordConflict, type Records } from '../records/store';

/** The head of a batch. Throws the Problem if there is none. */
export async function findBatch(records: Records, id: string): Promise<BatchRecord> {
  return (await versioned(records, id)).record;
}

async function versioned(records: Records, id: string) {
  const found = plainId.test(id) ? await records.batches.get(id) : undefined;
  if (!found) throw new Problem('unknown-batch', `There is no batch ${id}.`);
  return found;
}

/**
 * Rows that are not begun stay so. What is under way goes on to its end, unless that is to be cancelled too; asking for it
 * afterwards is possible, taking it back is not. A batch that is over stays as it is.
 */
export async function cancelBatch(
  records: Records,
  id: string,
  { now, caller, running = 'finish' }: { now: string; caller: string; running?: 'finish' | 'cancel' },
): Promise<BatchRecord> {
  return await change(records, id, (batch) => {
    const more = running === 'cancel' && !batch.cancelsRunning;
    if (batch.state === 'finished' || (batch.cancelledAt !== undefined && !more)) return undefined;
    return {
      ...batch,
      cancelledAt: batch.cancelledAt ?? now,
      cancelledBy: batch.cancelledBy ?? caller,
      ...(more ? { cancelsRunning: true as const, cancelsRunningBy: caller } : {}),
      updatedAt: now,
    };
  });
}

/** Goes on where the batch stopped, on one network or on all; what failed before is forgiven. */
export async function resumeBatch(
  records: Records,
  id: string,
  { now, caller, network }: { now: string; caller: string; network?: string | undefined },
): Promise<BatchRecord> {
  await findBatch(records, id);
  const rows = await records.batches.rows(id);
  return await change(records, id, (batch) => {
    const networks = Object.keys(batch.paused).filter((name) => network === undefined || name === network);
    if (networks.length === 0) {
      throw new Problem(
        'batch-not-paused',
        `The batch is not paused${network === undefined ? '' : ` on ${network}`}.`,
      );
    }
    const { ...paused } = batch.paused;
    const { ...resumed } = batch.resumed;
    for (const name of networks) {
      delete paused[name];
      // By the clock of the rows themselves, which is that of the orchestrations.
      const ends = rows
        .filter(({ record }) => record.request.network === name)
        .map(({ record }) => record.finishedAt ?? '');
      resumed[name] = ends.reduce((latest, at) => (at > latest ? at : latest), '');
    }
    return { ...batch, paused, resumed, resumedBy: caller, updatedAt: now };
  });
}

async function change(
  records: Records,
  id: string,
  to: (batch: BatchRecord) => BatchRecord | undefined,
): Promise<BatchRecord> {
  for (let turn = 0; turn < 20; turn += 1) {
    const { record, etag } = await versioned(records, id);
    const next = to(record);
    if (!next) return record;
    try {
      await records.batches.replace(next, etag);
      return next;
    } catch (error) {
      if (!(error instanceof RecordConflict)) throw error;
    }
  }
  throw new RecordConflict(id);
}

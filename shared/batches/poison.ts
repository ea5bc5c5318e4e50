import { queueMessage } from '../api/schemas';
import { isRowOver, type PoisonRecord } from '../records/batches';
import { RecordConflict, type Records } from '../records/store';
import type { BatchPlace, FailureRecord } from '../records/types';
import { poisonId } from './messages';

/**
 * Writes down a message that the queue gave up, with the reason of its last attempt; a row of a batch that it was about is
 * over with it. Safe to repeat, but for the count.
 */
export async function recordPoison(records: Records, message: unknown, now: string): Promise<PoisonRecord> {
  for (;;) {
    try {
      return await record(records, message, now);
    } catch (error) {
      // The same text was given up at the same time, and counted first.
      if (!(error instanceof RecordConflict)) throw error;
    }
  }
}

type Replay = Pick<PoisonRecord, 'replayedAt' | 'replayedBy'>;

const replayOf = ({ replayedAt, replayedBy }: PoisonRecord): Replay => ({
  ...(replayedAt === undefined ? {} : { replayedAt }),
  ...(replayedBy === undefined ? {} : { replayedBy }),
});

async function record(records: Records, message: unknown, now: string): Promise<PoisonRecord> {
  const id = poisonId(message);
  const known = await records.poison.get(id);
  const batch = placeOf(message);
  const poison: PoisonRecord = {
    id,
    message: typeof message === 'string' ? message : JSON.stringify(message),
    reason: (await records.poison.reason(id)) ?? 'No attempt left a reason; see the log of hostRequests.',
    ...(batch ? { batch } : {}),
    times: (known?.record.times ?? 0) + 1,
    firstAt: known?.record.firstAt ?? now,
    lastAt: now,
    ...(known ? replayOf(known.record) : {}),
  };
  await (known ? records.poison.replace(poison, known.etag) : records.poison.insert(poison));
  if (batch) await endRow(records, batch, poison, now);
  return poison;
}

/**
 * Puts a message that was given up back into the queue; undefined if there is none. It is marked before it is sent: it may be
 * given up again before `send` is over.
 */
export async function replayPoison(
  records: Records,
  id: string,
  replay: Required<Replay>,
  send: (text: string) => Promise<void>,
): Promise<PoisonRecord | undefined> {
  for (;;) {
    const found = await records.poison.get(id);
    if (!found) return undefined;
    const record = { ...found.record, ...replay };
    try {
      await records.poison.replace(record, found.etag);
    } catch (error) {
      // Given up or replayed at the same time.
      if (!(error instanceof RecordConflict)) throw error;
      continue;
    }
    await send(record.message);
    return record;
  }
}

function placeOf(message: unknown): BatchPlace | undefined {
  const read = queueMessage.safeParse(message);
  return read.success && read.data.kind === 'batchRow'
    ? { id: read.data.batch, row: read.data.row }
    : undefined;
}

export const poisonFailure = ({ id, reason }: PoisonRecord): FailureRecord => ({
  class: 'fatal',
  code: 'Poisoned',
  message: `The message was given up (poison ${id}). ${reason}`,
});

async function endRow(
  records: Records,
  { id, row }: BatchPlace,
  poison: PoisonRecord,
  now: string,
): Promise<void> {
  const found = await records.batches.row(id, row);
  if (!found || isRowOver(found.record) || found.record.operation !== undefined) return;
  try {
    await records.batches.replaceRow(
      { ...found.record, status: 'poisoned', finishedAt: now, failure: poisonFailure(poison) },
      found.etag,
    );
  } catch (error) {
    // Somebody begins the row after all.
    if (!(error instanceof RecordConflict)) throw error;
  }
}

import { RecordConflict, type Records } from '../records/store';
import { isOver, type OperationRecord } from '../records/types';

/** The first who asked stands: it is that request which it follows. */
export const noteCancel = (records: Records, id: string, caller: string) =>
  note(records, id, ({ cancelRequestedBy }) =>
    cancelRequestedBy === undefined ? { cancelRequestedBy: caller } : undefined,
  );

export const noteRestart = (records: Records, id: string, caller: string) =>
  note(records, id, () => ({ restartedBy: caller }));

/**
 * Writes on an operation who asked something of it, before it is asked. One that is over, or gone, stays as it is. Whatever
 * writes the row at the same time meets a conflict, and looks again.
 */
async function note(
  records: Records,
  id: string,
  asked: (operation: OperationRecord) => Partial<OperationRecord> | undefined,
): Promise<OperationRecord | undefined> {
  for (;;) {
    const row = await records.operations.get(id);
    if (!row || isOver(row.record)) return row?.record;
    const change = asked(row.record);
    if (!change) return row.record;
    const noted = { ...row.record, ...change };
    try {
      await records.operations.replace(noted, row.etag);
      return noted;
    } catch (error) {
      if (!(error instanceof RecordConflict)) throw error;
    }
  }
}

import { RecordConflict, type Records } from '../records/store';
import type { ReconcileState } from '../records/reconciliation';

const attempts = 20;

/** Changes what reconciliations of a network keep, under its ETag; looks again if somebody else wrote. */
export async function updateState(
  records: Records,
  network: string,
  change: (before: ReconcileState) => ReconcileState,
): Promise<ReconcileState> {
  for (let attempt = 1; ; attempt++) {
    const row = await records.reconciliations.get(network);
    const next = change(row?.record ?? { network, sightings: {} });
    try {
      await (row ? records.reconciliations.replace(next, row.etag) : records.reconciliations.insert(next));
      return next;
    } catch (error) {
      if (!(error instanceof RecordConflict) || attempt === attempts) throw error;
    }
  }
}

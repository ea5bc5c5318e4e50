import { base32Id } from '../api/operationId';
import { canonicalJson } from '../api/canonical';
import type { BatchRow } from '../records/batches';

/** The message of a row names it and says nothing else: what is asked for stands in the row. */
export function rowMessage({ batch, row }: Pick<BatchRow, 'batch' | 'row'>) {
  return { schemaVersion: 1, kind: 'batchRow', requestId: `${batch}/${row}`, batch, row } as const;
}

/** Id of a message that was given up; the same text has the same. `message` as the trigger gets it, JSON or text. */
export function poisonId(message: unknown): string {
  return base32Id(['poison', canonicalJson(message)]);
}

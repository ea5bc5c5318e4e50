import type { Records } from '../../shared/records/store';
import type { OperationRecord } from '../../shared/records/types';

const interval = 200;

/** The operation as soon as it is finished, or as it is when the time (in ms) is over. */
export async function settledOperation(
  records: Records,
  operation: OperationRecord,
  patience: number,
): Promise<OperationRecord> {
  const deadline = Date.now() + patience;
  let seen = operation;
  while (seen.finishedAt === undefined && Date.now() < deadline) {
    await new Promise((resume) => setTimeout(resume, interval));
    seen = (await records.operations.get(operation.id))?.record ?? seen;
  }
  return seen;
}

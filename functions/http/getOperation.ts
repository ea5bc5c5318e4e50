import { Problem } from '../../shared/api/problems';
import { operationView } from '../../shared/api/views';
import type { OperationRecord } from '../../shared/records/types';
import { records } from '../app';
import { liveSteps } from '../durable';
import { ok } from './answer';
import { durableEndpoint } from './endpoint';

durableEndpoint('getOperation', async (request, client) => {
  const record = await readOperation(request.params['id']);
  const { id } = record;
  const [steps, warrants] = await Promise.all([
    record.finishedAt === undefined ? liveSteps(client, id) : undefined,
    records().operations.warrants(id),
  ]);
  return ok(operationView(record, steps, warrants));
});

/** Throws the Problem if there is none by that id, whatever the id looks like. */
export async function readOperation(id = ''): Promise<OperationRecord> {
  const row = /^[a-z2-7]{32}$/.test(id) ? await records().operations.get(id) : undefined;
  if (!row) throw new Problem('unknown-operation', 'There is no such operation.');
  return row.record;
}

import { Problem } from '../../shared/api/problems';
import { operationView } from '../../shared/api/views';
import { records } from '../app';
import { liveSteps } from '../durable';
import { ok } from './answer';
import { durableEndpoint } from './endpoint';

durableEndpoint('getOperation', async (request, client) => {
  const id = request.params['id'] ?? '';
  const row = /^[a-z2-7]{32}$/.test(id) ? await records().operations.get(id) : undefined;
  if (!row) throw new Problem('unknown-operation', 'There is no such operation.');
  const { record } = row;
  const running = record.finishedAt === undefined;
  const [steps, warrants] = await Promise.all([
    running ? liveSteps(client, id) : undefined,
    records().operations.warrants(id),
  ]);
  return ok(operationView(record, steps, warrants));
});

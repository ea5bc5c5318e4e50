import * as df from 'durable-functions';
import { Problem } from '../../shared/api/problems';
import { operationView } from '../../shared/api/views';
import { records } from '../app';
import { liveSteps } from '../durable';
import { answer, ok } from './answer';

df.app.client.http('getOperation', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'v1/operations/{id}',
  handler: (request, client, context) =>
    answer(context, async () => {
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
    }),
});

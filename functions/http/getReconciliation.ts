import * as df from 'durable-functions';
import { Problem } from '../../shared/api/problems';
import { reportView } from '../../shared/api/views';
import { records } from '../app';
import { instanceState } from '../durable';
import { answer, ok } from './answer';

df.app.client.http('getReconciliation', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'v1/reconciliations/{id}',
  handler: (request, client, context) =>
    answer(context, async () => {
      const id = request.params['id'] ?? '';
      const known = /^reconcile-[a-z0-9-]{1,63}-\d{8}T\d+Z$/.test(id);
      const report = known ? await records().reports.get(id) : undefined;
      if (report?.finishedAt !== undefined) return ok({ ...reportView(report), status: statusOf(report) });
      const state = known ? await instanceState(client, id) : undefined;
      if (!state) throw new Problem('unknown-reconciliation', 'There is no such reconciliation.');
      // An instance that ended without a report could not observe the network.
      return ok({
        id,
        ...(report && reportView(report)),
        status: state === 'running' ? 'running' : 'failed',
      });
    }),
});

const statusOf = ({ failure }: { failure?: string }) => (failure === undefined ? 'finished' : 'failed');

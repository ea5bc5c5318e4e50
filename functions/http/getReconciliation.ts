import { Problem } from '../../shared/api/problems';
import { deletingOperations, reportView } from '../../shared/api/views';
import { isRunId } from '../../shared/reconcile/runId';
import type { ReportRecord } from '../../shared/records/reconciliation';
import type { WarrantRecord } from '../../shared/records/types';
import { records } from '../app';
import { instanceState } from '../durable';
import { ok } from './answer';
import { durableEndpoint } from './endpoint';

durableEndpoint('getReconciliation', async (request, client) => {
  const id = request.params['id'] ?? '';
  const known = isRunId(id);
  const seen = known ? await records().reports.get(id) : undefined;
  const state = known && seen?.finishedAt === undefined ? await instanceState(client, id) : undefined;
  // A run that has ended by now may have finished its report after it was read.
  const report = state === 'ended' ? await records().reports.get(id) : seen;
  const warrants = report ? await warrantsOf(report) : [];
  if (report?.finishedAt !== undefined)
    return ok({ ...reportView(report, warrants), status: statusOf(report) });
  if (!state) throw new Problem('unknown-reconciliation', 'There is no such reconciliation.');
  // An instance that ended without a report could not observe the network.
  return ok({
    id,
    ...(report && reportView(report, warrants)),
    status: state === 'running' ? 'running' : 'failed',
  });
});

const statusOf = ({ failure }: { failure?: string }) => (failure === undefined ? 'finished' : 'failed');

async function warrantsOf(report: ReportRecord): Promise<WarrantRecord[]> {
  const { operations } = records();
  return (await Promise.all(deletingOperations(report).map((id) => operations.warrants(id)))).flat();
}

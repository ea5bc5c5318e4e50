import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import { answerDocument } from '../../../functions/http/reading';
import type { DocumentRecord } from '../../../shared/records/documents';
import type { ReportRecord } from '../../../shared/records/reconciliation';

type Handler = (request: HttpRequest, client: DurableClient) => Promise<HttpResponseInit>;

let looks: unknown[];
let run: string | undefined;
const handlers: Record<string, Handler> = {};
jest.mock('../../../functions/app', () => {
  const get = () => Promise.resolve(looks.shift());
  return { records: () => ({ documents: { get }, reports: { get } }) };
});
jest.mock('../../../functions/durable', () => ({ instanceState: () => Promise.resolve(run) }));
jest.mock('../../../functions/http/endpoint', () => ({
  durableEndpoint: (name: string, handler: Handler) => (handlers[name] = handler),
}));

const client = undefined as unknown as DurableClient;

describe('a document', () => {
  const document: DocumentRecord = {
    ...{ id: 'plan-1', kind: 'plan', body: { planHash: 'h' } },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-02T00:00:00.000Z' },
  };
  const answer = () =>
    answerDocument(client, 'plan', { id: 'plan-1', location: '/plans/plan-1', unknown: 'unknown-plan' });

  it.each<[string, unknown[], string | undefined, number]>([
    ['that is there is given', [document], undefined, 200],
    ['whose run is under way is waited for', [undefined], 'running', 202],
    ['that came while its run was looked for is given', [undefined, document], 'ended', 200],
  ])('%s', async (_what, found, state, status) => {
    [looks, run] = [found, state];
    expect(await answer()).toMatchObject({ status });
  });

  it('is unknown where neither it nor a run is', async () => {
    [looks, run] = [[], 'ended'];
    await expect(answer()).rejects.toMatchObject({ slug: 'unknown-plan' });
  });
});

describe('a reconciliation', () => {
  const begun: ReportRecord = {
    ...{ id: 'reconcile-net-20260101T000000000Z', network: 'net', dryRun: true },
    ...{ startedAt: '2026-01-01T00:00:00.000Z', findings: [] },
  };
  const finished = { ...begun, finishedAt: '2026-01-01T00:01:00.000Z' };
  const answer = async () => {
    await import('../../../functions/http/getReconciliation');
    const request = { params: { id: begun.id } } as unknown as HttpRequest;
    return await handlers['getReconciliation']?.(request, client);
  };

  it.each<[string, unknown[], string | undefined, string]>([
    ['that finished is given', [finished], undefined, 'finished'],
    ['under way says so', [begun], 'running', 'running'],
    ['that finished while its run was looked for is given', [begun, finished], 'ended', 'finished'],
    ['whose run ended without a report failed', [begun, begun], 'ended', 'failed'],
  ])('%s', async (_what, found, state, status) => {
    [looks, run] = [found, state];
    expect(await answer()).toMatchObject({ jsonBody: { id: begun.id, status } });
  });
});

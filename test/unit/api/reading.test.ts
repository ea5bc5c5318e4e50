import type { DurableClient } from 'durable-functions';
import { answerDocument } from '../../../functions/http/reading';
import type { DocumentRecord } from '../../../shared/records/documents';

const get = jest.fn<Promise<DocumentRecord | undefined>, [string]>();
let state: string | undefined;
jest.mock('../../../functions/app', () => ({ records: () => ({ documents: { get } }) }));
jest.mock('../../../functions/durable', () => ({ instanceState: () => Promise.resolve(state) }));

const document: DocumentRecord = {
  ...{ id: 'plan-1', kind: 'plan', body: { planHash: 'h' } },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-02T00:00:00.000Z' },
};
const client = undefined as unknown as DurableClient;
const answer = () =>
  answerDocument(client, 'plan', { id: 'plan-1', location: '/api/v1/plans/plan-1', unknown: 'unknown-plan' });

it.each<[string, (DocumentRecord | undefined)[], string | undefined, number]>([
  ['that is there is given', [document], undefined, 200],
  ['whose run is under way is waited for', [undefined], 'running', 202],
  ['that came while its run was looked for is given', [undefined, document], 'ended', 200],
])('a document %s', async (_what, looks, run, status) => {
  state = run;
  for (const look of looks) get.mockResolvedValueOnce(look);
  expect(await answer()).toMatchObject({ status });
});

it('there is none where neither the document nor a run is', async () => {
  state = 'ended';
  get.mockResolvedValue(undefined);
  await expect(answer()).rejects.toMatchObject({ slug: 'unknown-plan' });
});

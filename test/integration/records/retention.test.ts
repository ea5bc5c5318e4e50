import { hostRequest } from '../../../shared/api/schemas';
import type { BatchRecord } from '../../../shared/records/batches';
import { withRecords } from './azurite';

const records = withRecords();

const old = '2026-01-01T00:00:00.000Z';
const before = '2026-02-01T00:00:00.000Z';
const recent = '2026-03-01T00:00:00.000Z';

const batch = (id: string, state: BatchRecord['state'], updatedAt: string): BatchRecord => ({
  ...{ id, caller: 'test', fingerprint: 'f', state, total: 2 },
  ...{ paused: {}, resumed: {}, createdAt: old, updatedAt },
});

it('batches that ended long ago go with their rows; what is recent or not over stays', async () => {
  const { batches } = records;
  const kept = [batch('open', 'running', old), batch('recent', 'finished', recent)];
  const gone = [batch('old-1', 'finished', old), batch('old-2', 'finished', old)];
  const request = hostRequest.parse({ network: 'n', name: 'hv-1' });
  for (const one of [...kept, ...gone]) {
    await batches.insert(one);
    await batches.putRows([1, 2].map((row) => ({ batch: one.id, row, status: 'succeeded', request })));
  }
  expect(await batches.prune(before, 1)).toBe(1);
  expect(await batches.prune(before, 9)).toBe(1);
  expect(await batches.prune(before, 9)).toBe(0);
  expect((await batches.list()).map(({ id }) => id).sort()).toEqual(['open', 'recent']);
  for (const { id } of gone) expect(await batches.rows(id)).toEqual([]);
  for (const { id } of kept) expect(await batches.rows(id)).toHaveLength(2);
});

it('messages that were given up long ago go, and old reasons of those that were not', async () => {
  const { poison } = records;
  const message = (id: string, lastAt: string) => ({
    ...{ id, message: '{}', reason: 'Because.', times: 1, firstAt: old, lastAt },
  });
  await poison.insert(message('old', old));
  await poison.insert(message('recent', recent));
  await poison.noteReason('taken', 'The first attempt found storage busy.');
  expect(await poison.prune(before, 9)).toBe(1);
  expect((await poison.list()).map(({ id }) => id)).toEqual(['recent']);
  expect(await poison.reason('taken')).toBeDefined();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  await poison.prune(tomorrow, 9);
  expect(await poison.reason('taken')).toBeUndefined();
});

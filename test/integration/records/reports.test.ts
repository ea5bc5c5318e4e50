import type { ReportRecord } from '../../../shared/records/reconciliation';
import { withRecords } from './azurite';

const records = withRecords();

const report = (network: string, hour: number): ReportRecord => ({
  id: `reconcile-${network}-20260101T${String(hour).padStart(2, '0')}0000000Z`,
  network,
  dryRun: true,
  startedAt: `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`,
  findings: [],
});

async function all(network?: string): Promise<string[]> {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const { reports, next } = await records.reports.page(network, 2, after);
    seen.push(...reports.map(({ id }) => id));
    after = next;
  } while (after !== undefined);
  return seen;
}

it('reports are listed newest first, page by page, whatever their network is called', async () => {
  const { reports } = records;
  // Names of which one begins with the other, in an order that is not that of the ids.
  const kept = [report('net', 3), report('net-2', 5), report('net', 1), report('net-2', 2), report('net', 4)];
  for (const one of kept) await reports.put(one);
  await reports.put({ ...report('net', 4), finishedAt: '2026-01-01T05:00:00.000Z' });
  const newest = kept.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  expect(await all()).toEqual(newest.map(({ id }) => id));
  expect(await all('net')).toEqual(newest.filter(({ network }) => network === 'net').map(({ id }) => id));
  expect(await all('none')).toEqual([]);
});

it('old reports are pruned, at most so many at once, and are nowhere then', async () => {
  const { reports } = records;
  const before = '2026-01-01T04:00:00.000Z';
  expect(await reports.prune(before, 2)).toBe(2);
  expect(await reports.prune(before, 9)).toBe(1);
  expect(await reports.prune(before, 9)).toBe(0);
  const left = [report('net-2', 5).id, report('net', 4).id];
  expect(await all()).toEqual(left);
  expect((await reports.list()).map(({ id }) => id).sort()).toEqual(left.toSorted());
  expect(await reports.get(report('net', 1).id)).toBeUndefined();
});

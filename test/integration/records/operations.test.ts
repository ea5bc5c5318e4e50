import { noteCancel, noteRestart } from '../../../shared/admission/asked';
import { admit } from '../../../shared/admission/admit';
import { Problem } from '../../../shared/api/problems';
import type { OperationFilter } from '../../../shared/records/store';
import type { OperationRecord } from '../../../shared/records/types';
import { withRecords } from './azurite';
import { definitionOn, Door } from './door';

const records = withRecords();

const operation = (index: number, more: Partial<OperationRecord> = {}): OperationRecord => ({
  id: `op-${String(index).padStart(3, '0')}`,
  kind: 'provision',
  network: index % 2 === 0 ? 'even' : 'odd',
  host: `hv-${index}`,
  status: 'admitted',
  caller: 'somebody',
  fingerprint: 'f',
  request: { kind: 'teardown', force: false, keepDisks: false },
  createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
  ...more,
});

async function end(id: string, status: 'succeeded' | 'failed'): Promise<void> {
  const row = await records.operations.get(id);
  if (!row) throw new Error(`There is no ${id}.`);
  const finishedAt = '2026-01-02T00:00:00.000Z';
  await records.operations.replace({ ...row.record, status, finishedAt }, row.etag);
}

/** Ids of all pages, one after another. */
async function walk(filter: OperationFilter, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const { operations, next } = await records.operations.page(filter, limit, after);
    pages.push(operations.map(({ id }) => id));
    after = next;
  } while (after !== undefined);
  return pages;
}

const ids = (...numbers: number[]) => numbers.map((index) => operation(index).id);

describe('operations in pages', () => {
  beforeAll(async () => {
    // Two at the same instant, and in no order.
    for (const index of [3, 1, 6, 2, 5, 4, 0]) await records.operations.insert(operation(index));
    await records.operations.insert(
      operation(7, { createdAt: operation(6).createdAt, ticket: "INC'7", caller: 'else' }),
    );
    await end('op-001', 'succeeded');
    await end('op-002', 'failed');
  });

  it('come newest first, each once, whatever the size of the page', async () => {
    const all = ids(6, 7, 5, 4, 3, 2, 1, 0);
    for (const limit of [1, 3, 8, 100]) {
      const pages = await walk({}, limit);
      expect(pages.flat()).toEqual(all);
      expect(pages.every((page) => page.length <= limit)).toBe(true);
    }
  });

  it.each<[OperationFilter, number[]]>([
    [{ network: 'odd' }, [7, 5, 3, 1]],
    [{ status: 'admitted', network: 'even' }, [6, 4, 0]],
    [{ status: 'failed' }, [2]],
    [{ status: 'succeeded' }, [1]],
    [{ ticket: "INC'7" }, [7]],
    [{ host: 'hv-3', network: 'odd' }, [3]],
    [{ host: 'hv-3', network: 'even' }, []],
  ])('are those that are asked for: %o', async (filter, expected) => {
    expect((await walk(filter, 2)).flat()).toEqual(ids(...expected));
  });

  it('go on where the last page ended, though newer ones came in between', async () => {
    const first = await records.operations.page({}, 2);
    await records.operations.insert(operation(9));
    const { operations } = await records.operations.page({}, 2, first.next);
    expect(operations.map(({ id }) => id)).toEqual(ids(5, 4));
    await records.operations.remove('op-009', (await records.operations.get('op-009'))?.etag ?? '');
    expect((await walk({}, 100)).flat()).not.toContain('op-009');
  });

  it('are counted for their caller while they are not over', async () => {
    expect(await records.operations.countOpen('somebody', 100)).toBe(5);
    expect(await records.operations.countOpen('somebody', 3)).toBe(3);
    expect(await records.operations.countOpen('else', 100)).toBe(1);
    expect(await records.operations.countOpen('nobody', 100)).toBe(0);
  });
});

describe('operations that are over for long', () => {
  const old = { createdAt: '2025-01-01T00:00:00.000Z', network: 'old' };
  const before = '2025-06-01T00:00:00.000Z';

  it('go with their warrants, and only they', async () => {
    const finished = { ...old, status: 'succeeded' as const, finishedAt: '2025-01-01T01:00:00.000Z' };
    await records.operations.insert(operation(20, finished));
    await records.operations.insert(operation(21, finished));
    await records.operations.insert(operation(22, { ...finished, finishedAt: '2025-07-01T00:00:00.000Z' }));
    await records.operations.insert(operation(23, old));
    await records.operations.insert(operation(24, { network: 'old' }));
    await records.operations.addWarrant({
      operation: 'op-020',
      resourceId: '/r',
      requestId: 'q',
      evidence: { purpose: 'teardown', proof: [] },
      issuedAt: '2025-01-01T00:30:00.000Z',
    });
    expect(await records.operations.prune(before, 1)).toBe(1);
    expect(await records.operations.prune(before, 100)).toBe(1);
    expect(await records.operations.prune(before, 100)).toBe(0);
    expect((await walk({ network: 'old' }, 10)).flat()).toEqual(ids(24, 22, 23));
    expect(await records.operations.warrants('op-020')).toEqual([]);
    expect(await records.operations.get('op-020')).toBeUndefined();
  });
});

it('a caller with as many open operations as it may have is refused one more, and nobody else is', async () => {
  const door = new Door(
    records,
    definitionOn('limited', { ghosted: { pools: ['10.0.2.0/23'], prefixLength: 26 } }),
    'limited',
  );
  await admit(door.context, door.define('define-limited'));
  await door.networkReady();
  const context = { ...door.context, mostOpen: 2 };
  const by = (caller: string, name: string) => ({
    ...door.provision(`${caller}-${name}`, name),
    caller,
    limited: true,
  });
  await admit(context, by('a', 'hv-01'));
  await admit(context, by('a', 'hv-02'));
  const before = await door.everything();
  const refusal: unknown = await admit(context, by('a', 'hv-03')).catch((error: unknown) => error);
  expect(refusal instanceof Problem && refusal.slug).toBe('too-many-operations');
  expect(await door.everything()).toEqual(before);
  // A repeat is no new operation; another caller, and the queue, have their own.
  expect(await admit(context, by('a', 'hv-02'))).toMatchObject({ operation: { id: 'a-hv-02' } });
  expect(await admit(context, by('b', 'hv-03'))).toMatchObject({ operation: { id: 'b-hv-03' } });
  await door.hostReady('hv-01');
  expect(await admit(context, by('a', 'hv-04'))).toMatchObject({ operation: { id: 'a-hv-04' } });
});

it('hosts come in the order of network and name, page by page', async () => {
  const door = new Door(
    records,
    definitionOn('paged', { ghosted: { pools: ['10.0.2.0/23'], prefixLength: 26 } }),
    'paged',
  );
  await admit(door.context, door.define('define-paged'));
  await door.networkReady();
  for (const name of ['hv-03', 'hv-01', 'hv-02']) await admit(door.context, door.provision(name, name));
  const first = await records.hosts.page('paged', 2);
  expect(first.hosts.map(({ name }) => name)).toEqual(['hv-01', 'hv-02']);
  const rest = await records.hosts.page('paged', 2, first.next);
  expect(rest).toEqual({ hosts: [expect.objectContaining({ name: 'hv-03' })] });
  const all = await records.hosts.page(undefined, 3);
  const more = await records.hosts.page(undefined, 1_000, all.next);
  expect([...all.hosts, ...more.hosts]).toHaveLength((await records.hosts.list()).length);
});

describe('who asked something of an operation', () => {
  it('stands on it beside what others write at the same time: the first to cancel, the last to restart', async () => {
    const { id } = operation(900);
    await records.operations.insert(operation(900));
    const callers = ['a', 'b', 'c', 'd'];
    await Promise.all([
      ...callers.map((caller) => noteCancel(records, id, caller)),
      noteRestart(records, id, 'admin'),
    ]);
    const first = (await records.operations.get(id))?.record;
    expect(callers).toContain(first?.cancelRequestedBy);
    expect(await noteCancel(records, id, 'late')).toEqual(first);
    expect(await noteRestart(records, id, 'another')).toEqual({ ...first, restartedBy: 'another' });
    expect((await records.operations.get(id))?.record).toMatchObject({ restartedBy: 'another' });
  });

  it('is written on none that is over, or gone', async () => {
    const { id } = operation(901);
    await records.operations.insert(operation(901));
    await end(id, 'succeeded');
    const over = (await records.operations.get(id))?.record;
    expect(await noteCancel(records, id, 'late')).toEqual(over);
    expect((await records.operations.get(id))?.record).toEqual(over);
    expect(await noteCancel(records, 'nothing', 'late')).toBeUndefined();
  });
});

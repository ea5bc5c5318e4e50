import { until } from '../../local/launch/until';
import { batchIn, csv, names, readBatch, sendCsv, type Batch } from './batchCalls';
import { ended, order, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';

jest.setTimeout(180_000);

describe('a batch that is cancelled while hosts are under way', () => {
  let running: Running;
  let before: string[];
  let theirs: string;
  let id: string;
  const hosts = names(6, 'c');

  /** The batch as soon as its rows stand so. */
  const once = async (statuses: string): Promise<Batch> =>
    await until(
      async () => {
        const batch = await readBatch(running.system, id);
        return batch?.rows.map(({ status }) => status).join(' ') === statuses ? batch : undefined;
      },
      { what: statuses, every: 50 },
    );
  const cancel = async (query = '') =>
    await running.system.app.send<Batch>('DELETE', `/batches/${id}${query}`);

  beforeAll(async () => {
    // Four at once; the others are not begun.
    running = await startSystem({}, 1, { OPERATIONS_IN_FLIGHT: '2' });
    const { system } = running;
    for (const host of hosts.slice(1)) {
      // Azure has all of them wait for half an hour, in which the batch is looked at many times.
      await system.admin.addFault({
        match: { method: 'PUT', path: `/virtualMachines/${host}` },
        effect: {
          ...{ kind: 'status', status: 429, code: 'TooManyRequests', message: 'Later.' },
          retryAfterSeconds: 1_700,
        },
      });
    }
    expect(await ended(system, await order(system, 'c-000'))).toMatchObject({ status: 'succeeded' });
    before = await resourceIds(system);
    theirs = await order(system, 'c-004');
    id = (await sendCsv(system, csv(hosts), 'friday')).body.id;
    await once('succeeded running running running running pending');
  });
  afterAll(async () => await running?.stop());

  it('begins nothing more; what is under way goes on', async () => {
    expect(await cancel()).toMatchObject({ status: 202, body: { state: 'cancelling' } });
    await once('succeeded running running running running cancelled');
    expect((await cancel('?running=perhaps')).status).toBe(400);
  });

  it('stops that, too, if it is asked to: what was made goes, what is ready or ordered by others stays', async () => {
    const { system } = running;
    expect(await cancel('?running=cancel')).toMatchObject({ status: 202, body: { state: 'cancelling' } });
    const batch = await batchIn(system, id, 'finished', 120_000);
    expect(batch.rows.map(({ status }) => status).join(' ')).toBe(
      'succeeded cancelled cancelled succeeded cancelled cancelled',
    );
    expect(batch.rows[3]).toMatchObject({ name: 'c-004', operation: theirs });
    for (const row of [1, 2, 4]) {
      const { operation = '' } = batch.rows[row] ?? {};
      expect(await system.app.operation(operation)).toMatchObject({
        ...{ status: 'cancelled', failure: { code: 'Cancelled' }, cancelRequestedBy: 'function-key' },
        batch: { id, row: row + 1 },
      });
    }
    expect(await system.app.operation(theirs)).not.toHaveProperty('cancelRequestedBy');
    const made = (await resourceIds(system)).filter((one) => !before.includes(one));
    expect(made.filter((one) => /c-00[2356]/.test(one))).toEqual([]);
    expect(made.filter((one) => /virtualmachines\/c-00[14]$/.test(one))).toHaveLength(2);
    expect(await promisedPrefixes(system)).toBe(3);
  });

  it('is over then, and stays so', async () => {
    for (const query of ['', '?running=cancel'])
      expect(await cancel(query)).toMatchObject({ status: 200, body: { state: 'finished' } });
  });
});

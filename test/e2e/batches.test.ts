import fc from 'fast-check';
import type { OperationView } from '../../local/launch/appClient';
import type { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';
import { secrets } from '../unit/callbacks/fixture';
import { startReceiver, type Receiver } from '../unit/callbacks/receiver';
import { batchIn as inState, csv, names, readBatch, sendCsv, type Batch } from './batchCalls';
import { resourceIds, startSystem, type Running } from './harness';
import { moody, type Moody } from './moody';

/** How many hosts one CSV text orders; 240 is the most that fits into the /24 of the network's subnets. */
const many = Number(process.env['BATCH_ROWS'] ?? 200);
const seed = Number(process.env['BATCH_SEED'] ?? 20261127);
const limit = 120_000 + many * 6_000;

jest.setTimeout(limit + 60_000);

const batchIn = (system: System, id: string, state: string): Promise<Batch> =>
  inState(system, id, state, limit);

describe(`${many} rows of a CSV text (BATCH_ROWS), every message twice, the app killed five times (BATCH_SEED=${seed})`, () => {
  let running: Running;
  let receiver: Receiver;
  let told: Moody;
  let batch: Batch;
  let operations: OperationView[];
  const hosts = names(many, 'hv');

  beforeAll(async () => {
    receiver = await startReceiver();
    told = moody(receiver, secrets.slice(0, 2), seed);
    const settings = { CALLBACK_PRIVATE_HOSTS: receiver.host, CALLBACK_SECRETS: told.secrets.join(' ') };
    running = await startSystem({}, seed, settings, receiver.certificate);
    const { system } = running;
    const callback = { callbackUrl: receiver.url };
    const first = await sendCsv(system, csv(hosts), 'friday', callback);
    expect(first).toMatchObject({ status: 202, body: { total: many } });
    const again = await sendCsv(system, csv(hosts), 'friday', callback);
    expect(again.body.id).toBe(first.body.id);
    const points = fc
      .sample(fc.integer({ min: 0, max: many - 1 }), { numRuns: 5, seed })
      .sort((a, b) => a - b);
    await disturb(system, first.body.id, points);
    batch = await batchIn(system, first.body.id, 'finished');
    operations = await Promise.all(batch.rows.map(({ operation = '' }) => system.app.operation(operation)));
  });
  afterAll(async () => {
    await running?.stop();
    await receiver?.stop();
  });

  /** Sends the message of every row once more as soon as it is under way; kills the app when so many hosts are ready. */
  async function disturb(system: System, id: string, points: number[]): Promise<void> {
    const sent = new Set<number>();
    await until(
      async () => {
        const now = await readBatch(system, id);
        if (!now) return undefined;
        for (const { row, status } of now.rows) {
          if (status === 'pending' || sent.has(row)) continue;
          sent.add(row);
          const message = { schemaVersion: 1, kind: 'batchRow', requestId: `${id}/${row}`, batch: id, row };
          await system.queue.send(message);
        }
        if (points[0] !== undefined && (now.counts['succeeded'] ?? 0) >= points[0]) {
          points.shift();
          await system.app.killWorker();
        }
        return points.length === 0 && sent.size === many ? true : undefined;
      },
      { what: 'five kills', limit, every: 300 },
    );
  }

  it('all become ready', () => {
    expect(batch.rows.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    expect(batch.counts).toMatchObject({ succeeded: many, failed: 0, refused: 0, poisoned: 0 });
  });

  it('make each host once: a VM, two NICs, a ghosted subnet and a route each, and delete nothing', async () => {
    const { requests, counts } = await running.system.admin.requests();
    const created = requests
      .filter((one) => one.created)
      .map(({ path }) => path.toLowerCase().replace(/\?.*$/, ''));
    const of = (pattern: RegExp): number => created.filter((path) => pattern.test(path)).length;
    expect({
      vms: of(/\/virtualmachines\/hv-\d+$/),
      nics: of(/\/networkinterfaces\/hv-\d+-(nat|lan)$/),
      subnets: of(/\/subnets\/ghosted-hv-\d+$/),
      routes: of(/\/routes\/nested-vms-hv-\d+$/),
      twice: created.length - new Set(created).size,
      deletes: counts.deletes,
    }).toEqual({ vms: many, nics: 2 * many, subnets: many, routes: many, twice: 0, deletes: 0 });
    const views = await Promise.all(
      hosts.map((name) =>
        running.system.app.get<{ addresses: { ghostedPrefix: string } }>(`/hosts/nested-fun/${name}`),
      ),
    );
    expect(new Set(views.map(({ addresses }) => addresses.ghostedPrefix)).size).toBe(many);
  });

  it('tell their receiver, which fails now and then, of the end of each under one id, always signed', async () => {
    const { app } = running.system;
    const left = async () => (await app.get<object[]>('/callbacks?status=waiting&limit=1')).length;
    await until(async () => ((await left()) === 0 ? true : undefined), { what: 'the callbacks', limit });
    const bulk = operations.map(({ id }) => `cb-${id}-completed`);
    expect(new Set(bulk).size).toBe(many);
    expect([...told.ids].sort()).toEqual(bulk.sort());
    expect(told.unverified).toEqual([]);
    expect(told.refused).toBeGreaterThan(0);
    expect(told.attempts).toBeGreaterThanOrEqual(many + told.refused);
    const bodies = receiver.received.map(({ body }) => JSON.parse(body) as { data: object; type: string });
    // The same id always brings the same text.
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(many);
    for (const { type, data } of bodies) {
      expect(type).toBe('nested-hosts.operation.completed');
      expect(data).toMatchObject({ kind: 'provision', status: 'succeeded', network: 'nested-fun' });
    }
    const undelivered = await app.get<object[]>('/callbacks?status=undelivered');
    expect(undelivered).toEqual([]);
  });

  it('begin after the first of them is ready', () => {
    const [canary, ...others] = operations;
    for (const { startedAt = '' } of others) expect(startedAt >= (canary?.finishedAt ?? '')).toBe(true);
  });

  it('bear their ticket and their row', () => {
    operations.forEach((operation, index) => {
      expect(operation).toMatchObject({
        ticket: `T-${hosts[index]}`,
        batch: { id: batch.id, row: index + 1 },
      });
    });
  });

  it('are told as a sheet', async () => {
    const { host } = running.system;
    const answer = await fetch(`${host.url}/api/v1/batches/${batch.id}?format=csv`, {
      headers: { 'x-functions-key': host.functionKey },
    });
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = (await answer.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(many + 1);
    expect(lines[1]).toMatch(/^1,nested-fun,hv-001,T-hv-001,succeeded,[a-z2-7]{32},10\./);
  });

  it('once more under another key are unchanged', async () => {
    const again = await sendCsv(running.system, csv(hosts.slice(0, 3)), 'saturday');
    const done = await batchIn(running.system, again.body.id, 'finished');
    expect(done.counts).toMatchObject({ unchanged: 3 });
  });

  it('with mistakes are refused whole, each mistake by row and column', async () => {
    const { system } = running;
    const before = await resourceIds(system);
    const answer = await sendCsv(
      system,
      'name,size,osDiskSizeGb\nnew-01,,\nnew-02,Standard_B2s,\n-bad,,1\nnew-01,,\n',
      'bad',
    );
    expect(answer).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
    expect(answer.body.errors).toMatchObject([
      { row: 2, column: 'size' },
      { row: 3, column: 'name' },
      { row: 3, column: 'osDiskSizeGb' },
      { row: 4, column: 'name' },
    ]);
    expect((await system.app.send('GET', '/hosts/nested-fun/new-01')).status).toBe(404);
    expect(await resourceIds(system)).toEqual(before);
  });

  it('whose first host fails stop there, until the batch is resumed', async () => {
    const { system } = running;
    const fault = await system.admin.addFault({
      match: { method: 'PUT', path: '/virtualMachines/f-001' },
      times: 100,
      effect: { kind: 'status', status: 409, code: 'QuotaExceeded', message: 'No cores are left.' },
    });
    const sent = await sendCsv(system, csv(names(3, 'f')), 'failing');
    expect(sent.status).toBe(202);
    const paused = await batchIn(system, sent.body.id, 'paused');
    expect(paused.paused).toMatchObject([
      {
        network: 'nested-fun',
        reason: expect.stringMatching(/^The first host, f-001, .*QuotaExceeded/) as string,
      },
    ]);
    expect(paused.counts).toMatchObject({ failed: 1, pending: 2 });
    await system.admin.removeFault(fault);
    expect((await system.app.send('POST', `/batches/${sent.body.id}/resume`)).status).toBe(202);
    const done = await batchIn(system, sent.body.id, 'finished');
    expect(done.counts).toMatchObject({ failed: 1, succeeded: 2 });
    expect((await system.app.send('POST', `/batches/${sent.body.id}/resume`)).status).toBe(409);
    expect((await system.app.send('DELETE', `/batches/${sent.body.id}`)).status).toBe(200);
  });

  it('that nobody can read are told as poison, and can be replayed', async () => {
    const { system } = running;
    await system.queue.send('{"schemaVersion":2,"kind":"provision"}');
    interface Poison {
      id: string;
      reason: string;
      times: number;
    }
    const poison = async (times: number): Promise<Poison> =>
      await until(
        async () => (await system.app.get<Poison[]>('/poison')).find((one) => one.times === times),
        { what: 'the poison message', limit: 60_000 },
      );
    const found = await poison(1);
    expect(found.reason).toMatch(/schemaVersion/);
    const replays = [1, 2, 3].map(() => system.app.send('POST', `/poison/${found.id}/replay`));
    expect((await Promise.all(replays)).map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await poison(4)).toMatchObject({ id: found.id });
    expect((await system.app.send('POST', '/poison/none/replay')).status).toBe(404);
  });
});

import type { Problem } from '../../local/launch/appClient';
import { collectorSettings, latest, startCollector, type Collector } from '../../local/launch/collector';
import { until } from '../../local/launch/until';
import { ended, order, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';

jest.setTimeout(120_000);

const host = (more: Record<string, unknown>): Record<string, unknown> => ({
  network: 'nested-fun',
  name: 'hv-02',
  ...more,
});

/** What is asked for, the status of the answer and words that its text must have. hv-01 holds the only prefix. */
const refused: [what: string, body: unknown, status: number, text: RegExp][] = [
  ['invalid JSON', '{"network": "nested-fun",', 400, /JSON/i],
  ['no object', '[]', 400, /object/i],
  ['an unknown field', host({ colour: 'blue' }), 400, /colour/],
  ['a missing name', { network: 'nested-fun' }, 400, /name/],
  ['a bad name', host({ name: 'hv_02!' }), 400, /name/],
  ['a name longer than Windows allows', host({ name: 'hv-0123456789abc' }), 400, /name/],
  ['a prefix outside the pool', host({ ghostedPrefix: '10.99.0.0/24' }), 422, /10\.99\.0\.0\/24/],
  ['a prefix that overlaps', host({ ghostedPrefix: '10.0.2.0/24' }), 409, /10\.0\.2\.0\/24/],
  ['a prefix with host bits', host({ ghostedPrefix: '10.0.2.7/24' }), 400, /ghostedPrefix/],
  ['an exhausted pool', host({}), 409, /pool|prefix/i],
  ['an unknown network', host({ network: 'nowhere' }), 404, /nowhere/],
  ['a size that cannot nest', host({ size: 'Standard_B2s' }), 422, /Standard_B2s/],
  ['a duplicate with another spec', host({ name: 'hv-01', size: 'Standard_D8s_v5' }), 409, /hv-01/],
];

describe('bad input', () => {
  let running: Running;
  let collector: Collector;

  beforeAll(async () => {
    collector = await startCollector();
    const changes = { ghosted: { pools: ['10.0.2.0/24'], prefixLength: 24 } };
    running = await startSystem(changes, 1, collectorSettings(collector));
    const operation = await ended(running.system, await order(running.system, 'hv-01'));
    expect(operation).toMatchObject({ status: 'succeeded' });
  });
  afterAll(async () => {
    await running?.stop();
    await collector?.stop();
  });

  /** Everything that bad input could change. */
  const everything = async (): Promise<unknown> => {
    const { system } = running;
    const { counts } = await system.admin.requests();
    return {
      resources: await resourceIds(system),
      writes: counts.writes + counts.deletes,
      hosts: await system.app.get('/hosts'),
      promised: await promisedPrefixes(system),
    };
  };

  it.each(refused)('over HTTP: %s', async (_what, body, status, text) => {
    const before = await everything();
    const answer = await running.system.app.send<Problem>('POST', '/hosts', body);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { status } });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.stringify(answer.body)).toMatch(text);
    expect(await everything()).toEqual(before);
  });

  it('answers the same host again as unchanged', async () => {
    const before = await everything();
    const answer = await running.system.app.send('POST', '/hosts', host({ name: 'hv-01' }));
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 200,
      body: { unchanged: true },
    });
    expect(await everything()).toEqual(before);
  });

  it('refuses a definition that Azure does not bear out, with the operation that found it', async () => {
    const before = await resourceIds(running.system);
    const present = await running.system.app.get<{ definition: Record<string, unknown> }>(
      '/networks/nested-fun',
    );
    const elsewhere = { name: 'Not-There', create: false, addressSpaces: ['10.0.0.0/22'] };
    const answer = await running.system.app.send<Problem>('PUT', '/networks/elsewhere', {
      ...present.definition,
      virtualNetwork: elsewhere,
    });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 422,
      body: { type: '/problems/definition-failed', operation: expect.any(String) as string },
    });
    expect(JSON.stringify(answer.body)).toMatch(/Not-There/);
    const pointers = ({ body }: { body: Problem }) => (body.errors ?? []).map(({ pointer }) => pointer);
    expect(pointers(answer)).toContain('/virtualNetwork');
    const far = await running.system.app.send<Problem>('PUT', '/networks/elsewhere', {
      ...present.definition,
      location: 'northeurope',
      virtualNetwork: { name: 'Nested-Fun', addressSpaces: ['10.0.0.0/22', '10.99.0.0/16'] },
    });
    expect(pointers(far)).toEqual(
      expect.arrayContaining(['/virtualNetwork/addressSpaces/1', '/location', '/outbound/id']),
    );
    expect(await resourceIds(running.system)).toEqual(before);
  });

  it.each<[string, string, unknown, number]>([
    ['POST', '/hosts/nested-fun', {}, 404],
    ['GET', '/hosts/nested-fun/hv-09', undefined, 404],
    ['DELETE', '/hosts/nested-fun/hv-09', undefined, 404],
    ['GET', '/operations/none', undefined, 404],
    ['GET', '/networks/nowhere', undefined, 404],
    ['PUT', '/networks/broken', { location: 'westeurope' }, 400],
  ])('%s %s is refused', async (method, path, body, status) => {
    expect((await running.system.app.send(method, path, body)).status).toBe(status);
  });

  it.each<[string, string, unknown]>([
    ['a parameter twice', '/hosts?dryRun=true&dryRun=false', host({})],
    ['a query that a body should say', '/networks/nested-fun/adoptions?dryRun=true', { virtualMachine: 'x' }],
    ['a query beside no body', '/reconciliations?dryRun=true', undefined],
  ])('refuses %s', async (_what, path, body) => {
    const before = await everything();
    const answer = await running.system.app.send<Problem>('POST', path, body);
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-request', errors: [{ pointer: '/dryRun' }] },
    });
    const runs = await running.system.app.get<{ caller: string }[]>('/reconciliations');
    expect(runs.filter(({ caller }) => caller !== 'timer')).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  it('says of a list of hosts what it must be, and that a text in another encoding is none', async () => {
    const { url, functionKey } = running.system.host;
    const sent = async (type: string, body: Buffer): Promise<Problem> => {
      const headers = { 'x-functions-key': functionKey, 'content-type': type };
      const address = `${url}/api/v1/batches${type === 'text/csv' ? '?network=nested-fun' : ''}`;
      return (await (await fetch(address, { method: 'POST', headers, body })).json()) as Problem;
    };
    const latin = Buffer.from('name,ticket\nhv-09,Gr\u00fc\u00dfe\n', 'latin1');
    expect(await sent('application/vnd.ms-excel', latin)).toMatchObject({
      status: 415,
      detail: expect.stringMatching(/text\/csv/) as string,
    });
    expect(await sent('text/csv', latin)).toMatchObject({ status: 400, type: '/problems/invalid-csv' });
    const json = Buffer.from(
      '{"network":"nested-fun","rows":[{"name":"hv-09","ticket":"\u00fc"}]}',
      'latin1',
    );
    expect(await sent('application/json', json)).toMatchObject({
      ...{ status: 400, type: '/problems/invalid-json' },
    });
  });

  it('needs the function key', async () => {
    const answer = await running.system.app.send('GET', '/hosts', undefined, { 'x-functions-key': 'wrong' });
    expect(answer.status).toBe(401);
  });

  it('in queue messages is given up and told as poison, with the reason', async () => {
    const { system } = running;
    const before = await everything();
    const texts = refused.map(([_what, body]) =>
      typeof body === 'string' || Array.isArray(body)
        ? body
        : {
            schemaVersion: 1,
            kind: 'provision',
            requestId: `bad-${JSON.stringify(body)}`,
            ...(body as object),
          },
    );
    for (const text of texts) await system.queue.send(text);
    const poison = await until(
      async () => {
        const found = await system.app.get<{ message: string; reason: string; times: number }[]>('/poison');
        return found.length === texts.length ? found : undefined;
      },
      { what: 'the poison queue', limit: 60_000 },
    );
    const told = poison.map(({ message }) => message);
    expect(told.sort()).toEqual(texts.map(received).sort());
    for (const { reason, times } of poison) {
      expect(reason).toMatch(/./);
      expect(times).toBe(1);
    }
    expect(await system.queue.length()).toBe(0);
    expect(await everything()).toEqual(before);
    const counted = await until(
      () => {
        const [count] = latest(collector, 'nestedHosts.queue.poisonMessages');
        return Promise.resolve(count?.value === texts.length ? count : undefined);
      },
      { what: 'the count of poison messages' },
    );
    expect(counted.attributes).toEqual({});
    // Nobody waits for the measuring of a queue that is empty again: what counts is that it is measured.
    expect(latest(collector, 'nestedHosts.queue.oldestSeconds')[0]?.value).toBeGreaterThanOrEqual(0);
    expect(latest(collector, 'nestedHosts.queue.ageSeconds')[0]?.value).toBeGreaterThan(0);
  });
});

/** As the trigger gets it: a text that is JSON counts as what it says. */
function received(sent: unknown): string {
  if (typeof sent !== 'string') return JSON.stringify(sent);
  try {
    const value: unknown = JSON.parse(sent);
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return sent;
  }
}

import { ended, order, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';
import { reconcile, verdicts } from './reconciliation';
import { wipe } from './wipe';

jest.setTimeout(180_000);

interface Host {
  name: string;
  state: string;
  addresses: Record<string, string>;
}

let running: Running;
let before: string[];
beforeAll(async () => {
  running = await startSystem();
  before = await resourceIds(running.system);
  const ids = await Promise.all(['hv-01', 'hv-02'].map((name) => order(running.system, name)));
  for (const id of ids) expect(await ended(running.system, id)).toMatchObject({ status: 'succeeded' });
});
afterAll(async () => await running?.stop());

const hosts = async (): Promise<unknown[]> => {
  const all = await running.system.app.get<Record<string, unknown>[]>('/hosts?network=nested-fun');
  // When a host was last looked into is not written anywhere in Azure.
  return all.map(({ guest: _, updatedAt: _at, ...host }) => host);
};

const writes = async (): Promise<number> => (await running.system.admin.requests()).counts.writes;

it('all promises and records of hosts come back from what Azure shows, without a write to it', async () => {
  const known = await hosts();
  await wipe(running.system, 'ledger');
  await wipe(running.system, 'hosts');
  expect(await hosts()).toEqual([]);
  expect(await promisedPrefixes(running.system)).toBe(0);
  const count = await writes();
  expect(verdicts(await reconcile(running.system, 'nested-fun', { dryRun: true }))).toEqual([
    'recordsLost withheld',
    'recordsLost withheld',
  ]);
  expect([await hosts(), await writes()]).toEqual([[], count]);
  // Nobody knows that they are taken, but Azure shows it: nothing of it is given to somebody else meanwhile.
  const newcomer = await ended(running.system, await order(running.system, 'hv-03'));
  expect(newcomer).toMatchObject({ status: 'succeeded' });
  const [third] = (await hosts()) as Host[];
  expect(third?.addresses).toEqual({
    ghostedPrefix: '10.10.1.0/24',
    natAddress: '10.0.0.6',
    lanAddress: '10.0.1.6',
  });
  const after = await writes();
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([
    'recordsLost done',
    'recordsLost done',
  ]);
  expect(await hosts()).toEqual([...known, third]);
  expect(await promisedPrefixes(running.system)).toBe(3);
  expect(await writes()).toBe(after);
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([]);
});

it('a part that is lost comes back from the other', async () => {
  const known = await hosts();
  await wipe(running.system, 'ledger', (key) => key !== 'head');
  await wipe(running.system, 'hosts', (key) => key === 'hv-02');
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([
    'recordsLost done',
    'recordsLost done',
    'recordsLost done',
  ]);
  expect(await hosts()).toEqual(known);
  await wipe(running.system, 'hosts', (key) => key === 'hv-01');
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual(['recordsLost done']);
  expect(await hosts()).toEqual(known);
});

it('a rebuilt host is as asked, and a new one gets what nobody has', async () => {
  const { app } = running.system;
  expect(await app.send('POST', '/hosts', { network: 'nested-fun', name: 'hv-01' })).toMatchObject({
    status: 200,
  });
  expect((await ended(running.system, await order(running.system, 'hv-04'))).status).toBe('succeeded');
  const all = (await hosts()) as Host[];
  for (const key of ['ghostedPrefix', 'natAddress', 'lanAddress'])
    expect(new Set(all.map(({ addresses }) => addresses[key])).size).toBe(4);
});

it('all of them are torn down, down to the table', async () => {
  const { system } = running;
  for (const host of ['hv-01', 'hv-02', 'hv-03', 'hv-04']) {
    const { body } = await system.app.send<{ id: string }>('DELETE', `/hosts/nested-fun/${host}`);
    expect((await ended(system, body.id)).failure).toBeUndefined();
  }
  const left = (await resourceIds(system)).filter((id) => !before.includes(id));
  expect(left.map((id) => id.split('/').at(-1))).toEqual(['hyper-v-lan', 'nat']);
  expect(await promisedPrefixes(system)).toBe(0);
});

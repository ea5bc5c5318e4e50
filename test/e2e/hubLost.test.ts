import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationView } from '../../local/launch/appClient';
import { until } from '../../local/launch/until';
import { expectDocumented } from './documented';
import { ended, order, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';

jest.setTimeout(180_000);

describe('when the hub of the Durable extension is lost and the tables are kept', () => {
  let running: Running;
  /** Ends well; runs when the hub goes. */
  let first: string;
  let lost: string;
  beforeAll(async () => {
    running = await startSystem();
  });
  afterAll(async () => await running?.stop());

  const restart = async (id: string) => {
    const path = `/operations/${id}/restart`;
    const answer = await running.system.app.send<OperationView>('POST', path);
    expectDocumented('POST', path, answer);
    return answer;
  };

  /** Ends the host while Azure works on the request, and takes its orchestrations away. */
  const loseHubAt = async (path: string, id: string): Promise<void> => {
    const { system, folder } = running;
    const { admin } = system;
    const effect = { kind: 'hold', until: 'after' } as const;
    const fault = await admin.addFault({ match: { method: 'PUT', path }, effect });
    await until(async () => (await admin.faults()).find(({ id, held }) => id === fault && held), {
      what: `a held PUT of ${path}`,
      every: 15,
    });
    expect(await restart(id)).toMatchObject({ status: 409, body: { type: '/problems/not-restartable' } });
    await system.killHost();
    await admin.removeFault(fault);
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, 'func', `durable.db${end}`), { force: true });
    await system.restartHost();
  };

  it('an operation goes on where it was, once it is restarted', async () => {
    const { system } = running;
    const body = { network: 'nested-fun', name: 'hv-01' };
    const answer = await system.app.send<OperationView>('POST', '/hosts', body, {
      'idempotency-key': 'first',
    });
    const { id } = answer.body;
    first = id;
    await loseHubAt('/virtualMachines/hv-01', id);
    expect(await system.app.operation(id)).toMatchObject({ status: 'running' });
    const cancelled = await system.app.send('DELETE', `/operations/${id}`);
    expect(cancelled).toMatchObject({ status: 409, body: { type: '/problems/not-cancellable' } });
    const answers = await Promise.all([1, 2, 3].map(() => restart(id)));
    expect(answers.map(({ status }) => status)).toContain(202);
    expect(await ended(system, id)).toMatchObject({ status: 'succeeded', restartedBy: 'function-key' });
    expect(await system.app.get('/hosts/nested-fun/hv-01')).toMatchObject({ state: 'ready' });
    const { requests, counts } = await system.admin.requests();
    const created = requests.filter((one) => one.created).map(({ path }) => path.toLowerCase());
    expect(created.filter((path, index) => created.indexOf(path) !== index)).toEqual([]);
    expect(counts.deletes).toBe(0);
  });

  it('what has ended is read from its row, and never runs again', async () => {
    const { system } = running;
    const before = await system.app.operation(first);
    const id = await order(system, 'hv-02');
    await loseHubAt('/virtualMachines/hv-02', id);
    lost = id;
    expect(await system.app.operation(first)).toEqual(before);
    const body = { network: 'nested-fun', name: 'hv-01' };
    const again = await system.app.send('POST', '/hosts', body, { 'idempotency-key': 'first' });
    expect(again).toMatchObject({ status: 202, body: { id: first, status: 'succeeded' } });
    expect(await restart(first)).toMatchObject({ status: 200 });
    expect(await system.app.operation(first)).toEqual(before);
  });

  it('a teardown that waits for the lost one gets its turn', async () => {
    const { system } = running;
    const id = lost;
    const { body } = await system.app.send<{ id: string }>('DELETE', '/hosts/nested-fun/hv-02');
    await restart(id);
    expect(await ended(system, id)).toMatchObject({ status: 'cancelled' });
    expect(await ended(system, body.id)).toMatchObject({ status: 'succeeded' });
    expect((await resourceIds(system)).filter((one) => one.includes('hv-02'))).toEqual([]);
  });

  it('an undo takes back what was made before the loss and after it, nothing else', async () => {
    const { system } = running;
    const before = (await resourceIds(system)).filter((one) => !one.includes('/runcommands/'));
    const id = await order(system, 'hv-03');
    await loseHubAt('/virtualMachines/hv-03', id);
    await system.admin.addFault({
      match: { method: 'PUT', path: '/routes/' },
      effect: { kind: 'status', status: 403, code: 'AuthorizationFailed', message: 'Not allowed.' },
    });
    await restart(id);
    expect(await ended(system, id)).toMatchObject({
      status: 'failed',
      failure: { class: 'denied', step: 'addRoute' },
    });
    const after = await resourceIds(system);
    expect(after.filter((one) => !one.includes('/runcommands/'))).toEqual(before);
    expect(await promisedPrefixes(system)).toBe(1);
    expect(await restart(id)).toMatchObject({ status: 200, body: { status: 'failed' } });
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationView, Problem } from '../../local/launch/appClient';
import { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';
import { createWorld, networkBody } from '../../local/launch/world';
import { secrets } from '../unit/callbacks/fixture';

jest.setTimeout(120_000);

const tenant = '11111111-2222-4333-8444-555555555555';
/** What App Service authentication puts before the app for a caller with that role. */
const as = (role: string) => ({
  'x-ms-client-principal': Buffer.from(
    JSON.stringify({
      auth_typ: 'aad',
      claims: Object.entries({ oid: `person-${role}`, tid: tenant, roles: role }).map(([typ, val]) => ({
        typ,
        val,
      })),
    }),
  ).toString('base64'),
});

describe('callers of Entra ID', () => {
  let system: System;
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-identity-'));
  beforeAll(async () => {
    const settings = {
      ...{ AUTH_MODE: 'entra', AUTH_TENANT_ID: tenant, WEBSITE_AUTH_ENABLED: 'True' },
      OPERATIONS_IN_FLIGHT: '1',
      ...{ CALLBACK_HOSTS: 'localhost', CALLBACK_SECRETS: secrets[0] ?? '' },
      // A message that fails is tried again at once.
      AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:00:00',
    };
    system = await System.start({ folder, speed: 'max', seed: 1, settings });
  });
  afterAll(async () => {
    await system?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it('are nobody without a principal, whatever function key they hold', async () => {
    const { status, headers, body } = await system.app.send<Problem>('GET', '/networks');
    expect({ status, type: body.type }).toEqual({ status: 401, type: '/problems/unauthenticated' });
    expect(headers['www-authenticate']).toBe('Bearer');
    expect((await system.app.send('GET', '/health')).status).toBe(200);
  });

  it('may do what their role says, and stand on what they order', async () => {
    const world = await createWorld(system);
    const definition = networkBody(system, world, {});
    const send = <T>(role: string, method: string, path: string, body?: unknown) =>
      system.app.send<T>(method, path, body, { ...as(role), 'idempotency-key': 'same' });
    expect((await send('Reader', 'GET', '/networks')).status).toBe(200);
    expect((await send('Operator', 'PUT', '/networks/net', definition)).status).toBe(403);
    expect((await send('Owner', 'GET', '/networks')).status).toBe(403);
    interface Defined {
      operation?: string;
      id?: string;
    }
    const defined = await send<Defined>('Admin', 'PUT', '/networks/net', definition);
    // 202 where it takes longer than a caller waits.
    expect([200, 202]).toContain(defined.status);
    const definedBy = defined.body.operation ?? defined.body.id ?? '';
    await until(
      async () => {
        const { body } = await send<{ state: string }>('Reader', 'GET', '/networks/net');
        return body.state === 'ready' || undefined;
      },
      { what: 'the network' },
    );
    const host = { network: 'net', name: 'hv-01' };
    expect((await send('Reader', 'POST', '/hosts', host)).status).toBe(403);
    // The same key of another caller is another key.
    const ordered = await send<OperationView & { caller: string }>('Operator', 'POST', '/hosts', host);
    expect(ordered).toMatchObject({ status: 202, body: { caller: 'entra:person-operator' } });
    const definer = await send<{ caller: string }>('Reader', 'GET', `/operations/${definedBy}`);
    expect(definer.body.caller).toBe('entra:person-admin');
  });

  it('stand on what they stop, send again and put back into the queue', async () => {
    const send = <T>(role: string, method: string, path: string, body?: unknown) =>
      system.app.send<T>(method, path, body, as(role));
    const first = async <T>(path: string, wanted: (one: T) => boolean = () => true) =>
      until(async () => (await send<T[]>('Operator', 'GET', path)).body.find(wanted), { what: path });
    // Azure makes nothing meanwhile, so the operation is not over before it is asked to stop.
    await system.admin.clock({ paused: true });
    const host = { network: 'net', name: 'hv-03' };
    // The address of this name may not be called, which ends the attempts at once.
    const callback = { url: 'https://localhost/told', events: ['cancelled'] };
    const { body } = await send<OperationView>('Operator', 'POST', '/hosts', { ...host, callback });
    const path = `/operations/${body.id}`;
    const stands = { caller: 'entra:person-operator', cancelRequestedBy: 'entra:person-admin' };
    for (const role of ['Admin', 'Operator'])
      expect(await send(role, 'DELETE', path)).toMatchObject({ status: 202, body: stands });
    await system.admin.clock({ paused: false });

    const over = await first<OperationView>('/operations?host=hv-03', (one) => one.finishedAt !== undefined);
    expect(over).toMatchObject({ ...stands, id: body.id, status: 'cancelled' });
    const undelivered = await first<{ id: string; status: string }>(
      `/callbacks?operation=${body.id}`,
      (one) => one.status === 'undelivered',
    );
    const again = await send('Admin', 'POST', `/callbacks/${undelivered.id}/resend`);
    expect(again).toMatchObject({ status: 202, body: { resentBy: 'entra:person-admin' } });
    expect((await send('Reader', 'GET', `/callbacks/${undelivered.id}`)).body).toMatchObject({
      resentBy: 'entra:person-admin',
    });

    await system.queue.send('{"schemaVersion":2}');
    const poison = await first<{ id: string }>('/poison');
    const replayed = { replayedBy: 'entra:person-operator' };
    const replay = await send('Operator', 'POST', `/poison/${poison.id}/replay`);
    expect(replay).toMatchObject({ status: 202, body: replayed });
    expect(await first('/poison')).toMatchObject(replayed);
  });

  it('stand on what they have the reconciler do, and in the log whatever they change', async () => {
    const send = <T>(role: string, method: string, path: string, body?: unknown) =>
      system.app.send<T>(method, path, body, as(role));
    const operator = { caller: 'entra:person-operator' };
    const run = await send<{ href: string }>('Operator', 'POST', '/reconciliations', { network: 'net' });
    expect(run).toMatchObject({ status: 202, body: operator });
    const path = run.body.href.replace('/api/v1', '');
    const report = await until(
      async () => {
        const { body } = await send<{ status: string }>('Reader', 'GET', path);
        return body.status === 'running' ? undefined : body;
      },
      { what: path },
    );
    expect(report).toMatchObject(operator);
    const policy = '/networks/net/reconcile-policy';
    await send('Admin', 'PUT', policy, { graceHours: 48 });
    expect((await send('Reader', 'GET', policy)).body).toMatchObject({
      set: { caller: 'entra:person-admin' },
    });
    const rows = [{ network: 'net', name: 'hv-02' }];
    const batch = await send<{ id: string }>('Operator', 'POST', '/batches', { rows });
    const cancelled = await send('Admin', 'DELETE', `/batches/${batch.body.id}`);
    expect(cancelled.body).toMatchObject({ ...operator, cancelledBy: 'entra:person-admin' });
    // The host writes down a moment later what the app says.
    for (const change of [
      'operator asks: POST /api/v1/reconciliations',
      'admin asks: PUT /api/v1/networks/net/reconcile-policy',
      `admin asks: DELETE /api/v1/batches/${batch.body.id}`,
    ]) {
      const log = () => readFileSync(join(folder, 'logs', 'func.log'), 'utf8');
      await until(() => Promise.resolve(log().includes(`entra:person-${change}`) || undefined), {
        what: `${change} in the log`,
      });
    }
  });

  interface Row {
    name: string;
    status: string;
    operation?: string;
  }

  it('share what may be in flight: a ticket passes a batch, a priority its row, and callers take turns', async () => {
    const send = async <T>(role: string, method: string, path: string, body?: unknown) =>
      (await system.app.send<T>(method, path, body, as(role))).body;
    const look = (id: string) => send<OperationView>('Reader', 'GET', `/operations/${id}`);
    const row = (name: string, more: object = {}) => ({ network: 'net', name, ...more });
    const batchOf = async (role: string, rows: object[]) =>
      (await send<{ id: string }>(role, 'POST', '/batches', { rows })).id;
    /** Simulated time passes in small steps, so that the host in flight is there all the while. */
    const step = () => system.admin.clock({ advanceBy: 2_000 });
    const isAtGate = ({ steps }: OperationView): boolean => /at the gate/.test(steps?.[0]?.detail ?? '');
    const rowOf = async (batch: string, name: string): Promise<Row | undefined> =>
      (await send<{ rows: Row[] }>('Reader', 'GET', `/batches/${batch}`)).rows.find(
        (one) => one.name === name,
      );

    // Batches begin with a host that is ready: it proves that others may follow. What others ordered is over.
    const open = (status: string) => send<object[]>('Reader', 'GET', `/operations?status=${status}`);
    await until(
      async () => {
        const { state } = await send<{ state: string }>('Reader', 'GET', '/hosts/net/hv-01');
        const underWay = (await Promise.all(['admitted', 'running'].map(open))).flat();
        return (state === 'ready' && underWay.length === 0) || undefined;
      },
      { what: 'hv-01' },
    );
    await system.admin.clock({ paused: true });
    // None of them gets beyond its plan; one of each kind is kept there for a while, so that others wait.
    const answer = async (path: string, status: number, code: string, times: number, more: object = {}) =>
      await system.admin.addFault({
        match: { method: 'GET', path: `/virtualMachines/${path}$` },
        times,
        effect: { kind: 'status', status, code, message: 'As told.', ...more },
      });
    await answer('a-[12]', 429, 'TooManyRequests', 1, { retryAfterSeconds: 1_700 });
    await answer('t-1', 429, 'TooManyRequests', 1, { retryAfterSeconds: 100 });
    await answer('(a-.|b-1|t-1)', 400, 'InvalidParameter', 100);
    const big = await batchOf('Operator', [
      row('hv-01'),
      row('a-1'),
      row('a-2'),
      row('a-3', { priority: 4 }),
    ]);
    const gated = (batch: string, ...hosts: string[]): Promise<string> =>
      until(
        async () => {
          const rows = await Promise.all(hosts.map((name) => rowOf(batch, name)));
          const views = await Promise.all(
            rows.flatMap((one) => (one?.operation ? [look(one.operation)] : [])),
          );
          const waiting = views.filter(isAtGate);
          return views.length === hosts.length && waiting.length === 1 ? waiting[0]?.host : undefined;
        },
        { what: hosts.join(' or '), meanwhile: step },
      );
    // Their messages come in either order: one is in flight, the other one waits.
    const last = await gated(big, 'a-1', 'a-2');
    const first = last === 'a-1' ? 'a-2' : 'a-1';
    const other = await batchOf('Admin', [row('hv-01'), row('b-1')]);
    await gated(other, 'b-1');
    const { id: ticket } = await send<{ id: string }>('Operator', 'POST', '/hosts', row('t-1'));
    await until(async () => isAtGate(await look(ticket)) || undefined, { what: 't-1', meanwhile: step });
    expect(await rowOf(big, first)).toMatchObject({ status: 'running' });
    expect(await rowOf(big, 'a-3')).toMatchObject({ status: 'pending' });
    await system.admin.clock({ paused: false });

    const ends = async (): Promise<true | undefined> => {
      const rows = await Promise.all([
        ...['a-1', 'a-2', 'a-3'].map((name) => rowOf(big, name)),
        rowOf(other, 'b-1'),
      ]);
      return rows.every((one) => one?.status === 'failed') || undefined;
    };
    await until(ends, { what: 'both batches', every: 300 });
    const { requests } = await system.admin.requests();
    const looks = requests.flatMap(({ path }) => /\/virtualMachines\/([abt]-\d)\b/.exec(path)?.[1] ?? []);
    expect([...new Set(looks)]).toEqual([first, 't-1', 'a-3', 'b-1', last]);
  });

  it.each(['/docs', '/docs/start.js', '/dashboard', '/openapi.json', '/health', '/health/ready'])(
    '%s is open to anybody',
    async (path) => {
      expect((await system.app.send('GET', path)).status).toBe(200);
    },
  );
});

it('an app that nobody authenticates for refuses everybody: the header could have been written by anyone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-identity-'));
  const settings = { AUTH_MODE: 'entra', AUTH_TENANT_ID: tenant };
  const system = await System.start({ folder, speed: 'max', seed: 1, settings });
  try {
    const answer = await system.app.send<Problem>('GET', '/networks', undefined, as('Admin'));
    expect(answer).toMatchObject({ status: 503, body: { type: '/problems/authentication-off' } });
  } finally {
    await system.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { OperationView, Problem } from '../../local/launch/appClient';
import { operationId } from '../../shared/api/operationId';
import { until } from '../../local/launch/until';
import { networkBody } from '../../local/launch/world';
import { expectDocumented } from './documented';
import { ended, order, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';

jest.setTimeout(240_000);

describe('work on hosts over the API', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startSystem();
  });
  afterAll(async () => await running?.stop());

  /** Every answer is one that the OpenAPI document tells of, in status and shape. */
  const send = async <T>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await running.system.app.send<T>(method, path, body, headers);
    expectDocumented(method, path, answer);
    return answer;
  };
  const idOf = async (method: string, path: string, body?: unknown): Promise<string> => {
    const { status, body: operation } = await send<OperationView>(method, path, body);
    expect({ status, operation }).toMatchObject({ status: 202 });
    return operation.id;
  };
  /** Keeps the first write to this path waiting; returns when it is there, with what lets it go. */
  const heldAt = async (path: string): Promise<() => Promise<void>> => {
    const { admin } = running.system;
    const fault = await admin.addFault({
      match: { method: 'PUT', path },
      effect: { kind: 'hold', until: 'before' },
    });
    await until(async () => (await admin.faults()).find(({ held }) => held), { what: path });
    return () => admin.removeFault(fault);
  };
  const third = () =>
    send<OperationView>(
      'POST',
      '/hosts',
      { network: 'nested-fun', name: 'hv-03' },
      { 'idempotency-key': 'third' },
    );

  /** Runs the purge to its end, which only its log tells. */
  const purged = async (): Promise<void> => {
    const log = () => readFileSync(join(running.folder, 'logs', 'func.log'), 'utf8').split('Purged ').length;
    const before = log();
    await running.system.app.runFunction('purgeTimer');
    await until(() => Promise.resolve(log() > before || undefined), { what: 'the purge', every: 50 });
  };

  it('a teardown in the middle of a provisioning cancels it and takes its host away', async () => {
    const { system } = running;
    const before = await resourceIds(system);
    const provision = await order(system, 'hv-01');
    const go = await heldAt('/hv-01/runCommands/features-');
    const repair = await send<Problem>('POST', '/hosts/nested-fun/hv-01/repair');
    expect(repair).toMatchObject({ status: 409, body: { operation: provision } });
    const teardown = await idOf('DELETE', '/hosts/nested-fun/hv-01');
    expect(await idOf('DELETE', '/hosts/nested-fun/hv-01')).toBe(teardown);
    await system.app.killWorker();
    await go();
    expect(await ended(system, teardown)).toMatchObject({ status: 'succeeded' });
    expect(await system.app.operation(provision)).toMatchObject({
      ...{ status: 'cancelled', cancelRequestedBy: 'function-key' },
    });
    expect((await send('GET', '/hosts/nested-fun/hv-01')).status).toBe(404);
    expect(await promisedPrefixes(system)).toBe(0);
    const left = (await resourceIds(system)).filter((id) => !before.includes(id));
    expect(left.filter((id) => /hv-01/i.test(id))).toEqual([]);
  });

  it('a cancelled provisioning is undone; cancelling it again tells how it ended', async () => {
    const { system } = running;
    const provision = await order(system, 'hv-02');
    const go = await heldAt('/virtualMachines/hv-02$');
    await idOf('DELETE', `/operations/${provision}`);
    await go();
    expect(await ended(system, provision)).toMatchObject({
      status: 'cancelled',
      failure: { code: 'Cancelled' },
    });
    expect(await send('DELETE', `/operations/${provision}`)).toMatchObject({
      status: 200,
      body: { status: 'cancelled' },
    });
    expect((await send('GET', '/hosts/nested-fun/hv-02')).status).toBe(404);
    expect((await send('DELETE', '/operations/nonsense')).status).toBe(404);
  });

  it('a ready host tells its guests and is repaired without a write', async () => {
    const { system } = running;
    expect(await ended(system, (await third()).body.id)).toMatchObject({ status: 'succeeded' });
    const inventory = await ended(system, await idOf('POST', '/hosts/nested-fun/hv-03/inventory'));
    expect(inventory).toMatchObject({ status: 'succeeded', inventory: { count: 0, guests: [] } });

    const { counts: before } = await system.admin.requests();
    const repair = await ended(system, await idOf('POST', '/hosts/nested-fun/hv-03/repair', {}));
    expect(repair).toMatchObject({ kind: 'repair', status: 'succeeded' });
    const { counts: after } = await system.admin.requests();
    // One run command: Windows is asked how it is.
    expect(after.writes + after.deletes - before.writes - before.deletes).toBe(1);
    expect(repair.steps.map(({ change }) => change ?? 'unchanged')).toEqual(Array(8).fill('unchanged'));
    expect(await send('GET', '/hosts/nested-fun/hv-03')).toMatchObject({ body: { state: 'ready' } });
  });

  it('lists operations by what they are about, newest first, page by page', async () => {
    const first = await send<OperationView[]>('GET', '/operations?host=hv-03&limit=2');
    expect(first.body.map(({ kind }) => kind)).toEqual(['repair', 'inventory']);
    const next = /^<\/api\/v1(.*)>; rel="next"$/.exec(String(first.headers['link']))?.[1] ?? '';
    const rest = await send<OperationView[]>('GET', next);
    expect(rest.body.map(({ kind }) => kind)).toEqual(['provision']);
    expect(rest.headers['link']).toBeUndefined();
    const cancelled = await send<OperationView[]>('GET', '/operations?status=cancelled');
    expect(cancelled.body).toHaveLength(2);
    expect((await send('GET', '/operations?after=garbage')).status).toBe(400);
    // Nothing here is old enough to be purged.
    await purged();
    expect((await send<OperationView[]>('GET', '/operations?host=hv-03')).body).toHaveLength(3);
  });

  it('a repair by queue message is the same, and the same message again is no other one', async () => {
    const { system } = running;
    const message = {
      schemaVersion: 1,
      kind: 'repair',
      requestId: 'r-1',
      network: 'nested-fun',
      name: 'hv-03',
    };
    await system.queue.send(message);
    await system.queue.send({ ...message, name: 'HV-03' });
    const repair = await ended(system, operationId({ kind: 'queue', requestId: 'r-1' }));
    expect(repair).toMatchObject({ kind: 'repair', host: 'hv-03', status: 'succeeded' });
    const { body } = await send<OperationView[]>('GET', '/operations?host=hv-03');
    expect(body.map(({ kind }) => kind)).toEqual(['repair', 'repair', 'inventory', 'provision']);
  });

  it('a call without a key is told one, and with that the same call is no other one', async () => {
    const repair = (body: object, headers?: Record<string, string>) =>
      send<OperationView>('POST', '/hosts/nested-fun/hv-03/repair', body, headers);
    const first = await repair({});
    const key = String(first.headers['idempotency-key']);
    expect(key).toMatch(/^"[\x20-\x7e]{36}"$/);
    expect(await ended(running.system, first.body.id)).toMatchObject({ status: 'succeeded' });
    // Quoted as it was told, and bare.
    for (const sent of [key, key.slice(1, -1)]) {
      const again = await repair({}, { 'idempotency-key': sent });
      expect(again).toMatchObject({ status: 202, body: { id: first.body.id, status: 'succeeded' } });
      expect(again.headers['idempotency-key']).toBe(key);
    }
    const other = await repair({ allowInterruption: true }, { 'idempotency-key': key });
    expect(other).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
    const anew = await repair({});
    expect(anew.body.id).not.toBe(first.body.id);
    expect(anew.headers['idempotency-key']).not.toBe(key);
    await ended(running.system, anew.body.id);
  });

  it('what ended long ago is read from its row when its history is gone, and never begins again', async () => {
    const { system, folder } = running;
    const call = (headers: Record<string, string>) =>
      send<OperationView>('POST', '/hosts/nested-fun/hv-03/repair', {}, headers);
    const { body, headers } = await call({});
    const over = await ended(system, body.id);
    await system.killHost();
    const hub = new DatabaseSync(join(folder, 'func', 'durable.db'));
    const days = 40 * 86_400_000;
    hub.prepare('UPDATE instances SET createdAt = createdAt - ?').run(days);
    hub.close();
    await system.restartHost();
    await purged();
    await system.killHost();
    const left = new DatabaseSync(join(folder, 'func', 'durable.db'));
    expect(left.prepare('SELECT id FROM instances WHERE id = ?').all(body.id)).toEqual([]);
    left.close();
    await system.restartHost();
    const { counts: before } = await system.admin.requests();
    expect((await send('GET', `/operations/${body.id}`)).body).toEqual(over);
    const again = await call({ 'idempotency-key': String(headers['idempotency-key']) });
    expect(again).toMatchObject({ status: 202, body: { id: body.id, status: 'succeeded' } });
    expect(await send('DELETE', `/operations/${body.id}`)).toMatchObject({
      status: 200,
      body: { status: 'succeeded' },
    });
    const { counts: after } = await system.admin.requests();
    expect(after.writes).toBe(before.writes);
  });

  it('a definition takes the place of the one that its caller has seen, and of no other', async () => {
    const path = '/networks/nested-fun';
    const seen = async () => String((await send('GET', path)).headers['etag']);
    const put = (size: string, etag: string) =>
      send('PUT', path, networkBody(running.system, running.world, { hosts: { size } }), {
        'if-match': etag,
      });
    const old = await seen();
    expect(old).toMatch(/^"[\w-]{22}"$/);
    const changed = await put('Standard_D8s_v5', old);
    expect(changed.status).toBe(200);
    const present = await seen();
    expect(present).not.toBe(old);
    expect(changed.headers['etag']).toBe(present);
    for (const stale of [old, `W/${present}`, ''])
      expect(await put('Standard_D4s_v5', stale)).toMatchObject({
        status: 412,
        body: { type: '/problems/precondition-failed' },
      });
    expect(await seen()).toBe(present);
    expect((await put('Standard_D8s_v5', present)).headers['etag']).toBe(present);
    expect(await send('DELETE', path, undefined, { 'if-match': old })).toMatchObject({ status: 412 });
  });

  it('a network with hosts is not forgotten; one without is', async () => {
    const { system } = running;
    expect(await send('DELETE', '/networks/nested-fun')).toMatchObject({ status: 409 });
    expect(await ended(system, await idOf('DELETE', '/hosts/nested-fun/hv-03'))).toMatchObject({
      status: 'succeeded',
    });
    expect((await send<unknown[]>('GET', '/networks')).body).toHaveLength(1);
    const before = await resourceIds(system);
    expect(await send('DELETE', '/networks/nested-fun')).toMatchObject({ status: 200 });
    expect((await send<unknown[]>('GET', '/networks')).body).toEqual([]);
    // Whoever asks again hears of what was admitted, though nothing could be admitted now.
    expect(await third()).toMatchObject({ status: 202, body: { host: 'hv-03', status: 'succeeded' } });
    expect(await resourceIds(system)).toEqual(before);
    expect((await send('GET', '/health/ready')).status).toBe(200);
  });

  it('serves the API document, and a page that shows it and may ask nobody else', async () => {
    const { status, body } = await send<{ openapi: string }>('GET', '/openapi.json');
    expect({ status, body }).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    const page = await running.system.app.send<string>('GET', '/docs');
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*connect-src 'self'/);
    // The empty icon is in the page itself.
    const parts = [...String(page.body).matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(
      ([, part]) => part ?? '',
    );
    expect(parts).toHaveLength(3);
    for (const part of parts) {
      const asset = await running.system.app.send<string>('GET', `/${part}`);
      expect({ part, status: asset.status }).toEqual({ part, status: 200 });
      expect(String(asset.body).length).toBeGreaterThan(50);
    }
    expect((await send('GET', '/docs/nothing.js')).status).toBe(404);
    const any = await running.system.app.send('GET', '/networks', undefined, {
      origin: 'https://elsewhere.example',
    });
    expect(any.headers).not.toHaveProperty('access-control-allow-origin');
    expect(any.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
});

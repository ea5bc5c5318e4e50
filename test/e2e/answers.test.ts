import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationView } from '../../local/launch/appClient';
import { buildByHand } from '../../local/launch/handBuilt';
import type { Answer } from '../../local/launch/http';
import { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';
import { createWorld, defineNetwork, networkBody } from '../../local/launch/world';
import { operationOf, provisionOrder } from '../../shared/admission/order';
import { operationId } from '../../shared/api/operationId';
import { hostRequest } from '../../shared/api/schemas';
import { createRecords } from '../../shared/records/createRecords';
import type { NetworkDefinition } from '../../shared/records/types';
import { secrets } from '../unit/callbacks/fixture';
import { validCalls, type Ask } from './answers/calls';
import { askForUnknown, callAll, misuseKeys, orderTooMuch, sendNonsense } from './answers/refusals';
import { Caller, documentedAnswers, type Seen } from './answers/seen';
import { ended, startSystem, type Running } from './harness';
import type { RouteName } from '../../shared/api/routes';

jest.setTimeout(300_000);

/** Filled by the tests of this file, in their order; the last one compares it with the API document. */
const seen: Seen = new Set();

interface Started {
  id: string;
}

describe('an app with function keys', () => {
  let running: Running;
  let caller: Caller;
  let valid: Record<RouteName, Ask>;
  const callback = { url: 'https://hooks.contoso.com/nested-hosts', events: ['accepted'] };
  const definition = (name: string, second: number, more: object = {}) =>
    networkBody(running.system, running.world, {
      virtualNetwork: { name, create: true, addressSpaces: [`10.${second}.0.0/16`] },
      natSubnet: { name: 'NAT', prefix: `10.${second}.0.0/24`, create: true },
      lanSubnet: { name: 'Hyper-V-LAN', prefix: `10.${second}.1.0/24`, create: true },
      ghosted: { pools: [`10.${second}.128.0/17`], prefixLength: 24 },
      routedSubnets: [],
      ...more,
    }) as object;
  const define = (name: string, body: object) => defineNetwork(running.system, name, body);
  const host = (network: string, name: string, more: object = {}): Ask => ({
    path: '/hosts',
    body: { network, name, ...more },
  });
  const order = async (call: Ask): Promise<string> =>
    (await caller.expect<Started>(202, 'createHost', call)).body.id;
  const end = (id: string) => ended(running.system, id);
  /** Restarts an order whose admission broke off before anything was begun; gives the operation. */
  async function restarted(name: string): Promise<string> {
    const { storageConnection, app } = running.system;
    const { operations } = createRecords({ kind: 'connectionString', connectionString: storageConnection });
    const { definition } = await app.get<{ definition: NetworkDefinition }>('/networks/nested-fun');
    const id = operationId({ kind: 'queue', requestId: name });
    const request = hostRequest.parse({ network: 'nested-fun', name });
    const order = provisionOrder({ id, caller: 'queue' }, request, definition);
    await operations.insert(operationOf(order, new Date().toISOString()));
    await caller.expect(202, 'restartOperation', { path: `/operations/${id}/restart` });
    return id;
  }

  beforeAll(async () => {
    const settings = {
      OPERATIONS_PER_CALLER: '6',
      CALLBACK_HOSTS: 'hooks.contoso.com',
      CALLBACK_SECRETS: secrets[0] ?? '',
    };
    running = await startSystem({}, 1, settings);
    caller = new Caller(running.system, seen);
    valid = validCalls(definition('Fresh', 30));
    const ids = [await order(host('nested-fun', 'hv-01')), await order(host('nested-fun', 'hv-02'))];
    for (const id of ids) expect(await end(id)).toMatchObject({ status: 'succeeded' });
  });
  afterAll(async () => await running?.stop());

  it('refuses nonsense, and knows nothing of what nobody made', async () => {
    await sendNonsense(caller, valid);
    await askForUnknown(caller);
    await caller.expect('invalid-csv', 'createBatch', {
      ...{ path: '/batches', body: 'name,name\na,b\n' },
      headers: { 'content-type': 'text/csv' },
    });
  });

  it('serves itself: health, the document, the page', async () => {
    const open = ['getHealth', 'getReadiness', 'getOpenApi', 'getDashboard', 'getDocs'] as const;
    for (const name of [...open, 'getDocsAsset'] as const) await caller.expect(200, name, valid[name]);
  });

  it('defines, reads and forgets networks', async () => {
    const { system, world } = running;
    const same = { path: '/networks/nested-fun', body: networkBody(system, world) };
    await caller.expect(200, 'putNetwork', same);
    const lists = ['listNetworks', 'getNetwork', 'getReconcilePolicy', 'putReconcilePolicy'] as const;
    for (const name of lists) await caller.expect(200, name, valid[name]);
    const other = { path: same.path, body: definition('Nested-Fun', 31) };
    const stale = { headers: { 'if-match': '"another"' } };
    await caller.expect('precondition-failed', 'putNetwork', { ...other, ...stale });
    await caller.expect('network-in-use', 'putNetwork', other);
    await caller.expect('precondition-failed', 'deleteNetwork', { path: same.path, ...stale });
    await caller.expect('network-in-use', 'deleteNetwork', { path: same.path });
    await define('brief', definition('Brief', 32));
    await caller.expect(200, 'deleteNetwork', { path: '/networks/brief' });
  });

  it('refuses hosts on a network that Azure does not have', async () => {
    const virtualNetwork = { name: 'Absent', create: false, addressSpaces: ['10.33.0.0/16'] };
    const path = '/networks/failed';
    const body = definition('Absent', 33, { virtualNetwork });
    const put = caller.expect('definition-failed', 'putNetwork', { path, body });
    await put;
    await caller.expect('network-not-ready', 'createHost', host('failed', 'hv-01'));
    await caller.expect('network-not-ready', 'createRollOut', { path: `${path}/converge` });
    await caller.expect('network-not-ready', 'createAdoption', {
      path: `${path}/adoptions`,
      body: { virtualMachine: 'somebody' },
    });
  });

  it('lists and reads hosts and operations; what is ready stays as it is', async () => {
    await caller.expect(200, 'listHosts', valid.listHosts);
    await caller.expect(200, 'getHost', valid.getHost);
    const { body } = await caller.expect<OperationView[]>(200, 'listOperations', valid.listOperations);
    const path = `/operations/${body[0]?.id}`;
    await caller.expect(200, 'getOperation', { path });
    await caller.expect(200, 'cancelOperation', { path });
    await caller.expect(200, 'restartOperation', { path: `${path}/restart` });
    await caller.expect(200, 'createHost', host('nested-fun', 'hv-01'));
    await caller.expect('host-differs', 'createHost', host('nested-fun', 'hv-01', { osDiskSizeGb: 200 }));
  });

  it('refuses hosts that have no place', async () => {
    const wish = (more: object) => host('nested-fun', 'hv-09', more);
    await caller.expect('size-cannot-nest', 'createHost', wish({ size: 'Standard_B2s' }));
    await caller.expect('prefix-outside-pool', 'createHost', wish({ ghostedPrefix: '192.168.0.0/24' }));
    await caller.expect('prefix-taken', 'createHost', wish({ ghostedPrefix: '10.0.2.0/24' }));
    await define('twin', networkBody(running.system, running.world) as object);
    await caller.expect('host-name-taken', 'createHost', host('twin', 'hv-01'));
    await caller.expect('host-name-taken', 'createAdoption', {
      ...{ path: '/networks/twin/adoptions', body: { virtualMachine: 'somebody', name: 'hv-01' } },
    });
    await define('one', definition('One', 34, { ghosted: { pools: ['10.34.2.0/24'], prefixLength: 24 } }));
    const nat = { name: 'NAT', prefix: '10.35.0.0/29', create: true };
    await define('narrow', definition('Narrow', 35, { natSubnet: nat }));
    const fill = [['one', 'p-1'], ...['n-1', 'n-2', 'n-3'].map((name) => ['narrow', name])] as const;
    for (const [network = '', name = ''] of fill) {
      const message = { schemaVersion: 1, kind: 'provision', requestId: name, network, name };
      await running.system.queue.send(message);
      await until(
        async () => {
          const { body } = await caller.ask('getHost', { path: `/hosts/${network}/${name}` });
          return body['addresses'];
        },
        { what: `the addresses of ${name}` },
      );
    }
    await caller.expect('pool-exhausted', 'createHost', host('one', 'p-2'));
    await caller.expect('subnet-full', 'createHost', host('narrow', 'n-4'));
  });

  it('plans, and walks paths; what takes long is fetched, what cannot be read is said', async () => {
    const { admin } = running.system;
    const plan = { path: '/hosts?dryRun=true', body: { network: 'nested-fun', name: 'hv-09' } };
    const walk = valid.getHostPaths;
    await caller.expect(200, 'createHost', plan);
    await caller.expect(200, 'getHostPaths', walk);
    const planHash = 'a'.repeat(64);
    await caller.expect('plan-differs', 'createHost', host('nested-fun', 'hv-09', { planHash }));
    const unreadable = {
      match: { method: 'GET', path: '/Microsoft.Network/(virtualNetworks|routeTables|networkInterfaces)' },
      times: 1_000,
      effect: { kind: 'status', status: 400, code: 'InvalidRequestFormat', message: 'Planted.' },
    } as const;
    for (const readable of [true, false]) {
      const hold = await admin.addFault({
        match: { method: 'GET', path: '/virtualNetworks/Nested-Fun' },
        ...{ times: 1_000, effect: { kind: 'hold', until: 'before' } },
      });
      const slow = readable ? await restarted('slow') : undefined;
      const [planned, walked] = await Promise.all([
        caller.expect<Started>(202, 'createHost', plan),
        caller.expect<Started>(202, 'getHostPaths', walk),
      ]);
      const later = [
        ['getPlan', { path: `/plans/${planned.body.id}` }],
        ['getPaths', { path: `/paths/${walked.body.id}` }],
      ] as const;
      for (const [name, call] of later) await caller.expect(202, name, call);
      const fault = readable ? undefined : await admin.addFault(unreadable);
      await admin.removeFault(hold);
      for (const [name, call] of later) {
        const answer = await until(
          async () => {
            const now = await caller.ask(name, call);
            return now.status === 202 ? undefined : now;
          },
          { what: call.path },
        );
        expect(answer.status).toBe(readable ? 200 : 502);
      }
      if (slow !== undefined) await end(slow);
      if (readable) continue;
      await caller.expect('reading-failed', 'createHost', plan);
      await caller.expect('reading-failed', 'getHostPaths', walk);
      if (fault !== undefined) await admin.removeFault(fault);
    }
  });

  it('takes hosts over', async () => {
    const { system, world } = running;
    await buildByHand(system, world, {
      ...{ name: 'HyperV-Lab', natAddress: '10.0.0.40', lanAddress: '10.0.1.40' },
      ...{ prefix: '10.10.40.0/24', ranges: ['10.0.0.0/22', '10.10.0.0/16'] },
    });
    const path = '/networks/nested-fun/adoptions';
    const call = { path, body: { virtualMachine: 'HyperV-Lab', name: 'lab' } };
    const { body } = await caller.expect<Started>(202, 'createAdoption', call);
    expect(await end(body.id)).toMatchObject({ status: 'succeeded' });
    await caller.expect(200, 'createAdoption', call);
    await caller.expect('host-differs', 'createAdoption', {
      ...{ path, body: { virtualMachine: 'somebody', name: 'hv-01' } },
    });
  });

  it('reconciles one network or all', async () => {
    await caller.expect(202, 'createReconciliation', { path: '/reconciliations', body: { dryRun: true } });
    const { body } = await caller.expect<Started>(202, 'createReconciliation', valid.createReconciliation);
    const path = `/reconciliations/${body.id}`;
    await until(
      async () => {
        const { status, body: report } = await caller.ask('getReconciliation', { path });
        expect(status).toBe(200);
        return report['status'] === 'running' ? undefined : true;
      },
      { what: path },
    );
    await caller.expect(200, 'listReconciliations', valid.listReconciliations);
  });

  it('steers batches', async () => {
    const { admin } = running.system;
    const rows = ['b-1', 'b-2'].map((name) => ({ name }));
    const fault = await admin.addFault({
      ...{ match: { method: 'PUT', path: '/virtualMachines/b-1' }, times: 100 },
      effect: { kind: 'status', status: 409, code: 'QuotaExceeded', message: 'No cores are left.' },
    });
    const headers = { 'idempotency-key': 'batch' };
    const call = { path: '/batches', body: { network: 'nested-fun', rows }, headers };
    const { body } = await caller.expect<Started>(202, 'createBatch', call);
    const other = { ...call, body: { network: 'nested-fun', rows: rows.slice(1) } };
    await caller.expect('idempotency-key-reused', 'createBatch', other);
    const path = `/batches/${body.id}`;
    const state = (wanted: string) =>
      until(
        async () =>
          (await caller.expect(200, 'getBatch', { path })).body['state'] === wanted ? true : undefined,
        { what: `the batch to be ${wanted}` },
      );
    await state('paused');
    await admin.removeFault(fault);
    const hold = await admin.addFault({
      ...{ match: { method: 'PUT', path: '/virtualMachines/b-2' }, times: 100 },
      effect: { kind: 'hold', until: 'before' },
    });
    const resumed = await caller.expect(202, 'resumeBatch', { path: `${path}/resume` });
    expect(resumed.body).toMatchObject({ resumedBy: 'function-key' });
    await caller.expect('batch-not-paused', 'resumeBatch', { path: `${path}/resume` });
    await caller.expect(202, 'cancelBatch', { path });
    await admin.removeFault(hold);
    await state('finished');
    await caller.expect(200, 'cancelBatch', { path });
    await caller.expect(200, 'listBatches', valid.listBatches);
  });

  it('tells what did not get through', async () => {
    await running.system.queue.send('{"schemaVersion":2}');
    const found = await until(
      async () => (await caller.expect<{ id: string }[]>(200, 'listPoison', valid.listPoison)).body[0],
      { what: 'the poison message' },
    );
    await caller.expect(202, 'replayPoison', { path: `/poison/${found.id}/replay` });
    const id = await order(host('nested-fun', 'told', { callback }));
    await caller.expect(202, 'cancelOperation', { path: `/operations/${id}` });
    const path = `/callbacks/cb-${id}-accepted`;
    await caller.expect(200, 'listCallbacks', valid.listCallbacks);
    await caller.expect(200, 'getCallback', { path });
    await caller.expect(202, 'resendCallback', { path: `${path}/resend` });
    await end(id);
  });

  it('lists page by page what it lists at once, each thing once', async () => {
    const lists = [
      ...(['listNetworks', 'listHosts', 'listOperations', 'listReconciliations'] as const),
      ...(['listBatches', 'listPoison', 'listCallbacks'] as const),
    ];
    interface Listed {
      id?: string;
      name?: string;
      network?: string;
    }
    const keys = (list: Listed[]) => list.map(({ id, name, network }) => id ?? `${network} ${name}`);
    const read = async (name: RouteName, path: string, limit: number): Promise<string[]> => {
      const seen: Listed[] = [];
      let next: string | undefined = `${path}?limit=${limit}`;
      while (next !== undefined) {
        const { body, headers }: Answer<Listed[]> = await caller.expect(200, name, { path: next });
        expect(body.length).toBeLessThanOrEqual(limit);
        seen.push(...body);
        next = /^<\/api\/v1(.*)>; rel="next"$/.exec(String(headers['link']))?.[1];
      }
      return keys(seen);
    };
    // No timer fires while they are read. What one began just before may still come in between: then they are read again.
    await running.system.admin.clock({ paused: true });
    for (const name of lists) {
      const [path = ''] = valid[name].path.split('?');
      for (let whole = await read(name, path, 100); ;) {
        const pages = await read(name, path, 2);
        const after = await read(name, path, 100);
        if (String(whole) === String(after)) {
          expect({ name, pages }).toEqual({ name, pages: whole });
          break;
        }
        whole = after;
      }
      await caller.expect('invalid-request', name, { path: `${path}?after=bm93aGVyZSE` });
    }
    await running.system.admin.clock({ paused: false });
  });

  it('lets one operation at a time have a network or a host', async () => {
    const { admin } = running.system;
    const hold = await admin.addFault({
      match: { path: '/(virtualNetworks/Busy|virtualMachines/(hv-01|hv-02|lab))(/|$)' },
      ...{ times: 1_000, effect: { kind: 'hold', until: 'before' } },
    });
    const busy = '/networks/busy';
    await caller.expect(202, 'putNetwork', { path: busy, body: definition('Busy', 36) });
    await caller.expect('network-busy', 'putNetwork', { path: busy, body: definition('Busy', 37) });
    await caller.expect('network-busy', 'deleteNetwork', { path: busy });
    await caller.expect('network-busy', 'createRollOut', { path: `${busy}/converge` });

    const repair = { path: '/hosts/nested-fun/hv-01/repair', body: {} };
    const { body } = await caller.expect<Started>(202, 'createRepair', repair);
    await caller.expect('host-busy', 'createRepair', repair);
    await caller.expect('host-busy', 'createInventory', { path: '/hosts/nested-fun/hv-01/inventory' });
    await caller.expect('host-busy', 'deleteHost', { path: '/hosts/nested-fun/hv-01' });
    await caller.expect('host-busy', 'createHost', host('nested-fun', 'hv-01'));
    await caller.expect('host-busy', 'createAdoption', {
      path: '/networks/nested-fun/adoptions',
      body: { virtualMachine: 'somebody', name: 'hv-01' },
    });

    const rollOut = await caller.expect<Started>(202, 'createRollOut', valid.createRollOut);
    const part = await until(
      async () => {
        const path = '/operations?host=hv-02&network=nested-fun';
        const { body: all } = await caller.ask<OperationView[]>('listOperations', { path });
        return all.find(({ kind }) => kind === 'converge');
      },
      { what: 'the part of the roll-out' },
    );
    await caller.expect('not-cancellable', 'cancelOperation', { path: `/operations/${part.id}` });
    await caller.expect('not-restartable', 'restartOperation', { path: `/operations/${part.id}/restart` });
    await admin.removeFault(hold);
    await end(rollOut.body.id);
    await end(body.id);
    await until(
      async () => {
        const { body: network } = await caller.ask('getNetwork', { path: busy });
        return network['state'] === 'defining' ? undefined : true;
      },
      { what: busy },
    );
  });

  it('tells keys apart, and lets nobody have too much at once', async () => {
    const { admin } = running.system;
    const inventory = await caller.expect<Started>(202, 'createInventory', valid.createInventory);
    await end(inventory.body.id);
    const hold = await admin.addFault({
      ...{ match: { method: 'PUT', path: '/virtualMachines/h-' }, times: 1_000 },
      effect: { kind: 'hold', until: 'before' },
    });
    const headers = { 'idempotency-key': 'used' };
    const ids = [await order({ ...host('nested-fun', 'h-0'), headers })];
    await misuseKeys(caller, valid, 'used');
    for (let number = 1; ; number += 1) {
      const { status, body } = await caller.ask<Started>('createHost', host('nested-fun', `h-${number}`));
      if (status === 429) break;
      ids.push(body.id);
    }
    await orderTooMuch(caller, valid);
    await admin.removeFault(hold);
    for (const id of ids) await end(id);
    const { body } = await caller.expect<Started>(202, 'deleteHost', valid.deleteHost);
    await end(body.id);
  });
});

describe('an app that asks Entra ID', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-answers-'));
  const tenant = '11111111-2222-4333-8444-555555555555';
  const start = (more: Record<string, string>) =>
    System.start({
      ...{ folder, speed: 'max', seed: 1 },
      settings: { AUTH_MODE: 'entra', AUTH_TENANT_ID: tenant, ...more },
    });
  const as = (...roles: string[]) => {
    const claims = [['oid', 'somebody'], ['tid', tenant], ...roles.map((role) => ['roles', role])];
    const principal = { auth_typ: 'aad', claims: claims.map(([typ, val]) => ({ typ, val })) };
    return { 'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64') };
  };
  let valid: Record<RouteName, Ask>;
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

  it('knows who calls, and what they may do; without its storage it breaks nothing and tells nothing', async () => {
    const system = await start({ WEBSITE_AUTH_ENABLED: 'True' });
    try {
      valid = validCalls(networkBody(system, await createWorld(system)) as object);
      await callAll(new Caller(system, seen), valid, 'unauthenticated');
      await callAll(new Caller(system, seen, as()), valid, 'forbidden');
      await callAll(
        new Caller(system, seen, as('Reader')),
        valid,
        'forbidden',
        ({ role }) => role === 'Operator',
      );
      await callAll(
        new Caller(system, seen, as('Operator')),
        valid,
        'forbidden',
        ({ role }) => role === 'Admin',
      );
      await system.stopStorage();
      const admin = new Caller(system, seen, as('Admin'));
      await callAll(admin, valid, 'internal');
      await admin.expect('not-ready', 'getReadiness', valid.getReadiness);
    } finally {
      await system.stop();
    }
  });

  it('serves nobody while the platform does not ask', async () => {
    const system = await start({});
    try {
      await callAll(new Caller(system, seen, as('Admin')), valid, 'authentication-off');
    } finally {
      await system.stop();
    }
  });
});

it('every answer that the API document tells of has been given', () => {
  const missing = [...documentedAnswers()].filter((answer) => !seen.has(answer));
  expect(missing).toEqual([]);
});

import type { Answer } from '../../local/launch/http';
import { createCustomerVm, networkBody, subnetId } from '../../local/launch/world';
import { ended, order, startSystem, type Running } from './harness';
import { reconcile } from './reconciliation';

jest.setTimeout(240_000);

type Json = Record<string, unknown>;

interface Outcome {
  host: string;
  status: string;
  changed?: string[];
  reason?: string;
  operation?: string;
}

let running: Running;
beforeAll(async () => {
  running = await startSystem({
    routedSubnets: [{ name: 'Azure-VMs', prefix: '10.0.3.0/25', create: true }],
  });
  const { system } = running;
  const ids = [await order(system, 'hv-01'), await order(system, 'hv-02')];
  for (const id of ids) expect(await ended(system, id)).toMatchObject({ status: 'succeeded' });
});
afterAll(async () => await running?.stop());

/** The definition with something in addition to what it was made with. */
async function define(more: Json): Promise<Answer<Json>> {
  const { system, world } = running;
  const put = system.app.send<Json>('PUT', '/networks/nested-fun', networkBody(system, world, more));
  const finished = put.then(() => true);
  while (!(await Promise.race([finished, new Promise((resume) => setTimeout(resume, 100))]))) {
    await system.passTime(5_000);
  }
  const answer = await put;
  if (answer.status !== 202) return answer;
  await ended(system, String(answer.body['id']));
  return await system.app.send<Json>('GET', '/networks/nested-fun');
}

async function converge(): Promise<{ status: string; failure?: { message: string }; hosts: Outcome[] }> {
  const { app } = running.system;
  const { status, body } = await app.send<{ id: string }>('POST', '/networks/nested-fun/converge');
  expect(status).toBe(202);
  return (await ended(running.system, body.id)) as unknown as Awaited<ReturnType<typeof converge>>;
}

const wider = {
  routedSubnets: [
    { name: 'Azure-VMs', prefix: '10.0.3.0/25', create: true },
    { name: 'Apps', prefix: '10.0.3.128/25', create: true },
  ],
  extraPrefixes: ['192.168.0.0/16'],
  dnsSuffix: 'corp.example',
};

const boots = async () =>
  Object.values((await running.system.admin.state()).guests).map(({ bootTime }) => bootTime);
const writes = async () => (await running.system.admin.requests()).counts.writes;
const pathOk = async (from: string, host = 'hv-01') => {
  const path = `/hosts/nested-fun/${host}/paths?from=${from}`;
  const { status, body } = await running.system.app.send<{ paths: { ok: boolean }[] }>('GET', path);
  expect(status).toBe(200);
  return body.paths[0]?.ok;
};

it('a definition that touches hosts is refused with the hosts and each field', async () => {
  const answer = await define({
    routedSubnets: [],
    natSubnet: { name: 'NAT', prefix: '10.0.0.0/25', create: true },
  });
  expect(answer).toMatchObject({
    status: 409,
    body: {
      type: '/problems/network-in-use',
      detail: expect.stringContaining('hv-01, hv-02') as string,
      errors: [{ pointer: '/natSubnet/prefix' }, { pointer: '/routedSubnets' }],
    },
  });
});

it('an addition that Azure does not bear out leaves the network as it was', async () => {
  const answer = await define({
    ...wider,
    routedSubnets: [...wider.routedSubnets.slice(0, 1), { name: 'Missing', prefix: '10.0.3.128/25' }],
  });
  expect(answer.status === 200 ? answer.body['state'] : answer.status).toBe(422);
  expect(await running.system.app.get('/networks/nested-fun')).toMatchObject({
    state: 'ready',
    definition: { routedSubnets: [{ name: 'Azure-VMs' }] },
  });
});

it('an addition is taken in, and reaches hosts by a roll-out without any interruption', async () => {
  const before = await boots();
  expect(await define(wider)).toMatchObject({ status: 200, body: { state: 'ready' } });
  await createCustomerVm(running.system, running.world, 'app-01', 'Apps');
  expect(await pathOk('subnet:Apps')).toBe(false);
  const { status, hosts } = await converge();
  expect({ status, hosts }).toMatchObject({
    status: 'succeeded',
    hosts: [
      { host: 'hv-01', status: 'converged', changed: ['addRoute', 'configureGuest'] },
      { host: 'hv-02', status: 'converged', changed: ['configureGuest'] },
    ],
  });
  expect(await pathOk('subnet:Apps')).toBe(true);
  expect(await pathOk('subnet:Apps', 'hv-02')).toBe(true);
  const { guests } = await running.system.admin.state();
  for (const { routes, dhcp } of Object.values(guests)) {
    expect((routes ?? []).map(({ prefix }) => prefix)).toContain('192.168.0.0/16');
    expect(Object.values(dhcp.scopes)).toMatchObject([{ suffix: 'corp.example' }]);
  }
  expect(await boots()).toEqual(before);
  const apps = (await running.system.arm.get(subnetId(running.system, running.world, 'Apps'))).body;
  expect(apps.properties?.['routeTable']).toBeTruthy();
});

it('hosts that are as they should be get no write', async () => {
  const before = await writes();
  expect(await converge()).toMatchObject({
    status: 'succeeded',
    hosts: [
      { host: 'hv-01', status: 'unchanged' },
      { host: 'hv-02', status: 'unchanged' },
    ],
  });
  expect(await writes()).toBe(before);
});

it('a roll-out that is under way answers for the next; a busy host is waited for, one that fails stops no other', async () => {
  const { app, admin } = running.system;
  expect(await define({ ...wider, extraPrefixes: ['192.168.0.0/16', '192.169.0.0/16'] })).toMatchObject({
    status: 200,
  });
  const vm = running.system.arm.id(running.world.resourceGroup, 'Microsoft.Compute/virtualMachines/hv-01');
  const guest = Object.keys((await admin.state()).guests).find((id) => id.toLowerCase() === vm.toLowerCase());
  const before = (await admin.state()).guests[guest ?? ''] as unknown as Json;
  // Without the switch nothing short of a restart helps.
  await admin.patchGuest(guest ?? '', { switches: [] });
  const provision = await order(running.system, 'hv-03');
  const first = await app.send<{ id: string }>('POST', '/networks/nested-fun/converge');
  const second = await app.send<{ id: string }>('POST', '/networks/nested-fun/converge');
  expect(second.body.id).toBe(first.body.id);
  expect((await define(wider)).status).toBe(409);
  const operation = (await ended(running.system, first.body.id)) as unknown as { hosts: Outcome[] };
  expect(await ended(running.system, provision)).toMatchObject({ status: 'succeeded' });
  expect(operation).toMatchObject({
    status: 'failed',
    failure: { code: 'HostsNotConverged', message: expect.stringContaining('hv-01') as string },
    hosts: [
      { host: 'hv-01', status: 'needsInterruption', reason: expect.stringContaining('switch') as string },
      { host: 'hv-02', status: 'converged', changed: ['configureGuest'] },
      { host: 'hv-03', status: 'unchanged' },
    ],
  });
  await admin.patchGuest(guest ?? '', { switches: before['switches'] });
  expect(await converge()).toMatchObject({ hosts: [{ host: 'hv-01', status: 'converged' }, {}, {}] });
});

it('a peer that came after the hosts is found, and reaches them by a roll-out', async () => {
  const { system, world } = running;
  const id = (name: string) =>
    system.arm.id(world.resourceGroup, `Microsoft.Network/virtualNetworks/${name}`);
  const ranges = async () =>
    (await reconcile(system, 'nested-fun', {})).findings.filter(({ kind }) => kind === 'newRange');
  expect(await ranges()).toEqual([]);
  const { location } = world;
  const addressSpace = { addressPrefixes: ['10.80.0.0/16'] };
  await system.arm.put(id('Late'), { location, properties: { addressSpace } });
  for (const [from, to] of [
    ['Nested-Fun', 'Late'],
    ['Late', 'Nested-Fun'],
  ] as const) {
    const properties = { remoteVirtualNetwork: { id: id(to) }, allowForwardedTraffic: true };
    await system.arm.put(`${id(from)}/virtualNetworkPeerings/link`, { properties });
  }
  const [found, ...more] = await ranges();
  expect(more).toEqual([]);
  expect(found).toMatchObject({ what: '10.80.0.0/16', remedy: 'report' });
  expect((await converge()).hosts.map(({ status }) => status)).toEqual(Array(3).fill('converged'));
  expect(await ranges()).toEqual([]);
});

it('is refused on a network that is not there', async () => {
  expect((await running.system.app.send('POST', '/networks/nowhere/converge')).status).toBe(404);
});

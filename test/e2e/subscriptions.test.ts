import type { Assignment } from '../../local/azure/access/access';
import { assigned, roles, type RoleName } from '../../local/launch/access';
import { appIdentity } from '../../local/launch/azure';
import type { Answer } from '../../local/launch/http';
import { createMachine, defineNetwork, networkBody } from '../../local/launch/world';
import type { PathsDocument } from '../../orchestrations/activities/paths';
import { holdings as holdingsOf } from './content';
import { ended, resourceIds, startSystem, type Running } from './harness';
import { dryRun, readingOf } from './planning';
import { reconcile } from './reconciliation';

jest.setTimeout(180_000);

type Json = Record<string, unknown>;

/** Routed subnets in a VNet of another subscription: one without a table, one with a table of somebody else. */
const other = '5eed0000-0a11-4b2c-9d3e-000000000002';
const spokes = 'spokes';

let running: Running;
const network = (path: string): string =>
  running.system.arm.id(running.world.resourceGroup, `Microsoft.Network/${path}`);
const there = (path: string): string => running.system.arm.id(spokes, `Microsoft.Network/${path}`, other);
const spoke = () => there('virtualNetworks/Spoke');
const ours = () => there('routeTables/Routes-for-nested-VMs');
const theirs = () => there('routeTables/theirs');

const role = (name: RoleName, scope: string, without: string[] = []): Assignment => ({
  scope,
  actions: Object.keys(roles()[name].actions).filter((action) => !without.includes(action)),
});

/** Everything where the hosts are; in the other subscription what an operator is told to give, but for some actions. */
async function grant(...elsewhere: Assignment[]): Promise<void> {
  const { admin, azure } = running.system;
  await admin.assign(appIdentity, [...assigned(`/subscriptions/${azure.subscriptionId}`), ...elsewhere]);
}
const full = (without: string[] = []): Assignment[] => [
  role('subscription', `/subscriptions/${other}`),
  role('network', running.system.arm.id(spokes, '', other), without),
];

const definition = (more: Json = {}): Json => ({
  ...(networkBody(running.system, running.world) as Json),
  virtualNetwork: { name: 'Hub', addressSpaces: ['10.60.0.0/16'] },
  natSubnet: { name: 'NAT', prefix: '10.60.0.0/24', create: true },
  lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.60.1.0/24', create: true },
  ghosted: { pools: ['10.60.128.0/20'] },
  routedSubnets: [
    { id: `${spoke()}/subnets/Bare`, prefix: '10.70.0.0/24' },
    { id: `${spoke()}/subnets/Tabled`, prefix: '10.70.1.0/24' },
  ],
  ...more,
});

/** All that the other subscription holds. */
const holdings = () => holdingsOf(running.system, other);

async function operationOf(answer: Promise<Answer<{ id: string }>>) {
  const { status, body } = await answer;
  expect({ status, body }).toMatchObject({ status: 202 });
  return await ended(running.system, body.id);
}
const order = (name: string) =>
  operationOf(running.system.app.send('POST', '/hosts', { network: 'hub', name }));
const tearDown = (name: string) => operationOf(running.system.app.send('DELETE', `/hosts/hub/${name}`));

async function refused(body: Json): Promise<{ class: string; code: string; message: string }> {
  const { app } = running.system;
  const answer = await app.send<Json>('PUT', '/networks/hub', body);
  const operation = await ended(running.system, String(answer.body['operation'] ?? answer.body['id']));
  expect(operation.status).toBe('failed');
  return operation.failure as { class: string; code: string; message: string };
}

async function routesOf(table: string): Promise<string[]> {
  const routes = (await running.system.arm.get(table)).body.properties?.['routes'] as { name: string }[];
  return routes.map(({ name }) => name).sort();
}

/** Kind and verdict of everything that a reconciliation finds. */
async function mended(wish: Json = {}): Promise<string[]> {
  const { findings } = await reconcile(running.system, 'hub', { dryRun: false, ...wish });
  return findings.map(({ kind, action }) => `${kind} ${action.verdict}`).sort();
}

/** Peers two VNets in both directions. */
async function peer(one: string, other: string, name = 'link'): Promise<void> {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    await running.system.arm.put(`${from}/virtualNetworkPeerings/${name}`, {
      properties: {
        remoteVirtualNetwork: { id: to },
        allowVirtualNetworkAccess: true,
        allowForwardedTraffic: true,
      },
    });
  }
}

let before: Record<string, unknown>;

beforeAll(async () => {
  running = await startSystem();
  const { arm, admin } = running.system;
  const { location } = running.world;
  await admin.addSubscription(other);
  await arm.put(arm.id(spokes, '', other), { location });
  const virtualNetwork = (addressPrefix: string) => ({
    location,
    properties: { addressSpace: { addressPrefixes: [addressPrefix] } },
  });
  await arm.put(network('virtualNetworks/Hub'), virtualNetwork('10.60.0.0/16'));
  await arm.put(spoke(), virtualNetwork('10.70.0.0/16'));
  const out = {
    addressPrefix: '192.168.0.0/16',
    nextHopType: 'VirtualAppliance',
    nextHopIpAddress: '10.70.9.4',
  };
  await arm.put(theirs(), { location, properties: { routes: [{ name: 'on-premises', properties: out }] } });
  const filter = there('networkSecurityGroups/filter');
  await arm.put(filter, { location, properties: {} });
  const subnets: [string, Json][] = [
    ['Bare', { addressPrefix: '10.70.0.0/24', networkSecurityGroup: { id: filter } }],
    ['Tabled', { addressPrefix: '10.70.1.0/24', routeTable: { id: theirs() } }],
  ];
  for (const [name, properties] of subnets) await arm.put(`${spoke()}/subnets/${name}`, { properties });
  for (const [name, subnet] of [
    ['app-01', 'Bare'],
    ['app-02', 'Tabled'],
  ] as const) {
    await createMachine(running.system, {
      resourceGroup: spokes,
      subscriptionId: other,
      location,
      name,
      subnetId: `${spoke()}/subnets/${subnet}`,
    });
  }
  await peer(network('virtualNetworks/Hub'), spoke());
  before = await holdings();
});
afterAll(async () => await running?.stop());

describe('while the app may not work in the other subscription, a definition is refused', () => {
  it('without any role there: with the role and the scope that are missing', async () => {
    const failure = await refused(definition());
    expect(failure).toMatchObject({ class: 'denied', code: 'AuthorizationFailed' });
    expect(failure.message).toMatch(/\/routedSubnets\/0: /);
    expect(failure.message).toContain('Microsoft.Network/virtualNetworks/read');
    expect(failure.message).toContain(`Nested Hosts Network`);
    expect(failure.message).toContain(`/subscriptions/${other}/resourceGroups/${spokes}`);
  });

  it('with a subscription that does not exist, or belongs to somebody else', async () => {
    const nowhere = spoke().replace(other, '5eed0000-0a11-4b2c-9d3e-000000000009');
    const failure = await refused(
      definition({ routedSubnets: [{ id: `${nowhere}/subnets/Bare`, prefix: '10.70.0.0/24' }] }),
    );
    expect(failure).toMatchObject({ code: 'SubscriptionNotFound' });
    expect(failure.message).toMatch(/\/routedSubnets\/0: .*5eed0000-0a11-4b2c-9d3e-000000000009/);
  });
});

it('a host that may not be given a table there is refused with the action, and undone', async () => {
  await grant(...full(['Microsoft.Network/routeTables/write']));
  await defineNetwork(running.system, 'hub', definition());
  const operation = await order('hv-01');
  expect(operation).toMatchObject({
    status: 'failed',
    failure: { class: 'denied', code: 'AuthorizationFailed', step: 'addRoute' },
  });
  expect(operation.failure?.message).toContain('Microsoft.Network/routeTables/write');
  expect(operation.failure?.message).toContain(`/subscriptions/${other}/`);
  expect(await holdings()).toEqual(before);
  await grant(...full());
});

it('the dry run asks each subscription for its own locks and policies', async () => {
  const { admin, arm } = running.system;
  await admin.addLock('frozen', arm.id(spokes, '', other), 'ReadOnly');
  await admin.addPolicy('tables', { type: 'Microsoft.Network/routeTables' }, other);
  await admin.addPolicy('elsewhere', { type: 'Microsoft.Network/routeTables', requires: 'tag:owner' });
  const plan = await dryRun(running.system, 'hv-01', { network: 'hub' });
  await admin.removeGovernance('locks', 'frozen');
  for (const name of ['tables', 'elsewhere']) await admin.removeGovernance('policies', name);
  expect(plan.obstacles.map(({ code, message }) => `${code} ${message}`)).toEqual([
    expect.stringMatching(/^RequestDisallowedByPolicy .*elsewhere/),
    expect.stringMatching(/^RequestDisallowedByPolicy .*tables/),
    expect.stringMatching(/^ScopeLocked .*frozen/),
  ]);
  expect(plan.resources.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      ours(),
      `${ours()}/routes/Nested-VMs-hv-01`,
      `${theirs()}/routes/Nested-VMs-hv-01`,
    ]),
  );
});

it('two hosts have their routes in a table of ours there, and in theirs', async () => {
  for (const name of ['hv-01', 'hv-02']) expect(await order(name)).toMatchObject({ status: 'succeeded' });
  expect(await routesOf(ours())).toEqual(['Nested-VMs-hv-01', 'Nested-VMs-hv-02']);
  expect(await routesOf(theirs())).toEqual(['Nested-VMs-hv-01', 'Nested-VMs-hv-02', 'on-premises']);
  expect((await running.system.arm.get(ours())).body).toMatchObject({
    location: 'westeurope',
    tags: { 'nested-hosts-network': 'hub' },
    properties: { subnets: [{ id: `${spoke()}/subnets/Bare` }] },
  });
  expect((await running.system.arm.get(`${spoke()}/subnets/Bare`)).body.properties).toMatchObject({
    networkSecurityGroup: { id: there('networkSecurityGroups/filter') },
  });
});

it('every way is open in both directions, as the network itself has it', async () => {
  const { admin } = running.system;
  for (const host of ['hv-01', 'hv-02']) {
    const path = `/hosts/hub/${host}/paths`;
    const { status, body } = await readingOf<PathsDocument>(running.system, 'GET', path);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, unread: [] });
    const ways = body.paths.map(({ from, to }) => `${from} ${to}`);
    for (const subnet of ['Bare', 'Tabled']) {
      expect(ways).toEqual(
        expect.arrayContaining([`guest:${host} subnet:${subnet}`, `subnet:${subnet} guest:${host}`]),
      );
      const guest = { guestOf: host };
      expect(await admin.walk(guest, { subnet })).toMatchObject({ ok: true });
      expect(await admin.walk({ subnet }, guest)).toMatchObject({ ok: true });
    }
  }
});

it('what is changed by hand there comes back', async () => {
  const { admin, arm } = running.system;
  expect(await mended({ verifyGuests: true })).toEqual([]);
  await arm.delete(`${ours()}/routes/Nested-VMs-hv-01`);
  await arm.delete(`${theirs()}/routes/Nested-VMs-hv-02`);
  await admin.patchResource(`${spoke()}/subnets/Bare`, { properties: { routeTable: null } });
  expect(await mended()).toEqual(['lostAssociation done', 'missingRoute done', 'missingRoute done']);
  expect(await mended()).toEqual([]);
});

it('a teardown that may not look there removes nothing, and says what it lacks', async () => {
  const { admin, arm } = running.system;
  const elsewhere = await holdings();
  await grant();
  const seq = (await admin.requests()).requests.at(-1)?.seq ?? 0;
  const operation = await tearDown('hv-01');
  expect(operation).toMatchObject({
    status: 'failed',
    failure: { class: 'denied', code: 'AuthorizationFailed' },
  });
  expect(operation.failure?.message).toContain(`/subscriptions/${other}/`);
  expect(operation.failure?.message).toContain('tear down with force');
  const deletions = async () =>
    (await admin.requests(seq)).requests.filter(({ method }) => method === 'DELETE');
  expect(await deletions()).toEqual([]);
  // Reconciliations mend what they see, and take nothing of the host whose routes they do not.
  await admin.patchResource(network('networkInterfaces/hv-02-lan'), {
    properties: { enableIPForwarding: false },
  });
  await arm.delete(network('routeTables/Routes-for-nested-VMs/routes/Nested-VMs-hv-02'));
  expect(await mended()).toEqual([
    'forwardingOff done',
    'leftoverDisk withheld',
    'leftoverNetworkInterface withheld',
    'leftoverNetworkInterface withheld',
    'leftoverVirtualMachine withheld',
    'missingRoute done',
    'orphanedGhostedSubnet withheld',
    'orphanedRoute withheld',
    'routesUnread none',
  ]);
  await running.system.passTime(25 * 3_600_000);
  const { failure, findings } = await reconcile(running.system, 'hub');
  expect(failure).toBeUndefined();
  expect(findings.find(({ kind }) => kind === 'routesUnread')).toMatchObject({ what: spoke() });
  const [machine] = findings.filter(({ kind }) => kind === 'leftoverVirtualMachine');
  expect(machine?.action.reason).toContain(`A route to it may be left in ${spoke()}`);
  expect(await routesOf(network('routeTables/Routes-for-nested-VMs'))).toEqual([
    'Nested-VMs-hv-01',
    'Nested-VMs-hv-02',
  ]);
  expect(await deletions()).toHaveLength(1);
  await grant(...full());
  expect(await holdings()).toEqual(elsewhere);
});

it('a teardown takes its own routes; the last one our table with it, and nothing of theirs', async () => {
  expect(await tearDown('hv-01')).toMatchObject({ status: 'succeeded' });
  expect(await routesOf(ours())).toEqual(['Nested-VMs-hv-02']);
  expect(await routesOf(theirs())).toEqual(['Nested-VMs-hv-02', 'on-premises']);
  expect(await tearDown('hv-02')).toMatchObject({ status: 'succeeded' });
  expect(await holdings()).toEqual(before);
  expect(await mended()).toEqual([]);
});

it('forced, a teardown removes all else, names where a route may be left, and a later look gives the prefix back', async () => {
  const { system } = running;
  expect(await order('hv-05')).toMatchObject({ status: 'succeeded' });
  await grant();
  const operation = await operationOf(system.app.send('DELETE', '/hosts/hub/hv-05?force=true'));
  expect(operation).toMatchObject({
    status: 'failed',
    failure: { code: 'RoutesUnread', leftovers: [`routes in ${spoke()}: not read`] },
  });
  const left = (await resourceIds(system)).filter((id) => id.includes('hv-05'));
  expect(left).toEqual(
    [ours(), theirs()].map((table) => `${table}/routes/Nested-VMs-hv-05`.toLowerCase()).sort(),
  );
  expect(await system.app.get('/hosts/hub/hv-05')).toMatchObject({
    state: 'failed',
    addresses: { ghostedPrefix: '10.60.128.0/24' },
  });
  await system.passTime(25 * 3_600_000);
  const { findings } = await reconcile(system, 'hub');
  expect(findings.map(({ kind, action }) => `${kind} ${action.verdict}`).sort()).toEqual([
    'ledgerWithoutResource withheld',
    'routesUnread none',
  ]);
  await grant(...full());
  const withheld = ['orphanedRoute withheld', 'orphanedRoute withheld', 'unneededRouteTable withheld'];
  expect(await mended()).toEqual(withheld);
  const done: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    await system.passTime(25 * 3_600_000);
    done.push(...(await mended()).filter((verdict) => verdict.endsWith(' done')));
  }
  expect(done.sort()).toEqual([
    'ledgerWithoutResource done',
    'orphanedRoute done',
    'orphanedRoute done',
    'unneededRouteTable done',
  ]);
  expect(await mended()).toEqual([]);
  expect((await system.app.send('GET', '/hosts/hub/hv-05')).status).toBe(404);
  expect(await holdings()).toEqual(before);
});

it('networks that meet there share our table; the last host of either takes it away', async () => {
  const { app, arm, azure } = running.system;
  const { location } = running.world;
  const branch = arm.id('branch', 'Microsoft.Network/virtualNetworks/Branch');
  await arm.put(arm.id('branch'), { location });
  await arm.put(branch, { location, properties: { addressSpace: { addressPrefixes: ['10.61.0.0/16'] } } });
  await arm.put(`${spoke()}/subnets/Extra`, { properties: { addressPrefix: '10.70.2.0/24' } });
  await peer(branch, spoke(), 'branch');
  before = await holdings();
  await defineNetwork(running.system, 'branch', {
    ...definition({ routedSubnets: [{ id: `${spoke()}/subnets/Extra`, prefix: '10.70.2.0/24' }] }),
    subscriptionId: azure.subscriptionId,
    resourceGroup: 'branch',
    virtualNetwork: { name: 'Branch', addressSpaces: ['10.61.0.0/16'] },
    natSubnet: { name: 'NAT', prefix: '10.61.0.0/24', create: true },
    lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.61.1.0/24', create: true },
    ghosted: { pools: ['10.61.128.0/20'] },
  });
  expect(await order('hv-03')).toMatchObject({ status: 'succeeded' });
  const wish = { network: 'branch', name: 'br-01' };
  expect(await operationOf(app.send('POST', '/hosts', wish))).toMatchObject({ status: 'succeeded' });
  expect(await routesOf(ours())).toEqual(['Nested-VMs-br-01', 'Nested-VMs-hv-03']);
  expect(await tearDown('hv-03')).toMatchObject({ status: 'succeeded' });
  expect(await routesOf(ours())).toEqual(['Nested-VMs-br-01']);
  expect(await mended()).toEqual([]);
  const last = await operationOf(app.send('DELETE', '/hosts/branch/br-01'));
  expect(last).toMatchObject({ status: 'succeeded' });
  expect(await holdings()).toEqual(before);
});

describe('a table of ours where nothing is routed any more', () => {
  const hours = 3_600_000;
  const bare = () => `${spoke()}/subnets/Bare`;
  const strange = () => `${spoke()}/subnets/Theirs`;
  const foreign = { addressPrefix: '172.16.0.0/12', nextHopType: 'None' };

  /** The last host goes while somebody has a route in our table; then its subnet is taken out of the definition. */
  async function leftBehind(...routedSubnets: Json[]): Promise<void> {
    const { arm } = running.system;
    await defineNetwork(running.system, 'hub', definition());
    expect(await order('hv-05')).toMatchObject({ status: 'succeeded' });
    await arm.put(`${ours()}/routes/foreign`, { properties: foreign });
    expect(await tearDown('hv-05')).toMatchObject({ status: 'succeeded' });
    expect(await routesOf(ours())).toEqual(['foreign']);
    await defineNetwork(running.system, 'hub', definition({ routedSubnets }));
  }

  beforeAll(async () => {
    await running.system.arm.put(strange(), { properties: { addressPrefix: '10.70.3.0/24' } });
    before = await holdings();
  });

  it('is left alone while somebody has a route in it, or has it on a subnet of theirs', async () => {
    const { arm } = running.system;
    await leftBehind({ id: `${spoke()}/subnets/Tabled`, prefix: '10.70.1.0/24' });
    expect(await mended()).toEqual([]);
    await running.system.passTime(25 * hours);
    expect(await mended()).toEqual([]);
    await arm.delete(`${ours()}/routes/foreign`);
    await arm.put(strange(), { properties: { addressPrefix: '10.70.3.0/24', routeTable: { id: ours() } } });
    for (const pause of [0, 25, 25]) {
      await running.system.passTime(pause * hours);
      const { findings } = await reconcile(running.system, 'hub');
      const table = findings.find(({ kind }) => kind === 'unneededRouteTable');
      expect(table).toMatchObject({ what: ours(), action: { verdict: 'withheld' } });
      expect(table?.action.reason).toContain(strange());
    }
    await arm.put(strange(), { properties: { addressPrefix: '10.70.3.0/24' } });
  });

  it('goes by reconciliation, with our association on the subnet that was routed', async () => {
    expect((await running.system.arm.get(bare())).body.properties).toMatchObject({
      routeTable: { id: ours() },
    });
    expect(await mended()).toEqual(['unneededRouteTable done']);
    expect(await holdings()).toEqual(before);
    expect(await mended()).toEqual([]);
  });

  it('is seen while there are hosts, and goes with the last of them', async () => {
    await leftBehind();
    await running.system.arm.delete(`${ours()}/routes/foreign`);
    expect(await order('hv-06')).toMatchObject({ status: 'succeeded' });
    for (const pause of [0, 25]) {
      await running.system.passTime(pause * hours);
      expect(await mended()).toEqual(['unneededRouteTable withheld']);
    }
    expect(await tearDown('hv-06')).toMatchObject({ status: 'succeeded' });
    expect(await holdings()).toEqual(before);
  });

  it('is reported where the app has lost its role', async () => {
    await leftBehind();
    await grant();
    const { findings } = await reconcile(running.system, 'hub');
    expect(findings.filter(({ what }) => what === ours())).toMatchObject([
      { kind: 'unneededRouteTable', remedy: 'report', action: { verdict: 'none' } },
    ]);
    await grant(...full());
  });
});

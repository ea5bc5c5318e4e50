import { companyNetwork, createCompany, type Company } from '../../local/cli/demo/fleet/company';
import { refusal, type Assignment } from '../../local/azure/access/access';
import { demandOf, type Demand } from '../../local/azure/access/demand';
import { roles, type RoleName } from '../../local/launch/access';
import { appIdentity } from '../../local/launch/azure';
import { buildByHand } from '../../local/launch/handBuilt';
import { createWorld, defineNetwork, networkBody } from '../../local/launch/world';
import { ended, resourceIds, startSystem, type Running } from './harness';
import { readingOf } from './planning';
import { reconcile, verdicts } from './reconciliation';

jest.setTimeout(300_000);

/** Holds a peered network of the company, and nothing else that the app works on. */
const other = '5eed0000-0a11-4b2c-9d3e-000000000002';

/**
 * Where a careful operator assigns the roles: networks without machines, also in another subscription, machines on their own,
 * a lab with both.
 */
const places: [group: string, roles: RoleName[], subscription?: string][] = [
  ['nested-hosts', ['network']],
  ['spoke-group', ['network']],
  ['abroad', ['network'], other],
  ['machines', ['hosts']],
  ['lab', ['network', 'bootstrap', 'hosts']],
];

let running: Running;
const group = (name: string, subscription?: string): string => running.system.arm.id(name, '', subscription);

function assignments(...without: { role: RoleName; action: string }[]): Assignment[] {
  const subscription = `/subscriptions/${running.system.azure.subscriptionId}`;
  const all: [string, RoleName][] = [
    [subscription, 'subscription'],
    [`/subscriptions/${other}`, 'subscription'],
    ...places.flatMap(([name, given, where]) =>
      given.map((role): [string, RoleName] => [group(name, where), role]),
    ),
  ];
  return all.map(([scope, role]) => ({
    scope,
    actions: Object.keys(roles()[role].actions).filter(
      (action) => !without.some((one) => one.role === role && one.action === action),
    ),
  }));
}

async function done(answer: Promise<{ status: number; body: { id: string } }>): Promise<void> {
  const { status, body } = await answer;
  expect({ status, body }).toMatchObject({ status: 202 });
  const operation = await ended(running.system, body.id);
  expect(operation.failure).toBeUndefined();
  expect(operation.status).toBe('succeeded');
}

const send = async (method: string, path: string, body?: unknown) =>
  await running.system.app.send<{ id: string }>(method, path, body);

/** A company's network, its hosts in a group of their own: provisioned, walked, drifted, mended, torn down. */
async function liveInCompany(): Promise<void> {
  const { system } = running;
  const { arm, admin } = system;
  const company = await createCompany(system);
  const { location, resourceGroup } = company;
  await arm.put(arm.id('machines'), { location });
  const network = (path: string): string => arm.id(resourceGroup, `Microsoft.Network/${path}`);
  await arm.put(network('networkSecurityGroups/theirs'), { location, properties: {} });
  await arm.put(`${company.hubId}/subnets/Azure-VMs`, {
    properties: {
      addressPrefix: '10.60.4.0/24',
      networkSecurityGroup: { id: network('networkSecurityGroups/theirs') },
      natGateway: { id: company.natGatewayId },
      serviceEndpointPolicies: [{ id: network('serviceEndpointPolicies/theirs') }],
    },
  });
  const definition = companyNetwork(system, company, 'appliance') as { routedSubnets: unknown[] };
  const routedSubnets = [...definition.routedSubnets, ...(await buildAbroad(company))];
  await defineNetwork(system, 'hub', { ...definition, routedSubnets, hosts: { resourceGroup: 'machines' } });
  const wish = { network: 'hub', name: 'hv-01', dataDiskSizeGb: 64 };
  const plan = await readingOf(system, 'POST', '/hosts?dryRun=true', wish);
  expect(plan).toMatchObject({ status: 200 });
  await done(send('POST', '/hosts', wish));

  const pools = [{ id: network('loadBalancers/theirs/backendAddressPools/all') }];
  const nic = network('networkInterfaces/app-01-nic');
  const [configuration] = (await arm.get(nic)).body.properties?.['ipConfigurations'] as {
    properties: object;
  }[];
  await admin.patchResource(nic, {
    properties: {
      ipConfigurations: [
        {
          ...configuration,
          properties: { ...configuration?.properties, loadBalancerBackendAddressPools: pools },
        },
      ],
    },
  });
  const paths = await readingOf(system, 'GET', '/hosts/hub/hv-01/paths');
  expect(paths).toMatchObject({ status: 200, body: { unread: [] } });

  // A machine that somebody else uses with run commands, too: from twenty on, old ones of ours make room.
  const machine = arm.id('machines', 'Microsoft.Compute/virtualMachines/hv-01');
  for (let number = 1; number <= 20; number += 1) {
    const name = `theirs-${number}`;
    await admin.putResource(`${machine}/runCommands/${name}`, {
      name,
      type: 'Microsoft.Compute/virtualMachines/runCommands',
      location,
      properties: { source: { script: 'hostname' } },
    });
  }
  const route = 'routeTables/Routes-for-nested-VMs/routes/Nested-VMs-hv-01';
  await arm.delete(network(route));
  await arm.delete(arm.id('abroad', `Microsoft.Network/${route}`, other));
  const report = await reconcile(system, 'hub', { dryRun: false, verifyGuests: true });
  expect(verdicts(report).filter((one) => one === 'missingRoute done')).toHaveLength(2);
  await done(send('DELETE', '/hosts/hub/hv-01?keepDisks=true'));
}

/** A peered VNet in another subscription, one of its subnets with a table of the company. */
async function buildAbroad({ hubId, location }: Company): Promise<unknown[]> {
  const { admin, arm } = running.system;
  const network = (path: string): string => arm.id('abroad', `Microsoft.Network/${path}`, other);
  const abroad = network('virtualNetworks/Abroad');
  await admin.addSubscription(other);
  await arm.put(group('abroad', other), { location });
  await arm.put(abroad, { location, properties: { addressSpace: { addressPrefixes: ['10.90.0.0/16'] } } });
  await arm.put(network('routeTables/theirs'), { location, properties: {} });
  const tabled = { addressPrefix: '10.90.1.0/24', routeTable: { id: network('routeTables/theirs') } };
  await arm.put(`${abroad}/subnets/Bare`, { properties: { addressPrefix: '10.90.0.0/24' } });
  await arm.put(`${abroad}/subnets/Tabled`, { properties: tabled });
  for (const [from, to] of [
    [hubId, abroad],
    [abroad, hubId],
  ] as const) {
    const remote = { remoteVirtualNetwork: { id: to }, allowForwardedTraffic: true };
    await arm.put(`${from}/virtualNetworkPeerings/abroad`, { properties: remote });
  }
  return [
    { id: `${abroad}/subnets/Bare`, prefix: '10.90.0.0/24' },
    { id: `${abroad}/subnets/Tabled`, prefix: '10.90.1.0/24' },
  ];
}

/** A network that the app makes, with addresses of its own and an adopted machine. */
async function liveInLab(): Promise<void> {
  const { system } = running;
  const { arm } = system;
  const lab = await createWorld(system, 'lab');
  const filter = arm.id('lab', 'Microsoft.Network/networkSecurityGroups/guests');
  await arm.put(filter, { location: lab.location, properties: {} });
  const body = networkBody(system, lab, {
    ghosted: { pools: ['10.0.2.0/24', '10.10.0.0/16'], prefixLength: 24, networkSecurityGroupId: filter },
    outbound: { kind: 'publicIp' },
  });
  await defineNetwork(system, 'lab', body);
  await done(send('POST', '/hosts', { network: 'lab', name: 'hv-02' }));
  await buildByHand(system, lab, {
    name: 'Single',
    natAddress: '10.0.0.50',
    lanAddress: '10.0.1.50',
    prefix: '10.10.40.0/24',
    ranges: [],
    oneNic: true,
  });
  await done(send('POST', '/networks/lab/adoptions', { virtualMachine: 'Single', allowInterruption: true }));
  for (const host of ['single', 'hv-02']) await done(send('DELETE', `/hosts/lab/${host}`));
  await done(send('POST', '/hosts', { network: 'lab', name: 'hv-04' }));
  await done(send('DELETE', '/hosts/lab/hv-04?keepVirtualMachine=true'));
}

/** The packet walk reads a firewall that stands in a subnet; the simulated Azure has none to put there. */
function firewallRead(): Demand[] {
  const path = running.system.arm.id('nested-hosts', 'Microsoft.Network/azureFirewalls/theirs');
  return [demandOf({ method: 'GET', path, body: '' }, () => undefined) ?? []].flat();
}

let demands: Demand[];
beforeAll(async () => {
  running = await startSystem({ hosts: { resourceGroup: 'machines' } });
  await running.system.admin.assign(appIdentity, assignments());
  const before = (await running.system.admin.requests()).requests.at(-1)?.seq;
  await liveInCompany();
  await liveInLab();
  const { requests } = await running.system.admin.requests(before);
  const own = requests.filter(({ identity }) => identity === appIdentity);
  expect(own.filter(({ status }) => status === 403).map(({ path }) => path)).toEqual([]);
  const asked = [...own.flatMap(({ demand }) => demand ?? []), ...firewallRead()];
  demands = [...new Map(asked.map((demand) => [JSON.stringify(demand), demand])).values()];
});
afterAll(async () => await running?.stop());

const given = (): { role: RoleName; action: string }[] =>
  (Object.keys(roles()) as RoleName[]).flatMap((role) =>
    Object.keys(roles()[role].actions).map((action) => ({ role, action })),
  );

/** Those without which the app goes on, and says what it does not know. */
const isOptional = ({ role, action }: { role: RoleName; action: string }): boolean =>
  roles()[role].actions[action]?.startsWith('optional; ') === true;

it('the roles hold the actions that a whole life needs, and no other', () => {
  const used = demands.flatMap(({ action, linked }) => [action, ...linked.map((link) => link.action)]);
  // Azure compares actions without regard to case, and spells one as in the paths of operations.
  const sorted = (actions: string[]): string[] =>
    [...new Set(actions.map((action) => action.toLowerCase()))].sort();
  expect(sorted(used)).toEqual(sorted(given().map(({ action }) => action)));
});

it('in another subscription the app asks for nothing but its peered network, and how its operations go', () => {
  const permissions = demands.flatMap(({ action, scope, linked }) => [{ action, scope }, ...linked]);
  const below = (scope: string) => permissions.filter((one) => `${one.scope}/`.startsWith(`${scope}/`));
  const there = below(`/subscriptions/${other}`);
  const outside = there.filter((one) => !below(group('abroad', other)).includes(one));
  expect(outside).toEqual([
    { action: 'Microsoft.Network/locations/operations/read', scope: `/subscriptions/${other}` },
  ]);
  expect(there.length).toBeGreaterThan(10);
  expect(there.filter(({ action }) => action.startsWith('Microsoft.Compute/'))).toEqual([]);
});

it('with any one action taken away Azure refuses, and says which', () => {
  for (const { role, action } of given()) {
    const left = assignments({ role, action });
    const refused = demands.flatMap((demand) => refusal(appIdentity, left, demand) ?? []);
    const linked = action.endsWith('/join/action');
    expect({ role, action, codes: [...new Set(refused.map(({ code }) => code))] }).toEqual({
      role,
      action,
      codes: [linked ? 'LinkedAuthorizationFailed' : 'AuthorizationFailed'],
    });
    for (const { message } of refused) expect(message.toLowerCase()).toContain(action.toLowerCase());
  }
});

it.each([
  { role: 'network', action: 'Microsoft.Network/routeTables/routes/write', code: 'AuthorizationFailed' },
  {
    role: 'network',
    action: 'Microsoft.Network/virtualNetworks/subnets/join/action',
    code: 'LinkedAuthorizationFailed',
  },
] as const)(
  'a host that lacks $action fails with that word, and is undone',
  async ({ role, action, code }) => {
    const { system } = running;
    const before = await resourceIds(system);
    await system.admin.assign(appIdentity, assignments({ role, action }));
    const { body } = await send('POST', '/hosts', { network: 'lab', name: 'hv-03' });
    const operation = await ended(system, body.id);
    expect(operation).toMatchObject({ status: 'failed', failure: { class: 'denied', code } });
    expect(operation.failure?.message).toContain(action);
    await system.admin.assign(appIdentity, assignments());
    expect((await resourceIds(system)).filter((id) => !before.includes(id))).toEqual([]);
  },
);

it('without all that is optional a host is made all the same, and what is not known is said', async () => {
  const { system } = running;
  const { admin } = system;
  const optional = given().filter(isOptional);
  expect(optional.length).toBeGreaterThan(10);
  await admin.assign(appIdentity, assignments(...optional));
  const wish = { network: 'hub', name: 'hv-05' };
  const plan = await readingOf<{ warnings: string[] }>(system, 'POST', '/hosts?dryRun=true', wish);
  expect(plan.status).toBe(200);
  for (const unknown of ['ask for policies', 'ask for locks', 'security group theirs may not be read'])
    expect(plan.body.warnings.join()).toContain(unknown);
  const { body } = await send('POST', '/hosts', wish);
  const operation = await ended(system, body.id);
  expect(operation).toMatchObject({ status: 'succeeded' });
  expect(JSON.stringify(operation)).toContain('is not known');
  const paths = await readingOf<{ unread: string[] }>(system, 'GET', '/hosts/hub/hv-05/paths');
  expect(paths.status).toBe(200);
  const unread = paths.body.unread.join();
  for (const name of ['networkSecurityGroups/theirs', 'virtualNetworkGateways/vpn', 'spoke-group'])
    expect(unread).toContain(name);
  await admin.assign(appIdentity, assignments());
});

/** Reads without which no plan is made. */
const readByPlans = [
  ['network', 'Microsoft.Network/virtualNetworks/read'],
  ['network', 'Microsoft.Network/routeTables/read'],
  ['network', 'Microsoft.Network/natGateways/read'],
  ['hosts', 'Microsoft.Compute/virtualMachines/read'],
  ['hosts', 'Microsoft.Compute/disks/read'],
  ['hosts', 'Microsoft.Network/networkInterfaces/read'],
  ['subscription', 'Microsoft.Compute/skus/read'],
  ['subscription', 'Microsoft.Compute/locations/usages/read'],
] as const;

it('without any one of the reads that a plan needs it is refused with that word', async () => {
  const { system } = running;
  const { admin } = system;
  const wish = { network: 'hub', name: 'hv-06' };
  for (const [role, action] of readByPlans) {
    expect({ role, action, optional: isOptional({ role, action }) }).toMatchObject({ optional: false });
    await admin.assign(appIdentity, assignments({ role, action }));
    const { status, body } = await readingOf<{ detail: string }>(system, 'POST', '/hosts?dryRun=true', wish);
    expect({ role, action, status, body }).toMatchObject({ status: 502 });
    expect(body.detail).toMatch(/^AuthorizationFailed: /);
    expect(body.detail).toContain(`'${action}'`);
  }
  await admin.assign(appIdentity, assignments());
});

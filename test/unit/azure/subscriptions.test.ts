import { group, network, nicBody, nicId, text, vmBody, vmId, withNetwork, type TestCloud } from './support';

/** The same names in another subscription are other resources, with limits of their own. */

const other = '5eed0000-0a11-4b2c-9d3e-000000000002';
const unknown = '5eed0000-0a11-4b2c-9d3e-000000000003';
const there = (path: string): string => path.replace(/^\/subscriptions\/[^/]+/, `/subscriptions/${other}`);
const location = 'westeurope';
const vnet = `${network}/virtualNetworks/vnet`;
const table = `${network}/routeTables/table`;

let test: TestCloud;
beforeEach(() => {
  test = withNetwork();
  test.cloud.subscriptions.put(other);
  test.send('PUT', there(group), { location });
  test.settle('PUT', there(vnet), {
    location,
    properties: {
      addressSpace: { addressPrefixes: ['10.70.0.0/16'] },
      subnets: [{ name: 'far', properties: { addressPrefix: '10.70.0.0/24' } }],
    },
  });
});

const names = (path: string): string[] =>
  (test.get(path).body['value'] as unknown as { id: string }[]).map(({ id }) => id);
const codeOf = ({ status, body }: ReturnType<TestCloud['send']>): string =>
  `${status} ${text(body['error']?.['code'])}`;

it('one that the tenant does not have is not found, whatever is asked of it', () => {
  const nowhere = (path: string) => path.replace(/^\/subscriptions\/[^/]+/, `/subscriptions/${unknown}`);
  for (const path of [vnet, group, `${group}/providers/Microsoft.Authorization/locks`]) {
    expect(codeOf(test.get(nowhere(path)))).toBe('404 SubscriptionNotFound');
  }
  expect(codeOf(test.send('PUT', nowhere(group), { location }))).toBe('404 SubscriptionNotFound');
});

it('lists show what is in the one that is asked, its groups and what a group holds', () => {
  test.settle('PUT', table, { location, properties: {} });
  test.settle('PUT', there(table), { location, properties: {} });
  const tables = 'providers/Microsoft.Network/routeTables';
  for (const at of [(path: string) => path, there]) {
    expect(names(`${at(group)}/${tables}`)).toEqual([at(table)]);
    expect(names(`${at(group).split('/resourceGroups')[0]}/${tables}`)).toEqual([at(table)]);
    expect(names(`${at(group)}/resources`).sort()).toEqual([at(table), at(vnet)].sort());
    expect(names(at(group).replace('/rg', ''))).toEqual([at(group)]);
  }
});

it('an operation is followed where its resource is, and nowhere else', () => {
  const answer = test.send('PUT', there(table), { location, properties: {} });
  const url = answer.headers['Azure-AsyncOperation'] ?? '';
  expect(url).toContain(`/subscriptions/${other}/`);
  expect(test.get(url).body['status']).toBe('InProgress');
  test.pass(600);
  expect(test.get(url).body['status']).toBe('Succeeded');
  expect(test.get(url.replace(other, group.split('/')[2] ?? '')).status).toBe(404);
});

it('networks are peered across them', () => {
  const link = (from: string, to: string) =>
    test.settle('PUT', `${from}/virtualNetworkPeerings/link`, {
      properties: { remoteVirtualNetwork: { id: to }, allowForwardedTraffic: true },
    });
  link(vnet, there(vnet));
  link(there(vnet), vnet);
  for (const side of [vnet, there(vnet)]) {
    const { properties } = test.get(`${side}/virtualNetworkPeerings/link`).body;
    expect(properties).toMatchObject({ peeringState: 'Connected', peeringSyncLevel: 'FullyInSync' });
  }
});

it('a subnet takes no table, an interface no subnet, a machine no interface from another one', () => {
  test.settle('PUT', table, { location, properties: {} });
  const far = `${there(vnet)}/subnets/far`;
  const associate = (routeTable: string) =>
    test.settle('PUT', far, {
      properties: { addressPrefix: '10.70.0.0/24', routeTable: { id: routeTable } },
    });
  expect(codeOf(associate(table))).toBe('400 InvalidResourceReference');
  test.settle('PUT', there(table), { location, properties: {} });
  expect(associate(there(table)).status).toBe(200);
  expect(codeOf(test.settle('PUT', there(nicId('a')), nicBody('nat')))).toBe('400 InvalidResourceReference');
  test.settle('PUT', nicId('a'), nicBody('nat'));
  const machine = vmBody('a', ['a']);
  expect(codeOf(test.settle('PUT', there(vmId('a')), machine))).toBe('400 InvalidResourceReference');
});

it('quotas, uses and sizes are its own', () => {
  test.cloud.subscriptions.put(other, { coreQuota: 2, withheldSizes: ['Standard_D2s_v5'] });
  test.settle('PUT', nicId('a'), nicBody('nat'));
  expect(test.settle('PUT', vmId('a'), vmBody('a', ['a'])).status).toBe(201);
  const cores = (path: string) =>
    test.get(`${path.split('/resourceGroups')[0]}/providers/Microsoft.Compute/locations/${location}/usages`)
      .body['value']?.[0];
  expect(cores(group)).toMatchObject({ currentValue: 4, limit: 1000 });
  expect(cores(there(group))).toMatchObject({ currentValue: 0, limit: 2 });
  const far = JSON.parse(
    JSON.stringify(nicBody('nat')).replace(/"\/subscriptions[^"]+"/, `"${there(vnet)}/subnets/far"`),
  ) as object;
  test.settle('PUT', there(nicId('a')), far);
  const body = (vmSize: string): object =>
    JSON.parse(
      JSON.stringify(vmBody('a', ['a'], { vmSize })).replaceAll(nicId('a'), there(nicId('a'))),
    ) as object;
  expect(codeOf(test.settle('PUT', there(vmId('a')), body('Standard_D4s_v5')))).toBe(
    '409 OperationNotAllowed',
  );
  test.pass(600);
  expect(codeOf(test.settle('PUT', there(vmId('a')), body('Standard_D2s_v5')))).toBe('409 SkuNotAvailable');
  const restricted = (path: string): string[] =>
    (
      test.get(`${path.split('/resourceGroups')[0]}/providers/Microsoft.Compute/skus`).body[
        'value'
      ] as unknown as { name: string; restrictions: unknown[] }[]
    ).flatMap(({ name, restrictions }) => (restrictions.length > 0 ? [name] : []));
  expect([restricted(group), restricted(there(group))]).toEqual([[], ['Standard_D2s_v5']]);
});

it('a machine has its disks beside it', () => {
  const far = JSON.parse(
    JSON.stringify(nicBody('nat')).replace(/"\/subscriptions[^"]+"/, `"${there(vnet)}/subnets/far"`),
  ) as object;
  test.settle('PUT', there(nicId('a')), far);
  const body = JSON.parse(
    JSON.stringify(vmBody('a', ['a'])).replaceAll(nicId('a'), there(nicId('a'))),
  ) as object;
  expect(test.settle('PUT', there(vmId('a')), body).status).toBe(201);
  const disks = `${there(group)}/providers/Microsoft.Compute/disks`;
  expect(names(disks)).toEqual([`${disks}/a-os`]);
  expect(names(`${group}/providers/Microsoft.Compute/disks`)).toEqual([]);
});

it('a policy denies in its own only', () => {
  test.cloud.governance.addPolicy(other, { type: 'Microsoft.Network/routeTables' });
  expect(test.settle('PUT', table, { location, properties: {} }).status).toBe(201);
  expect(codeOf(test.settle('PUT', there(table), { location, properties: {} }))).toBe(
    '403 RequestDisallowedByPolicy',
  );
});

it('a group that goes takes nothing of the other one along', () => {
  test.settle('DELETE', there(group));
  expect([test.get(there(vnet)).status, test.get(vnet).status]).toEqual([404, 200]);
});

it('requests count where they are sent', () => {
  const limited = withNetwork({ throttling: true });
  limited.cloud.subscriptions.put(other);
  const status = (path: string) => limited.get(path).status;
  for (let count = 0; count < 260; count += 1) status(group);
  expect([status(group), status(there(group))]).toEqual([429, 404]);
});

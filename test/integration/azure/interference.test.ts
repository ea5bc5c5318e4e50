import { answer } from '../../../local/azure/frontDoor';
import { addGroup, connect } from './support';
import type { Connected } from './support';

/** What stands above the resources, what goes wrong around them, and the record of what was deleted. */

let connected: Connected;
const location = 'westeurope';
const options = { updateIntervalInMs: 1 };
const group = (): string => `/subscriptions/${connected.azure.info.subscriptionId}/resourceGroups/rg`;
const networkId = (path: string): string => `${group()}/providers/Microsoft.Network/${path}`;

beforeAll(async () => {
  connected = await connect();
});
afterAll(() => connected.stop());
beforeEach(async () => {
  await connected.admin('POST', '/reset');
  addGroup(connected, 'rg', location);
  await connected.network.virtualNetworks.createOrUpdate(
    'rg',
    'vnet',
    { location, addressSpace: { addressPrefixes: ['10.0.0.0/16'] } },
    options,
  );
  await putSubnet('nat', '10.0.0.0/24');
});

const putSubnet = (name: string, addressPrefix: string, more: object = {}): Promise<unknown> =>
  Promise.resolve(
    connected.network.subnets.createOrUpdate('rg', 'vnet', name, { addressPrefix, ...more }, options),
  );
const putNic = (name: string, subnet = 'nat'): Promise<unknown> =>
  Promise.resolve(
    connected.network.networkInterfaces.createOrUpdate(
      'rg',
      name,
      {
        location,
        ipConfigurations: [
          { name: 'ipconfig1', subnet: { id: networkId(`virtualNetworks/vnet/subnets/${subnet}`) } },
        ],
      },
      options,
    ),
  );
const deleteSubnet = (name: string): Promise<unknown> =>
  Promise.resolve(connected.network.subnets.delete('rg', 'vnet', name, options));
const putVm = (name: string, nic: string): Promise<unknown> =>
  Promise.resolve(
    connected.compute.virtualMachines.createOrUpdate(
      'rg',
      name,
      {
        location,
        hardwareProfile: { vmSize: 'Standard_D4s_v5' },
        storageProfile: {
          imageReference: {
            publisher: 'MicrosoftWindowsServer',
            offer: 'WindowsServer',
            sku: '2022',
            version: 'latest',
          },
          osDisk: { name: `${name}-os`, createOption: 'FromImage', deleteOption: 'Delete' },
        },
        osProfile: { computerName: name, adminUsername: 'hostadmin', adminPassword: 'not-A-real-1' },
        networkProfile: { networkInterfaces: [{ id: networkId(`networkInterfaces/${nic}`) }] },
      },
      options,
    ),
  );
const plant = (match: object, effect: object): Promise<unknown> =>
  connected.admin('POST', '/faults', { match, effect });

describe('a policy', () => {
  it('denies subnets without security group until they have one', async () => {
    const deny = { type: 'Microsoft.Network/virtualNetworks/subnets', requires: 'networkSecurityGroup' };
    const { name } = await connected.admin('POST', '/policies', { deny });
    const group = await connected.network.networkSecurityGroups.createOrUpdate(
      'rg',
      'nsg',
      { location },
      options,
    );
    await expect(putSubnet('lan', '10.0.1.0/24')).rejects.toMatchObject({
      statusCode: 403,
      code: 'RequestDisallowedByPolicy',
    });
    await putSubnet('lan', '10.0.1.0/24', { networkSecurityGroup: { id: group.id } });
    await connected.admin('DELETE', `/policies/${String(name)}`);
    await putSubnet('free', '10.0.2.0/24');
  });

  it('counts for subnets inside a network as well, and for tags', async () => {
    const put = (tags: Record<string, string>): Promise<unknown> =>
      Promise.resolve(
        connected.network.virtualNetworks.createOrUpdate(
          'rg',
          'other',
          {
            location,
            tags,
            addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
            subnets: [{ name: 'a', addressPrefix: '10.1.0.0/24' }],
          },
          options,
        ),
      );
    const subnets = { type: 'microsoft.network/virtualnetworks/subnets', requires: 'networkSecurityGroup' };
    const { name } = await connected.admin('POST', '/policies', { deny: subnets });
    await expect(put({})).rejects.toMatchObject({ code: 'RequestDisallowedByPolicy' });
    await connected.admin('DELETE', `/policies/${String(name)}`);
    const tagged = { type: 'Microsoft.Network/virtualNetworks', requires: 'tag:owner' };
    await connected.admin('POST', '/policies', { deny: tagged });
    await expect(put({})).rejects.toMatchObject({ code: 'RequestDisallowedByPolicy' });
    await put({ owner: 'network team' });
  });

  it('tells beforehand, through its own resource provider', async () => {
    const type = 'Microsoft.Network/virtualNetworks/subnets';
    await connected.admin('POST', '/policies', { deny: { type, requires: 'networkSecurityGroup' } });
    const ask = async (properties: object): Promise<unknown> => {
      const answer = await raw(
        'POST',
        `${group()}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`,
        {
          resourceDetails: { resourceContent: { type, name: 'lan', properties }, apiVersion: '2025-05-01' },
        },
      );
      return (answer.contentEvaluationResult as { policyEvaluations: unknown[] }).policyEvaluations;
    };
    expect(await ask({ addressPrefix: '10.0.1.0/24' })).toMatchObject([
      { evaluationResult: 'NonCompliant', effectDetails: { policyEffect: 'Deny' } },
    ]);
    expect(await ask({ networkSecurityGroup: { id: 'x' } })).toEqual([]);
  });
});

describe('a lock', () => {
  it('against deletion lets writes through and keeps everything above and below', async () => {
    const id = networkId('virtualNetworks/vnet/subnets/nat');
    const { name } = await connected.admin('POST', '/locks', { id, level: 'CanNotDelete' });
    await putNic('nic');
    const locked = { statusCode: 409, code: 'ScopeLocked' };
    await expect(deleteSubnet('nat')).rejects.toMatchObject(locked);
    const { virtualNetworks } = connected.network;
    await expect(Promise.resolve(virtualNetworks.delete('rg', 'vnet', options))).rejects.toMatchObject(
      locked,
    );
    await connected.network.networkInterfaces.delete('rg', 'nic', options);
    await connected.admin('DELETE', `/locks/${String(name)}`);
    await deleteSubnet('nat');
  });

  it('for reading only refuses writes, shows itself, and is inherited', async () => {
    await connected.admin('POST', '/locks', { id: group(), level: 'ReadOnly', name: 'frozen' });
    await expect(putSubnet('lan', '10.0.1.0/24')).rejects.toMatchObject({ code: 'ScopeLocked' });
    const list = (scope: string): Promise<Record<string, unknown>> =>
      raw('GET', `${scope}/providers/Microsoft.Authorization/locks`);
    const shown = { value: [{ name: 'frozen', properties: { level: 'ReadOnly' } }] };
    expect(await list(networkId('virtualNetworks/vnet'))).toMatchObject(shown);
    expect(await list(group())).toMatchObject(shown);
  });
});

/** A read or question for which there is no client among those of the app. */
function raw(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = answer(connected.azure.cloud, {
    method,
    path,
    query: new URLSearchParams({ 'api-version': '2020-05-01' }),
    headers: {},
    body: body === undefined ? '' : JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return Promise.resolve(JSON.parse(response.body) as Record<string, unknown>);
}

describe('a fault that Azure is known for', () => {
  const lan = { method: 'PUT', path: '/subnets/lan$' };

  it.each([
    ['throttled', 429, 'TooManyRequests'],
    ['throttledWithoutRetryAfter', 429, 'RetryableErrorDueToAnotherOperation'],
    ['conflict', 409, 'AnotherOperationInProgress'],
    ['denied', 403, 'AuthorizationFailed'],
    ['policy', 403, 'RequestDisallowedByPolicy'],
    ['lock', 409, 'ScopeLocked'],
    ['notSucceeded', 429, 'RetryableError'],
  ])('%s refuses with %d %s, once', async (name, statusCode, code) => {
    await plant(lan, { kind: 'known', name });
    await expect(putSubnet('lan', '10.0.1.0/24')).rejects.toMatchObject({ statusCode, code });
    await putSubnet('lan', '10.0.1.0/24');
  });

  it.each([
    ['operationFailed', 'Failed', 'InternalServerError'],
    ['canceled', 'Canceled', 'Canceled'],
    ['superseded', 'Canceled', 'Canceled'],
  ])('%s lets the operation end as %s', async (name, status, code) => {
    await plant(lan, { kind: 'known', name });
    await expect(putSubnet('lan', '10.0.1.0/24')).rejects.toThrow();
    const { operations } = connected.azure.cloud;
    const failed = operations.all().filter((operation) => operation.error !== undefined);
    expect(failed).toMatchObject([{ status, error: { code } }]);
    expect(JSON.stringify(failed[0]?.error).includes('Superseded')).toBe(name === 'superseded');
    const subnet = await connected.network.subnets.get('rg', 'vnet', 'lan');
    expect(subnet.provisioningState).toBe('Failed');
  });

  it.each([
    ['quota', 'OperationNotAllowed'],
    ['capacity', 'SkuNotAvailable'],
    ['allocation', undefined],
  ])('%s fails a machine and keeps its interface for 180 s', async (name, code) => {
    await putNic('nic');
    await plant({ method: 'PUT', path: '/virtualMachines/vm$' }, { kind: 'known', name });
    await expect(putVm('vm', 'nic')).rejects.toMatchObject(
      code === undefined ? {} : { statusCode: 409, code },
    );
    const reserved = connected.azure.cloud.nic(networkId('networkInterfaces/nic')).reserved;
    expect(reserved?.vm).toMatch(/virtualMachines\/vm$/);
  });

  it('nicReserved holds a deletion of an interface up for 180 s', async () => {
    await putNic('nic');
    await plant(
      { method: 'DELETE', path: '/networkInterfaces/nic$' },
      { kind: 'known', name: 'nicReserved' },
    );
    const remove = (): Promise<unknown> =>
      Promise.resolve(connected.network.networkInterfaces.delete('rg', 'nic', options));
    await expect(remove()).rejects.toMatchObject({ statusCode: 400, code: 'NicReservedForAnotherVm' });
    await connected.admin('POST', '/clock', { advanceBy: 181_000 });
    await remove();
  });

  it('must have a name that is known', async () => {
    expect(await plant({}, { kind: 'known', name: 'flood' })).toMatchObject({
      error: 'No such known fault.',
    });
  });
});

describe('somebody else', () => {
  it('deletes the resource just before a request for it', async () => {
    await plant({ method: 'GET', path: '/subnets/nat$' }, { kind: 'mutate', when: 'before', delete: true });
    const get = (): Promise<unknown> => Promise.resolve(connected.network.subnets.get('rg', 'vnet', 'nat'));
    await expect(get()).rejects.toMatchObject({ statusCode: 404 });
  });

  it('deletes it between two steps', async () => {
    await plant(
      { method: 'PUT', path: '/subnets/lan$' },
      { kind: 'mutate', when: 'after', afterSeconds: 1000, delete: true },
    );
    await putSubnet('lan', '10.0.1.0/24');
    await connected.admin('POST', '/clock', { advanceBy: 1_000_000 });
    await expect(Promise.resolve(connected.network.subnets.get('rg', 'vnet', 'lan'))).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('adds an interface to the subnet before its deletion arrives', async () => {
    await plant(
      { method: 'DELETE', path: '/subnets/nat$' },
      { kind: 'mutate', when: 'before', occupy: true },
    );
    await expect(deleteSubnet('nat')).rejects.toMatchObject({ code: 'InUseSubnetCannotBeDeleted' });
    const nic = await connected.network.networkInterfaces.get('rg', 'somebody-1');
    expect(nic.ipConfigurations?.[0]?.privateIPAddress).toBe('10.0.0.4');
  });

  it('changes another resource and plants one', async () => {
    const id = networkId('routeTables/planted');
    await plant(
      { method: 'PUT', path: '/networkInterfaces/nic$' },
      {
        kind: 'mutate',
        when: 'after',
        patch: { id: networkId('virtualNetworks/vnet'), body: { tags: { owner: 'somebody' } } },
        put: { id, name: 'planted', type: 'Microsoft.Network/routeTables', location, properties: {} },
      },
    );
    await putNic('nic');
    expect((await connected.network.virtualNetworks.get('rg', 'vnet')).tags).toEqual({ owner: 'somebody' });
    expect((await connected.network.routeTables.get('rg', 'planted')).name).toBe('planted');
    expect(await plant({}, { kind: 'mutate', when: 'after' })).toHaveProperty('error');
  });
});

it('keeps every accepted deletion with what the resource was, and what goes along', async () => {
  await putSubnet('lan', '10.0.1.0/24');
  await putNic('nic');
  await putVm('vm', 'nic');
  await expect(deleteSubnet('nat')).rejects.toMatchObject({ code: 'InUseSubnetCannotBeDeleted' });
  await deleteSubnet('lan');
  await deleteSubnet('lan');
  await connected.compute.virtualMachines.delete('rg', 'vm', options);
  const { deletes } = (await connected.admin('GET', '/deletes')) as { deletes: Record<string, unknown>[] };
  expect(deletes).toMatchObject([
    {
      id: networkId('virtualNetworks/vnet/subnets/lan'),
      status: 202,
      body: { name: 'lan', properties: { addressPrefix: '10.0.1.0/24', provisioningState: 'Succeeded' } },
      along: [],
    },
    {
      body: { name: 'vm', type: 'Microsoft.Compute/virtualMachines' },
      along: [`${group()}/providers/Microsoft.Compute/disks/vm-os`],
    },
  ]);
  const { requests } = (await connected.admin('GET', '/requests')) as {
    requests: { seq: number; correlationId: string }[];
  };
  for (const { seq, correlationId } of deletes) {
    expect(requests.find((request) => request.seq === seq)?.correlationId).toBe(correlationId);
  }
});

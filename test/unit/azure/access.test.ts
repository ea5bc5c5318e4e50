import { Access, readAssignments, refusal } from '../../../local/azure/access/access';
import { demandOf } from '../../../local/azure/access/demand';
import { kinds } from '../../../local/azure/kinds';

const subscription = '/subscriptions/S';
const group = `${subscription}/resourceGroups/G`;
const network = (path: string): string => `${group}/providers/Microsoft.Network/${path}`;
const compute = (path: string): string => `${group}/providers/Microsoft.Compute/${path}`;
const ask = (method: string, path: string, body: unknown = {}) =>
  demandOf({ method, path, body: JSON.stringify(body) }, (type) => kinds.get(type.toLowerCase())?.type);

describe('the action of a request', () => {
  it.each([
    ['GET', network('virtualNetworks/v'), 'Microsoft.Network/virtualNetworks/read'],
    ['GET', network('routeTables'), 'Microsoft.Network/routeTables/read'],
    ['GET', `${subscription}/providers/Microsoft.Compute/disks`, 'Microsoft.Compute/disks/read'],
    ['PUT', network('routeTables/t/routes/r'), 'Microsoft.Network/routeTables/routes/write'],
    ['PATCH', compute('virtualMachines/m'), 'Microsoft.Compute/virtualMachines/write'],
    ['DELETE', network('virtualNetworks/v/subnets/s'), 'Microsoft.Network/virtualNetworks/subnets/delete'],
    ['POST', compute('virtualMachines/m/restart'), 'Microsoft.Compute/virtualMachines/restart/action'],
    ['GET', compute('virtualMachines/m/instanceView'), 'Microsoft.Compute/virtualMachines/instanceView/read'],
    ['GET', compute('virtualMachines/m/runCommands'), 'Microsoft.Compute/virtualMachines/runCommands/read'],
    ['GET', `${subscription}/providers/Microsoft.Compute/skus`, 'Microsoft.Compute/skus/read'],
    [
      'GET',
      `${subscription}/providers/Microsoft.Compute/locations/westeurope/usages`,
      'Microsoft.Compute/locations/usages/read',
    ],
    [
      'GET',
      `${subscription}/providers/Microsoft.Network/locations/westeurope/operations/1`,
      'Microsoft.Network/locations/operations/read',
    ],
    ['PUT', group, 'Microsoft.Resources/subscriptions/resourceGroups/write'],
    ['GET', network('loadBalancers/unserved'), 'Microsoft.Network/loadBalancers/read'],
    ['GET', `${group}/providers/Microsoft.Authorization/locks`, 'Microsoft.Authorization/locks/read'],
    [
      'POST',
      `${group}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`,
      'Microsoft.PolicyInsights/checkPolicyRestrictions/read',
    ],
  ])('%s %s is %s', (method, path, action) => {
    expect(ask(method, path)).toMatchObject({ action, linked: [] });
  });

  it('is none for what is no path of a subscription', () => {
    expect(ask('GET', '/nothing')).toBeUndefined();
  });
});

describe('the links of a body', () => {
  const links = (path: string, properties: object) =>
    ask('PUT', path, { properties })?.linked.map(({ action, scope }) => `${action} ${scope}`);
  const id = (name: string) => ({ id: name });

  it('of a subnet, whether it is written by itself or with its network', () => {
    const properties = {
      routeTable: id('t'),
      networkSecurityGroup: id('n'),
      natGateway: id('g'),
      serviceEndpointPolicies: [id('p'), id('q')],
    };
    const expected = [
      'Microsoft.Network/routeTables/join/action t',
      'Microsoft.Network/networkSecurityGroups/join/action n',
      'Microsoft.Network/natGateways/join/action g',
      'Microsoft.Network/serviceEndpointPolicies/join/action p',
      'Microsoft.Network/serviceEndpointPolicies/join/action q',
    ];
    expect(links(network('virtualNetworks/v/subnets/s'), properties)).toEqual(expected);
    expect(links(network('virtualNetworks/v'), { subnets: [{ properties }] })).toEqual(expected);
  });

  it('of a NIC, a machine and a peering', () => {
    const configuration = { properties: { subnet: id('s'), publicIPAddress: id('a') } };
    expect(
      links(network('networkInterfaces/n'), { ipConfigurations: [configuration, configuration] }),
    ).toEqual([
      'Microsoft.Network/virtualNetworks/subnets/join/action s',
      'Microsoft.Network/publicIPAddresses/join/action a',
    ]);
    expect(
      links(compute('virtualMachines/m'), { networkProfile: { networkInterfaces: [id('1'), id('2')] } }),
    ).toEqual([
      'Microsoft.Network/networkInterfaces/join/action 1',
      'Microsoft.Network/networkInterfaces/join/action 2',
    ]);
    expect(
      links(network('virtualNetworks/v/virtualNetworkPeerings/p'), { remoteVirtualNetwork: id('w') }),
    ).toEqual(['Microsoft.Network/virtualNetworks/peer/action w']);
  });

  it('are none where the body is no JSON', () => {
    const path = network('virtualNetworks/v/subnets/s');
    expect(demandOf({ method: 'PUT', path, body: '{' }, (type) => type)).toMatchObject({ linked: [] });
  });
});

describe('assignments', () => {
  const demand = {
    action: 'Microsoft.Network/virtualNetworks/subnets/write',
    scope: network('virtualNetworks/v/subnets/s'),
    linked: [
      { action: 'Microsoft.Network/routeTables/join/action', scope: `${subscription}/resourceGroups/H/t` },
    ],
  };
  const codeWith = (...assignments: [scope: string, ...actions: string[]][]) =>
    refusal(
      'app',
      assignments.map(([scope, ...actions]) => ({ scope, actions })),
      demand,
    )?.code;
  const join = 'Microsoft.Network/routeTables/join/action';

  it('hold at and below their scope, whatever the letter case', () => {
    expect(codeWith([subscription.toUpperCase(), demand.action.toLowerCase(), join])).toBeUndefined();
    expect(codeWith([group, demand.action], [`${subscription}/resourceGroups/H`, join])).toBeUndefined();
    expect(codeWith([demand.scope, '*'], [subscription, 'Microsoft.Network/*/join/action'])).toBeUndefined();
  });

  it('hold nowhere else', () => {
    expect(codeWith()).toBe('AuthorizationFailed');
    expect(codeWith([`${group}2`, '*'], [subscription, join])).toBe('AuthorizationFailed');
    expect(codeWith([subscription, 'Microsoft.Network/virtualNetworks/write', join])).toBe(
      'AuthorizationFailed',
    );
    expect(codeWith([subscription, 'Microsoft.Network/virtualNetworks/subnets/writ'])).toBe(
      'AuthorizationFailed',
    );
  });

  it('must cover what the body links to as well', () => {
    expect(codeWith([group, demand.action, join])).toBe('LinkedAuthorizationFailed');
    const error = refusal('app', [{ scope: group, actions: ['*'] }], demand);
    expect(error?.message).toContain(`'${join}' on the linked scope(s) '${subscription}/resourceGroups/H/t'`);
  });

  it('bind only whom they were given to', () => {
    const access = new Access();
    access.assign('app', []);
    expect(() => access.assertAllowed('app', demand)).toThrow(/perform action/);
    expect(() => access.assertAllowed('somebody else', demand)).not.toThrow();
    expect(access.free('app')).toBe(true);
    expect(() => access.assertAllowed('app', demand)).not.toThrow();
  });

  it('are read only if they are whole', () => {
    expect(readAssignments({ assignments: [{ scope: '/s', actions: ['a'] }] })).toHaveLength(1);
    for (const assignments of [
      undefined,
      {},
      [{ scope: '/s' }],
      [{ actions: ['a'] }],
      [{ scope: '/s', actions: [1] }],
    ])
      expect(readAssignments({ assignments })).toBeUndefined();
  });
});

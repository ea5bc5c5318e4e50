import type { Answer } from '../../local/launch/http';
import { defineNetwork, networkBody, subnetId } from '../../local/launch/world';
import { content } from './content';
import { ended, startSystem, type Running } from './harness';
import { dryRun } from './planning';
import { reconcile } from './reconciliation';

jest.setTimeout(180_000);

type Json = Record<string, unknown>;

let running: Running;
const id = (path: string): string => running.system.arm.id(running.world.resourceGroup, path);
const network = (path: string): string => id(`Microsoft.Network/${path}`);
const read = async (resource: string): Promise<unknown> =>
  content((await running.system.arm.get(resource)).body);
const exists = async (resource: string): Promise<boolean> =>
  (await running.system.arm.get(resource)).status === 200;

async function provisioned(body: Json): Promise<void> {
  const answer: Answer<{ id: string }> = await running.system.app.send('POST', '/hosts', body);
  expect(answer).toMatchObject({ status: 202 });
  const operation = await ended(running.system, answer.body.id);
  expect(operation).toMatchObject({ status: 'succeeded' });
}

async function tornDown(path: string): Promise<void> {
  const answer: Answer<{ id: string }> = await running.system.app.send('DELETE', `/hosts/${path}`);
  expect(answer).toMatchObject({ status: 202 });
  expect(await ended(running.system, answer.body.id)).toMatchObject({ status: 'succeeded' });
}

afterAll(async () => await running?.stop());

describe('subnets and tables of others', () => {
  const bare = () => subnetId(running.system, running.world, 'Apps');
  const tabled = () => subnetId(running.system, running.world, 'Azure-VMs');
  const theirs = () => network('routeTables/theirs');
  const before: Record<string, unknown> = {};

  /** What a subnet of a company has on it, and a property that no SDK knows yet. */
  const burden = (addressPrefix: string, more: Json = {}): Json => ({
    properties: {
      addressPrefix,
      networkSecurityGroup: { id: network('networkSecurityGroups/theirs') },
      natGateway: { id: running.world.natGatewayId },
      delegations: [
        { name: 'web', properties: { serviceName: 'Microsoft.Web/serverFarms', actions: ['join/action'] } },
      ],
      serviceEndpoints: [{ service: 'Microsoft.Storage', locations: ['westeurope'] }],
      inventedIn2031: { deep: [{ value: 1 }, 'two'], none: false },
      ...more,
    },
  });

  beforeAll(async () => {
    running = await startSystem({
      routedSubnets: [
        { name: 'Azure-VMs', prefix: '10.0.3.0/25', create: true },
        { name: 'Apps', prefix: '10.0.3.128/25', create: true },
      ],
    });
    const { arm } = running.system;
    const { location } = running.world;
    await arm.put(network('networkSecurityGroups/theirs'), { location, properties: {} });
    await arm.put(theirs(), {
      location,
      tags: { owner: 'network team' },
      properties: {
        disableBgpRoutePropagation: true,
        routes: [
          {
            name: 'on-premises',
            properties: { addressPrefix: '192.168.0.0/16', nextHopType: 'VirtualNetworkGateway' },
          },
          {
            name: 'out',
            properties: {
              addressPrefix: '0.0.0.0/0',
              nextHopType: 'VirtualAppliance',
              nextHopIpAddress: '10.0.3.9',
            },
          },
        ],
      },
    });
    await arm.put(bare(), burden('10.0.3.128/25'));
    await arm.put(tabled(), burden('10.0.3.0/25', { routeTable: { id: theirs() } }));
    for (const resource of [bare(), tabled(), theirs()]) before[resource] = await read(resource);
    await provisioned({ network: 'nested-fun', name: 'hv-01' });
  });

  it('get a route or a table of ours and keep everything else', async () => {
    const { properties } = (await running.system.arm.get(bare())).body;
    expect(properties).toMatchObject({
      routeTable: { id: network('routeTables/Routes-for-nested-VMs') },
      inventedIn2031: { deep: [{ value: 1 }, 'two'], none: false },
    });
    const { routeTable: _, ...rest } = content(properties) as Json;
    expect(rest).toEqual((before[bare()] as { properties: Json }).properties);
    expect(await read(tabled())).toEqual(before[tabled()]);
    const table = (await running.system.arm.get(theirs())).body;
    const routes = table.properties?.['routes'] as { name: string }[];
    expect(routes.map(({ name }) => name).sort()).toEqual(['Nested-VMs-hv-01', 'on-premises', 'out']);
    expect(table.properties).toMatchObject({ disableBgpRoutePropagation: true });
  });

  it('are as they were once the last host has gone, but for etags', async () => {
    await tornDown('nested-fun/hv-01');
    for (const [resource, was] of Object.entries(before)) expect(await read(resource)).toEqual(was);
    expect(await exists(network('routeTables/Routes-for-nested-VMs'))).toBe(false);
  });
});

it('a network is made with its IPv6 range, however that is spelt, and is the same when it is spelt otherwise', async () => {
  const { app, arm } = running.system;
  const definition = (range: string): Json => ({
    ...(networkBody(running.system, running.world) as Json),
    virtualNetwork: { name: 'Dual', create: true, addressSpaces: ['10.80.0.0/16', range] },
    natSubnet: { name: 'NAT', prefix: '10.80.0.0/24', create: true },
    lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.80.1.0/24', create: true },
    ghosted: { pools: ['10.80.2.0/24'] },
    routedSubnets: [],
  });
  await defineNetwork(running.system, 'dual', definition('FD00:1:0::/48'));
  const made = await arm.get(network('virtualNetworks/Dual'));
  expect(made.body.properties).toMatchObject({
    addressSpace: { addressPrefixes: ['10.80.0.0/16', 'fd00:1::/48'] },
  });
  const { operation } = await app.get<Json>('/networks/dual');
  expect(await app.send('PUT', '/networks/dual', definition('fd00:0001::/48'))).toMatchObject({
    status: 200,
    body: { operation },
  });
});

it('a way out that is said to exist is believed until the routes in force at NIC 1 are known', async () => {
  const { admin, app, arm } = running.system;
  const dual = (name: string) => network(`virtualNetworks/Dual/subnets/${name}`);
  const shut = network('routeTables/shut');
  const drop = { addressPrefix: '0.0.0.0/0', nextHopType: 'None' };
  await arm.put(shut, {
    location: running.world.location,
    properties: { routes: [{ name: 'drop', properties: drop }] },
  });
  await arm.put(dual('NAT'), {
    properties: { addressPrefix: '10.80.0.0/24', natGateway: { id: running.world.natGatewayId } },
  });
  const { operation: _, ...current } = await app.get<Json>('/networks/dual');
  await defineNetwork(running.system, 'dual', {
    ...(current['definition'] as Json),
    outbound: { kind: 'existing' },
  });
  // Somebody shuts the way between the plan and the end.
  const fault = await admin.addFault({
    match: { method: 'POST', path: 'hv-21-nat/effectiveRouteTable$' },
    times: 100,
    effect: {
      kind: 'mutate',
      when: 'before',
      patch: { id: dual('NAT'), body: { properties: { routeTable: { id: shut } } } },
    },
  });
  const answer: Answer<{ id: string }> = await app.send('POST', '/hosts', { network: 'dual', name: 'hv-21' });
  const failed = await ended(running.system, answer.body.id);
  expect(failed).toMatchObject({ status: 'failed', failure: { step: 'verify', code: 'VerificationFailed' } });
  expect(failed.failure?.message).toContain(
    'hv-21-nat has no way to the internet: the routes in force at it in NAT send it to None (route drop 0.0.0.0/0)',
  );
  await admin.removeFault(fault);
  expect(await exists(network('networkInterfaces/hv-21-nat'))).toBe(false);
});

describe('a network with a firewall, a peer elsewhere and addresses of its own', () => {
  const spokeGroup = 'spoke-group';
  const spoke = () => running.system.arm.id(spokeGroup, 'Microsoft.Network/virtualNetworks/Spoke');
  const abroad = () =>
    running.system.arm.id(spokeGroup, 'Microsoft.Network/routeTables/Routes-for-nested-VMs');
  const through = (name: string, addressPrefix: string) => ({
    name,
    properties: { addressPrefix, nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.60.9.4' },
  });
  const definition = (more: Json = {}): Json => ({
    ...(networkBody(running.system, running.world) as Json),
    virtualNetwork: { name: 'Hub', addressSpaces: ['10.60.0.0/16'] },
    natSubnet: { name: 'NAT', prefix: '10.60.0.0/24', create: true },
    lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.60.1.0/24' },
    ghosted: { pools: ['10.60.128.0/20'] },
    routedSubnets: [
      { name: 'Apps', prefix: '10.60.3.0/24', via: 'appliance' },
      { id: `${spoke()}/subnets/Far`, prefix: '10.70.0.0/24' },
    ],
    extraPrefixes: ['192.168.0.0/16'],
    dnsSuffix: 'corp.example',
    outbound: { kind: 'publicIp' },
    tags: { costCentre: '4711' },
    hosts: { zone: '1', dataDiskSizeGb: 256, acceleratedNetworking: true, securityType: 'TrustedLaunch' },
    ...more,
  });

  beforeAll(async () => {
    const { arm } = running.system;
    const { location } = running.world;
    await arm.put(arm.id(spokeGroup), { location: 'northeurope' });
    const table = async (name: string, routes: unknown[]) => {
      await arm.put(network(`routeTables/${name}`), { location, properties: { routes } });
      return { routeTable: { id: network(`routeTables/${name}`) } };
    };
    const apps = await table('apps', [through('inspected', '10.60.0.0/16')]);
    const lan = await table('lan', [through('back', '10.60.3.0/24')]);
    await arm.put(network('virtualNetworks/Hub'), {
      location,
      properties: { addressSpace: { addressPrefixes: ['10.60.0.0/16'] } },
    });
    const subnets: [string, Json][] = [
      ['Hyper-V-LAN', { addressPrefix: '10.60.1.0/24', ...lan }],
      ['Apps', { addressPrefix: '10.60.3.0/24', ...apps }],
      ['Firewall', { addressPrefix: '10.60.9.0/26' }],
    ];
    for (const [name, properties] of subnets) {
      await arm.put(network(`virtualNetworks/Hub/subnets/${name}`), { properties });
    }
    await arm.put(spoke(), {
      location: 'northeurope',
      properties: { addressSpace: { addressPrefixes: ['10.70.0.0/16'] } },
    });
    await arm.put(`${spoke()}/subnets/Far`, { properties: { addressPrefix: '10.70.0.0/24' } });
  });

  const peer = async (from: string, to: string, allowForwardedTraffic = true) =>
    await running.system.arm.put(`${from}/virtualNetworkPeerings/link`, {
      properties: {
        remoteVirtualNetwork: { id: to },
        allowVirtualNetworkAccess: true,
        allowForwardedTraffic,
      },
    });
  const defined = async (body: Json): Promise<Json> => {
    const { app } = running.system;
    const answer: Answer<Json> = await app.send('PUT', '/networks/hub', body);
    const operation = answer.body['operation'] ?? answer.body['id'];
    return (await ended(running.system, String(operation))) as unknown as Json;
  };

  it('is refused with every reason while the peer is not ready', async () => {
    await peer(network('virtualNetworks/Hub'), spoke());
    const operation = await defined(
      definition({ lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.60.1.0/25' } }),
    );
    expect(operation).toMatchObject({
      status: 'failed',
      failure: { step: 'check', code: 'DefinitionDiffers' },
    });
    const { message } = operation['failure'] as { message: string };
    expect(message).toMatch(/\/lanSubnet\/prefix: .*10\.60\.1\.0\/24/);
    expect(message).toMatch(/\/routedSubnets\/1: .*not peered directly in the direction from Spoke/);
    expect(operation).toMatchObject({
      failure: { errors: [{ pointer: '/lanSubnet/prefix' }, { pointer: '/routedSubnets/1' }] },
    });
  });

  it('takes a host, whose routes lie in the tables of the firewall, of Hyper-V-LAN and of the other region', async () => {
    await peer(spoke(), network('virtualNetworks/Hub'));
    await defineNetwork(running.system, 'hub', definition());
    await provisioned({ network: 'hub', name: 'hv-11' });
    const prefix = '10.60.128.0/24';
    const routesOf = async (table: string) =>
      (
        (await running.system.arm.get(table)).body.properties?.['routes'] as {
          name: string;
          properties: Json;
        }[]
      )
        .filter(({ properties }) => properties['addressPrefix'] === prefix)
        .map(({ name }) => name);
    const ours = ['Nested-VMs-hv-11'];
    expect(await routesOf(network('routeTables/lan'))).toEqual(ours);
    expect(await routesOf(network('routeTables/Routes-for-nested-VMs'))).toEqual(ours);
    expect(await routesOf(abroad())).toEqual(ours);
    expect(await routesOf(network('routeTables/apps'))).toEqual([]);
    const firewall = (await running.system.arm.get(network('virtualNetworks/Hub/subnets/Firewall'))).body;
    expect(firewall.properties).toMatchObject({
      routeTable: { id: network('routeTables/Routes-for-nested-VMs') },
    });
    expect((await running.system.arm.get(abroad())).body).toMatchObject({
      location: 'northeurope',
      tags: { costCentre: '4711', 'nested-hosts-network': 'hub' },
    });
  });

  it('gives the host what the definition says', async () => {
    const { arm } = running.system;
    const vm = (await arm.get(id('Microsoft.Compute/virtualMachines/hv-11'))).body;
    expect(vm).toMatchObject({
      zones: ['1'],
      tags: { costCentre: '4711' },
      properties: {
        securityProfile: { securityType: 'TrustedLaunch' },
        storageProfile: { dataDisks: [{ name: 'hv-11-data', deleteOption: 'Delete' }] },
      },
    });
    const address = (await arm.get(network('publicIPAddresses/hv-11-nat-ip'))).body;
    expect(address).toMatchObject({ sku: { name: 'Standard' }, zones: ['1'] });
    const nic = (await arm.get(network('networkInterfaces/hv-11-nat'))).body.properties;
    expect(nic).toMatchObject({
      enableAcceleratedNetworking: true,
      enableIPForwarding: false,
      ipConfigurations: [{ properties: { publicIPAddress: { id: address.id } } }],
    });
    const state = await running.system.admin.state();
    const guest = Object.entries(state.guests).find(([name]) => name.endsWith('/hv-11'))?.[1];
    const prefixes = (guest?.routes ?? []).map(({ prefix }) => prefix);
    expect(Object.values(guest?.dhcp.scopes ?? {})).toMatchObject([{ suffix: 'corp.example' }]);
    expect(prefixes).toEqual(expect.arrayContaining(['10.60.0.0/16', '10.70.0.0/16', '192.168.0.0/16']));
    expect(guest).toMatchObject({ hyperVPaths: { machines: 'F:\\Hyper-V' } });
  });

  it('has nothing to mend; what is changed by hand in any of these tables comes back', async () => {
    const { system } = running;
    const mendable = async () =>
      (await reconcile(system, 'hub')).findings
        .filter(({ remedy }) => remedy !== 'report')
        .map(({ kind, subnet, action }) => `${kind} ${subnet ?? ''} ${action.verdict}`)
        .sort();
    expect(await mendable()).toEqual([]);
    const route = '/routes/Nested-VMs-hv-11';
    await system.arm.delete(`${abroad()}${route}`);
    await system.arm.delete(`${network('routeTables/lan')}${route}`);
    await system.admin.patchResource(`${spoke()}/subnets/Far`, { properties: { routeTable: null } });
    const nic = network('networkInterfaces/hv-11-nat');
    const { ipConfigurations } = (await system.arm.get(nic)).body.properties as { ipConfigurations: Json[] };
    const [config = {}] = ipConfigurations;
    const { publicIPAddress: _, ...bare } = config['properties'] as Json;
    await system.admin.patchResource(nic, {
      properties: { ipConfigurations: [{ ...config, properties: bare }] },
    });
    expect(await mendable()).toEqual([
      'lostAssociation Far done',
      'missingRoute  done',
      'missingRoute  done',
      'publicAddressLost  done',
    ]);
    expect((await system.arm.get(`${abroad()}${route}`)).status).toBe(200);
    expect((await system.arm.get(`${network('routeTables/lan')}${route}`)).status).toBe(200);
    expect((await system.arm.get(`${spoke()}/subnets/Far`)).body.properties).toMatchObject({
      routeTable: { id: abroad() },
    });
    expect((await system.arm.get(nic)).body.properties).toMatchObject({
      ipConfigurations: [
        { properties: { publicIPAddress: { id: network('publicIPAddresses/hv-11-nat-ip') } } },
      ],
    });
    expect(await mendable()).toEqual([]);
  });

  it('tells of a peering that no longer takes what guests send, and plans no host until it does', async () => {
    const broken = async () =>
      (await reconcile(running.system, 'hub')).findings.filter(({ kind }) => kind === 'peeringBroken');
    const obstacles = async () =>
      (await dryRun(running.system, 'hv-12', { network: 'hub' })).obstacles.map(({ code }) => code);
    expect(await broken()).toEqual([]);
    await peer(spoke(), network('virtualNetworks/Hub'), false);
    expect(await broken()).toMatchObject([{ what: spoke(), subnet: 'Far', action: { verdict: 'none' } }]);
    expect(await obstacles()).toEqual(['PeeringBroken']);
    await peer(spoke(), network('virtualNetworks/Hub'));
    expect(await broken()).toEqual([]);
    expect(await obstacles()).toEqual([]);
  });

  it('refuses the next host when the way back no longer crosses the firewall', async () => {
    const { arm } = running.system;
    await arm.delete(network('routeTables/lan/routes/back'));
    const answer: Answer<{ id: string }> = await running.system.app.send('POST', '/hosts', {
      network: 'hub',
      name: 'hv-12',
    });
    expect(await ended(running.system, answer.body.id)).toMatchObject({
      status: 'failed',
      failure: { step: 'plan', code: 'AsymmetricPath' },
    });
    await arm.put(network('routeTables/lan/routes/back'), through('back', '10.60.3.0/24'));
  });

  it('leaves the data disk behind if told so, and nothing else', async () => {
    await tornDown('hub/hv-11?keepDisks=true');
    const left = [
      id('Microsoft.Compute/disks/hv-11-data'),
      id('Microsoft.Compute/disks/hv-11-os'),
      id('Microsoft.Compute/virtualMachines/hv-11'),
      network('networkInterfaces/hv-11-nat'),
      network('publicIPAddresses/hv-11-nat-ip'),
      network('routeTables/Routes-for-nested-VMs'),
      abroad(),
    ];
    const found = await Promise.all(left.map(exists));
    expect(left.filter((_, index) => found[index])).toEqual([id('Microsoft.Compute/disks/hv-11-data')]);
    expect(await read(network('routeTables/lan'))).toMatchObject({
      properties: { routes: [{ name: 'back' }] },
    });
  });
});

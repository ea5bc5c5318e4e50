import { defineNetwork, networkBody, subnetId } from '../../local/launch/world';
import { removeByHand } from '../faults/azure';
import { holdings } from './content';
import { ended, order, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';
import { reconcile, verdicts } from './reconciliation';
import { wipe } from './wipe';

jest.setTimeout(180_000);

interface Host {
  name: string;
  state: string;
  addresses: Record<string, string>;
}

let running: Running;
let before: string[];
/** As the app tagged a host. */
let tags: Record<string, string>;
beforeAll(async () => {
  running = await startSystem();
  before = await resourceIds(running.system);
  const ids = await Promise.all(['hv-01', 'hv-02'].map((name) => order(running.system, name)));
  for (const id of ids) expect(await ended(running.system, id)).toMatchObject({ status: 'succeeded' });
  const { resources } = await running.system.admin.state();
  tags = resources.find(({ id }) => id.endsWith('/networkInterfaces/hv-01-nat'))?.tags ?? {};
});
afterAll(async () => await running?.stop());

const hosts = async (): Promise<unknown[]> => {
  const all = await running.system.app.get<Record<string, unknown>[]>('/hosts?network=nested-fun');
  // When a host was last looked into is not written anywhere in Azure.
  return all.map(({ guest: _, updatedAt: _at, ...host }) => host);
};

const writes = async (): Promise<number> => (await running.system.admin.requests()).counts.writes;

it('all promises and records of hosts come back from what Azure shows, without a write to it', async () => {
  const known = await hosts();
  await wipe(running.system, 'ledger');
  await wipe(running.system, 'hosts');
  expect(await hosts()).toEqual([]);
  expect(await promisedPrefixes(running.system)).toBe(0);
  const count = await writes();
  expect(verdicts(await reconcile(running.system, 'nested-fun', { dryRun: true }))).toEqual([
    'recordsLost withheld',
    'recordsLost withheld',
  ]);
  expect([await hosts(), await writes()]).toEqual([[], count]);
  // Nobody knows that they are taken, but Azure shows it: nothing of it is given to somebody else meanwhile.
  const newcomer = await ended(running.system, await order(running.system, 'hv-03'));
  expect(newcomer).toMatchObject({ status: 'succeeded' });
  const [third] = (await hosts()) as Host[];
  expect(third?.addresses).toEqual({
    ghostedPrefix: '10.10.1.0/24',
    natAddress: '10.0.0.6',
    lanAddress: '10.0.1.6',
  });
  const after = await writes();
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([
    'recordsLost done',
    'recordsLost done',
  ]);
  expect(await hosts()).toEqual([...known, third]);
  expect(await promisedPrefixes(running.system)).toBe(3);
  expect(await writes()).toBe(after);
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([]);
});

it('a part that is lost comes back from the other', async () => {
  const known = await hosts();
  await wipe(running.system, 'ledger', (key) => key !== 'head');
  await wipe(running.system, 'hosts', (key) => key === 'hv-02');
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([
    'recordsLost done',
    'recordsLost done',
    'recordsLost done',
  ]);
  expect(await hosts()).toEqual(known);
  await wipe(running.system, 'hosts', (key) => key === 'hv-01');
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual(['recordsLost done']);
  expect(await hosts()).toEqual(known);
});

it('a rebuilt host is as asked, and a new one gets what nobody has', async () => {
  const { app } = running.system;
  expect(await app.send('POST', '/hosts', { network: 'nested-fun', name: 'hv-01' })).toMatchObject({
    status: 200,
  });
  expect((await ended(running.system, await order(running.system, 'hv-04'))).status).toBe('succeeded');
  const all = (await hosts()) as Host[];
  for (const key of ['ghostedPrefix', 'natAddress', 'lanAddress'])
    expect(new Set(all.map(({ addresses }) => addresses[key])).size).toBe(4);
});

const network = (path: string): string =>
  running.system.arm.id(running.world.resourceGroup, `Microsoft.Network/${path}`);

/** Puts a network interface into a subnet by hand. */
async function plantNic(name: string, subnet: string, tags: Record<string, string> = {}): Promise<string> {
  const { arm } = running.system;
  const id = network(`networkInterfaces/${name}`);
  const where = { id: subnetId(running.system, running.world, subnet) };
  const ipConfigurations = [{ name: 'one', properties: { subnet: where } }];
  await arm.put(id, { location: running.world.location, tags, properties: { ipConfigurations } });
  return id;
}

async function plantAddress(name: string, tags: Record<string, string>): Promise<string> {
  const id = network(`publicIPAddresses/${name}`);
  const properties = { publicIPAllocationMethod: 'Static' };
  await running.system.arm.put(id, {
    location: running.world.location,
    tags,
    sku: { name: 'Standard' },
    properties,
  });
  return id;
}

it('what is changed by hand comes back where that interrupts nobody; the rest is told, and stays', async () => {
  const { admin, arm } = running.system;
  const intact = await holdings(running.system);
  const lan = network('networkInterfaces/hv-01-lan');
  const { ipConfigurations } = (await arm.get(lan)).body.properties as {
    ipConfigurations: { properties: object }[];
  };
  const moved = ipConfigurations.map((one) => ({
    ...one,
    properties: { ...one.properties, privateIPAddress: '10.0.1.77' },
  }));
  await arm.delete(subnetId(running.system, running.world, 'Ghosted-hv-01'));
  await admin.patchResource(network('networkInterfaces/hv-01-nat'), {
    tags: { 'nested-hosts-installation': 'other' },
  });
  await admin.patchResource(lan, { properties: { ipConfigurations: moved } });
  const inspect = network('routeTables/Routes-for-nested-VMs/routes/inspect');
  const hop = { nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.1.200' };
  await arm.put(inspect, { properties: { addressPrefix: '10.0.2.0/23', ...hop } });
  // Azure-VMs and Hyper-V-LAN are both in that table.
  const refused = ['routingRefused none', 'routingRefused none'];
  const told = ['networkInterfaceChanged none', 'networkInterfaceGone none', ...refused];
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([
    'ghostedSubnetGone done',
    ...told,
  ]);
  const guest = await plantNic('theirs', 'Ghosted-hv-01');
  const damaged = await holdings(running.system);
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([
    'foreignNetworkInterface none',
    ...told,
  ]);
  expect(await holdings(running.system)).toEqual(damaged);
  await arm.delete(guest);
  await arm.delete(inspect);
  await admin.patchResource(network('networkInterfaces/hv-01-nat'), { tags });
  await admin.patchResource(lan, { properties: { ipConfigurations } });
  expect(await holdings(running.system)).toEqual(intact);
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([]);
});

it('network interfaces and public addresses of hosts that are no more go after the grace period; near misses stay', async () => {
  const gone = { ...tags, 'nested-hosts-host': 'hv-09' };
  const intact = await resourceIds(running.system);
  await plantNic('hv-09-lan', 'Azure-VMs', gone);
  await plantAddress('hv-09-nat-ip', gone);
  const theirs = { ...tags, 'nested-hosts-installation': 'other', 'nested-hosts-host': 'hv-08' };
  const near = [
    await plantNic('hv-08-lan', 'Azure-VMs', theirs),
    await plantAddress('hv-08-nat-ip', theirs),
    // Tags are copied along with a resource.
    await plantNic('copied', 'Azure-VMs', gone),
    await plantAddress('hv-01-nat-ip', tags),
  ];
  const kept = [
    'leftoverNetworkInterface none',
    'leftoverNetworkInterface withheld',
    'leftoverPublicAddress withheld',
  ];
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual(kept);
  await running.system.passTime(25 * 3_600_000);
  expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual(
    kept.map((verdict) => verdict.replace('withheld', 'done')).sort(),
  );
  // Hosts that were not looked into for a day were asked meanwhile.
  const added = (await resourceIds(running.system)).filter((id) => !intact.includes(id));
  expect(added.filter((id) => !id.includes('/runcommands/'))).toEqual(
    near.map((id) => id.toLowerCase()).sort(),
  );
  for (const id of near) await running.system.arm.delete(id);
});

it('of a table that two VNets share the last host of one takes its routes alone, that of the other the table', async () => {
  const { system, world } = running;
  await defineNetwork(
    system,
    'beside',
    networkBody(system, world, {
      virtualNetwork: { name: 'Beside', create: true, addressSpaces: ['10.20.0.0/16'] },
      natSubnet: { name: 'NAT', prefix: '10.20.0.0/24', create: true },
      lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.20.1.0/24', create: true },
      ghosted: { pools: ['10.20.128.0/20'] },
      routedSubnets: [{ name: 'Apps', prefix: '10.20.3.0/24', create: true }],
    }),
  );
  const made = await ended(system, await order(system, 'be-01', { network: 'beside' }));
  expect(made).toMatchObject({ status: 'succeeded' });
  const tornDown = async (host: string): Promise<void> => {
    const { body } = await system.app.send<{ id: string }>('DELETE', `/hosts/${host}`);
    expect((await ended(system, body.id)).failure).toBeUndefined();
  };
  const table = async () => {
    const { body } = await system.arm.get(network('routeTables/Routes-for-nested-VMs'));
    const { routes = [], subnets = [] } = (body.properties ?? {}) as Record<
      string,
      { name: string; id: string }[]
    >;
    return {
      routes: routes.map(({ name }) => name),
      subnets: subnets.map(({ id }) => id.split('/').slice(-3).join('/')),
    };
  };
  const subnetsOf = (vnet: string, ...names: string[]) => names.map((name) => `${vnet}/subnets/${name}`);
  const all = [
    ...subnetsOf('Beside', 'Apps', 'Hyper-V-LAN'),
    ...subnetsOf('Nested-Fun', 'Azure-VMs', 'Hyper-V-LAN'),
  ];
  for (const host of ['hv-01', 'hv-02', 'hv-03', 'hv-04']) await tornDown(`nested-fun/${host}`);
  const { routes, subnets } = await table();
  expect({ routes, subnets: subnets.toSorted() }).toEqual({ routes: ['Nested-VMs-be-01'], subnets: all });
  // Nor is it taken for needless while the one network has no host and the other one has.
  for (const name of ['nested-fun', 'beside']) expect(verdicts(await reconcile(system, name))).toEqual([]);
  await tornDown('beside/be-01');
  const left = (await resourceIds(system)).filter((id) => !before.includes(id));
  expect(left.map((id) => id.split('/').slice(-3).join('/')).toSorted()).toEqual(
    [
      'microsoft.network/virtualnetworks/beside',
      ...subnetsOf('beside', 'apps', 'hyper-v-lan', 'nat'),
      ...subnetsOf('nested-fun', 'hyper-v-lan', 'nat'),
    ].toSorted(),
  );
  expect(await promisedPrefixes(system)).toBe(0);
});

it('a VNet that is gone is told; of all that seems to be left without it nothing is touched', async () => {
  const { system } = running;
  const leftover = await plantAddress('hv-09-nat-ip', { ...tags, 'nested-hosts-host': 'hv-09' });
  expect(verdicts(await reconcile(system, 'nested-fun'))).toEqual(['leftoverPublicAddress withheld']);
  await system.passTime(25 * 3_600_000);
  await removeByHand(system, network('virtualNetworks/Nested-Fun'));
  const { writes: sent, deletes } = (await system.admin.requests()).counts;
  expect(verdicts(await reconcile(system, 'nested-fun'))).toEqual(['virtualNetworkGone none']);
  expect((await system.admin.requests()).counts).toMatchObject({ writes: sent, deletes });
  expect(await resourceIds(system)).toContain(leftover.toLowerCase());
});

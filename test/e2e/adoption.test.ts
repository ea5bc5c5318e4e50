import { isChange } from '../../local/azure/edge/questions';
import { buildByHand, type HandBuilt, type HandBuiltWishes } from '../../local/launch/handBuilt';
import type { OperationView } from '../../local/launch/appClient';
import type { AdminClient, LoggedRequest } from '../../local/launch/adminClient';
import { subnetId } from '../../local/launch/world';
import { ended, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';
import { reconcile, verdicts } from './reconciliation';
import { wipe } from './wipe';

jest.setTimeout(180_000);

let running: Running;
beforeAll(async () => {
  running = await startSystem();
});
afterAll(async () => await running?.stop());

interface Adoption extends OperationView {
  adoption?: {
    addresses: Record<string, string>;
    ghostedSubnet: string;
    routes: string[];
    repairs: string[];
    interruptions: string[];
  };
}

const ranges = ['10.0.0.0/22', '10.10.0.0/16'];
const lab: HandBuiltWishes = {
  name: 'HyperV-Lab',
  natAddress: '10.0.0.40',
  lanAddress: '10.0.1.40',
  prefix: '10.10.40.0/24',
  ranges,
};

async function adopt(body: Record<string, unknown>): Promise<Adoption> {
  const { app } = running.system;
  const answer = await app.send<{ id: string }>('POST', '/networks/nested-fun/adoptions', body);
  expect(answer).toMatchObject({ status: 202 });
  return await ended(running.system, answer.body.id);
}

async function tornDown(host: string): Promise<OperationView> {
  const { body } = await running.system.app.send<{ id: string }>('DELETE', `/hosts/nested-fun/${host}`);
  return await ended(running.system, body.id);
}

const writesSince = async (admin: AdminClient, seq: number): Promise<LoggedRequest[]> =>
  (await admin.requests(seq)).requests.filter(isChange);

const lastSeq = async (admin: AdminClient): Promise<number> =>
  (await admin.requests()).requests.at(-1)?.seq ?? 0;

const bootOf = async (vm: string): Promise<unknown> =>
  (await running.system.admin.state()).guests[vm.toLowerCase()]?.bootTime;

describe('a host built by hand after the article', () => {
  let built: HandBuilt;
  let boot: unknown;
  let before: string[];
  beforeAll(async () => {
    const { system, world } = running;
    before = await resourceIds(system);
    built = await buildByHand(system, world, lab);
    boot = await bootOf(built.virtualMachine);
  });

  it('is told in a dry run, which promises and looks into nothing', async () => {
    const { admin } = running.system;
    const seq = await lastSeq(admin);
    const operation = await adopt({ virtualMachine: 'HyperV-Lab', dryRun: true });
    expect(operation).toMatchObject({
      status: 'succeeded',
      adoption: { ghostedSubnet: 'Ghosted', repairs: [], interruptions: [] },
    });
    expect(await writesSince(admin, seq)).toEqual([]);
    expect(await promisedPrefixes(running.system)).toBe(0);
    expect((await running.system.app.send('GET', '/hosts/nested-fun/hyperv-lab')).status).toBe(404);
  });

  it('is adopted without a write other than the look into Windows, and without a restart', async () => {
    const { admin, app } = running.system;
    const seq = await lastSeq(admin);
    const operation = await adopt({ virtualMachine: built.virtualMachine });
    expect(operation.failure).toBeUndefined();
    expect(operation).toMatchObject({ status: 'succeeded', kind: 'adopt' });
    expect(operation.steps.map(({ name, change }) => `${name} ${change ?? '-'}`)).toEqual([
      'recognise -',
      'createSubnets unchanged',
      'attachSecondNic unchanged',
      'enableIpForwarding unchanged',
      'configureGuest unchanged',
      'addRoute unchanged',
      'verify -',
    ]);
    const writes = await writesSince(admin, seq);
    expect(writes.map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`)).toEqual([
      expect.stringMatching(/^PUT runCommands\/verify-/),
    ]);
    expect(await bootOf(built.virtualMachine)).toBe(boot);
    const host = await app.get<Record<string, unknown>>('/hosts/nested-fun/hyperv-lab');
    expect(host).toMatchObject({
      state: 'ready',
      addresses: { ghostedPrefix: '10.10.40.0/24', natAddress: '10.0.0.40', lanAddress: '10.0.1.40' },
      adopted: { ghostedSubnet: 'Ghosted', routes: [{ name: 'Nested-VMs' }] },
    });
    expect(await promisedPrefixes(running.system)).toBe(1);
  });

  it('is found unchanged when adopted again, and reconciled like any other', async () => {
    const { app } = running.system;
    const again = await app.send('POST', '/networks/nested-fun/adoptions', { virtualMachine: 'HyperV-Lab' });
    expect(again).toMatchObject({ status: 200, body: { unchanged: true } });
    const other = await adopt({ virtualMachine: 'HyperV-Lab', name: 'other' });
    expect(other).toMatchObject({ status: 'failed', failure: { code: 'ManagedAlready' } });
    expect(await promisedPrefixes(running.system)).toBe(1);
  });

  it('gets a lost promise back from its record, and a lost record by being adopted again', async () => {
    const { system } = running;
    const { updatedAt: _, ...known } = await system.app.get<Record<string, unknown>>(
      '/hosts/nested-fun/hyperv-lab',
    );
    await wipe(system, 'ledger');
    expect(verdicts(await reconcile(system, 'nested-fun'))).toEqual(['recordsLost done']);
    expect(await promisedPrefixes(system)).toBe(1);
    await wipe(system, 'hosts');
    expect(await adopt({ virtualMachine: 'HyperV-Lab' })).toMatchObject({ status: 'succeeded' });
    expect(await system.app.get('/hosts/nested-fun/hyperv-lab')).toMatchObject({
      ...known,
      guest: expect.anything() as unknown,
    });
    expect(await promisedPrefixes(system)).toBe(1);
  });

  it('is torn down with what the adoption listed, and the table stays', async () => {
    const { system, world } = running;
    const operation = await tornDown('hyperv-lab');
    expect(operation.failure).toBeUndefined();
    expect(operation.status).toBe('succeeded');
    const left = (await resourceIds(system)).filter((id) => !before.includes(id));
    const shared = ['Hyper-V-LAN', 'NAT'].map((name) => subnetId(system, world, name));
    expect(left).toEqual([built.routeTable, ...shared].map((id) => id.toLowerCase()));
    for (const name of ['NAT', 'Hyper-V-LAN', 'Azure-VMs']) {
      const { body } = await system.arm.get(subnetId(system, world, name));
      expect(body.properties?.['routeTable']).toEqual({ id: built.routeTable });
    }
    expect(await promisedPrefixes(system)).toBe(0);
  });
});

describe('a VM with one NIC', () => {
  let built: HandBuilt;
  beforeAll(async () => {
    const wish = { ...lab, name: 'Single', natAddress: '10.0.0.50', oneNic: true };
    built = await buildByHand(running.system, running.world, wish);
  });

  it('is not touched without leave to interrupt it', async () => {
    const { admin } = running.system;
    const seq = await lastSeq(admin);
    const operation = await adopt({ virtualMachine: 'Single' });
    expect(operation).toMatchObject({ status: 'failed', failure: { code: 'RepairNeedsInterruption' } });
    expect(await writesSince(admin, seq)).toEqual([]);
    expect(await promisedPrefixes(running.system)).toBe(0);
  });

  it('gets its NIC 2 while deallocated, and becomes a host', async () => {
    const { system } = running;
    const operation = await adopt({ virtualMachine: 'Single', allowInterruption: true });
    expect(operation.failure).toBeUndefined();
    expect(operation.status).toBe('succeeded');
    const { body } = await system.arm.get(built.virtualMachine);
    expect(body.properties).toMatchObject({
      networkProfile: {
        networkInterfaces: [
          { id: built.nic1, properties: { primary: true } },
          { id: expect.stringMatching(/\/single-lan$/) as string, properties: { primary: false } },
        ],
      },
    });
    expect((await tornDown('single')).failure).toBeUndefined();
    expect((await resourceIds(system)).filter((id) => id.includes('single'))).toEqual([]);
  });
});

describe('a VM that is no host', () => {
  it('is refused with every reason', async () => {
    const { arm, admin } = running.system;
    const { location, resourceGroup } = running.world;
    const nic = arm.id(resourceGroup, 'Microsoft.Network/networkInterfaces/app-nic');
    const properties = {
      privateIPAllocationMethod: 'Dynamic',
      subnet: { id: subnetId(running.system, running.world, 'Azure-VMs') },
    };
    await arm.put(nic, { location, properties: { ipConfigurations: [{ name: 'ipconfig1', properties }] } });
    await arm.put(arm.id(resourceGroup, 'Microsoft.Compute/virtualMachines/app'), {
      location,
      properties: {
        hardwareProfile: { vmSize: 'Standard_B2s' },
        storageProfile: {
          imageReference: {
            publisher: 'Canonical',
            offer: 'ubuntu-24_04-lts',
            sku: 'server',
            version: 'latest',
          },
          osDisk: { name: 'app-os', createOption: 'FromImage' },
        },
        osProfile: { computerName: 'app', adminUsername: 'app', adminPassword: 'Only-simulated-1' },
        networkProfile: { networkInterfaces: [{ id: nic, properties: { primary: true } }] },
      },
    });
    const seq = await lastSeq(admin);
    const { failure } = await adopt({ virtualMachine: 'app', allowInterruption: true });
    for (const code of ['NotWindows', 'SizeCannotNest', 'UnexpectedNic', 'NatNicNotFound'])
      expect(failure?.message).toContain(`${code}: `);
    expect(await writesSince(admin, seq)).toEqual([]);
    const named = await running.system.app.send('POST', '/networks/nested-fun/adoptions', {
      virtualMachine: 'a-name-that-is-much-too-long',
    });
    expect(named).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }] } });
  });
});

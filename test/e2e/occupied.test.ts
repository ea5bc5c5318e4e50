import type { HostView } from '../../local/launch/appClient';
import type { Fault } from '../../local/launch/adminClient';
import { subnetId } from '../../local/launch/world';
import { operationId } from '../../shared/api/operationId';
import { ended, order, resourceIds, startSystem, type Running } from './harness';
import { dryRun, lastRequest, writesSince } from './planning';
import { reconcile } from './reconciliation';

jest.setTimeout(180_000);

interface Occupancy {
  pools: { prefix: string; total: number; used: number; foreign: number }[];
  foreign: { ranges: { prefix: string; by: string }[]; addresses: { address: string; by?: string }[] };
}

let running: Running;
beforeAll(async () => {
  running = await startSystem({ ghosted: { pools: ['10.0.2.0/24', '10.10.0.0/22'], prefixLength: 24 } });
});
afterAll(async () => await running?.stop());

const subnet = (name: string): string => subnetId(running.system, running.world, name);
const plant = async (name: string, addressPrefix: string): Promise<void> => {
  await running.system.arm.put(subnet(name), { properties: { addressPrefix } });
};
const plantNic = async (name: string, where: string, privateIPAddress: string): Promise<string> => {
  const { arm } = running.system;
  const { resourceGroup, location } = running.world;
  const id = arm.id(resourceGroup, `Microsoft.Network/networkInterfaces/${name}`);
  const properties = { subnet: { id: subnet(where) }, privateIPAllocationMethod: 'Static', privateIPAddress };
  await arm.put(id, { location, properties: { ipConfigurations: [{ name: 'one', properties }] } });
  return id;
};
const occupancy = async (): Promise<Occupancy> =>
  (await running.system.app.get<{ occupancy: Occupancy }>('/networks/nested-fun')).occupancy;
const host = (name: string): Promise<HostView> => running.system.app.get(`/hosts/nested-fun/${name}`);
const made = async (name: string, more: object = {}): Promise<HostView['addresses']> => {
  expect(await ended(running.system, await order(running.system, name, { ...more }))).toMatchObject({
    status: 'succeeded',
  });
  return (await host(name)).addresses;
};

it('a host gets the next prefix where somebody else has the first, as its dry run says', async () => {
  await plant('theirs', '10.0.2.128/25');
  const plan = await dryRun(running.system, 'hv-01');
  expect(plan).toMatchObject({ obstacles: [], addresses: { ghostedPrefix: '10.10.0.0/24' } });
  expect(await made('hv-01', { planHash: plan.planHash })).toEqual(plan.addresses);
  expect(await occupancy()).toEqual({
    pools: [
      { prefix: '10.0.2.0/24', total: 1, used: 1, foreign: 1 },
      { prefix: '10.10.0.0/22', total: 4, used: 1, foreign: 0 },
    ],
    foreign: { ranges: [{ prefix: '10.0.2.128/25', by: subnet('theirs') }], addresses: [] },
  });
});

it('two that come at once where neither was told so far get one each', async () => {
  await plant('Ghosted-hv-99', '10.10.1.0/24');
  const held = await plantNic('somebody', 'Hyper-V-LAN', '10.0.1.5');
  const [one, two] = await Promise.all([made('hv-02'), made('hv-03')]);
  expect(new Set([one?.ghostedPrefix, two?.ghostedPrefix])).toEqual(
    new Set(['10.10.2.0/24', '10.10.3.0/24']),
  );
  const addresses = [one, two].flatMap((found) => [found?.natAddress, found?.lanAddress]);
  expect(addresses.sort()).toEqual(['10.0.0.5', '10.0.0.6', '10.0.1.6', '10.0.1.7']);
  expect((await occupancy()).foreign.addresses).toEqual([{ address: '10.0.1.5', by: held }]);
});

it('an order for which nothing is left is refused at once', async () => {
  const refused = await running.system.app.send('POST', '/hosts', { network: 'nested-fun', name: 'hv-04' });
  expect(refused).toMatchObject({
    status: 409,
    body: {
      type: '/problems/pool-exhausted',
      detail: expect.stringContaining('Of 5, 2 lie in subnets of others.') as string,
    },
  });
});

it('a prefix that was asked for is refused with the reason, and nothing is written', async () => {
  const since = await lastRequest(running.system);
  const id = await order(running.system, 'hv-04', { ghostedPrefix: '10.10.1.0/24' });
  expect(await ended(running.system, id)).toMatchObject({
    status: 'failed',
    failure: {
      step: 'plan',
      code: 'PrefixInUse',
      message: expect.stringContaining('Ghosted-hv-99') as string,
    },
  });
  expect(await writesSince(running.system, since)).toEqual([]);
});

it('what others no longer have is given again after the next look; a plan for it stands until somebody takes it', async () => {
  const { app, arm } = running.system;
  await arm.delete(subnet('Ghosted-hv-99'));
  await reconcile(running.system, 'nested-fun', { dryRun: true });
  expect((await occupancy()).foreign.ranges.map(({ prefix }) => prefix)).toEqual(['10.0.2.128/25']);
  const plan = await dryRun(running.system, 'hv-04');
  expect(plan.addresses.ghostedPrefix).toBe('10.10.1.0/24');
  await arm.delete(subnet('theirs'));
  await plant('late', '10.10.1.192/26');
  const body = { network: 'nested-fun', name: 'hv-04', planHash: plan.planHash };
  expect(await app.send('POST', '/hosts', body)).toMatchObject({
    status: 409,
    body: { type: '/problems/plan-differs' },
  });
  // Over the queue nobody compares before its own plan does.
  await running.system.queue.send({ schemaVersion: 1, kind: 'provision', requestId: 'r', ...body });
  const id = operationId({ kind: 'queue', requestId: 'r' });
  expect(await ended(running.system, id)).toMatchObject({ failure: { step: 'plan', code: 'PlanDiffers' } });
  expect(await resourceIds(running.system)).not.toContain(subnet('Ghosted-hv-04').toLowerCase());
});

it('an address that somebody takes after the plan ends the order with the reason, and the next order gets another', async () => {
  const { admin, arm } = running.system;
  await arm.delete(subnet('late'));
  await reconcile(running.system, 'nested-fun', { dryRun: true });
  await admin.addFault({
    match: { method: 'PUT', path: 'networkInterfaces/hv-05-nat$' },
    effect: { kind: 'mutate', when: 'before', occupy: subnet('NAT') },
  } as unknown as Fault);
  const id = await order(running.system, 'hv-05');
  expect(await ended(running.system, id)).toMatchObject({
    status: 'failed',
    failure: {
      step: 'createVirtualMachine',
      code: 'PrivateIPAddressIsAllocated',
      message: expect.stringContaining('Order the host again') as string,
    },
  });
  // A reconciliation that came meanwhile may have seen who has it.
  expect((await occupancy()).foreign.addresses.map(({ address }) => address)).toContain('10.0.0.7');
  expect(await made('hv-05')).toEqual({
    ghostedPrefix: '10.0.2.0/24',
    natAddress: '10.0.0.8',
    lanAddress: '10.0.1.8',
  });
});

import { until } from '../../local/launch/until';
import { ended, order, startSystem, type Running } from './harness';
import { reconcile } from './reconciliation';

jest.setTimeout(180_000);

interface RunCommand {
  name: string;
  id: string;
  properties: { instanceView?: { executionState: string }; parameters: unknown; source: unknown };
}

let running: Running;
beforeAll(async () => {
  running = await startSystem({}, 1, { GUEST_TIMEOUT_FEATURES: '600' });
});
afterAll(async () => await running?.stop());

const machine = (): string =>
  running.system.arm.id(running.world.resourceGroup, 'Microsoft.Compute/virtualMachines/hv-01');

async function commands(): Promise<string[]> {
  const { resources } = await running.system.admin.state();
  return resources.flatMap(({ type, name }) => (/\/runCommands$/i.test(type) ? [name] : []));
}

async function stateOf(name: string): Promise<string | undefined> {
  const id = `${machine()}/runCommands/${name}`;
  const { body } = await running.system.arm.get(id, { $expand: 'instanceView' });
  return (body as unknown as RunCommand).properties.instanceView?.executionState;
}

describe('a script that goes down with its VM', () => {
  it('is given up after its time and run again', async () => {
    const { admin, arm } = running.system;
    const held = await admin.addFault({
      match: { method: 'PUT', path: '/runCommands/features-' },
      effect: { kind: 'hold', until: 'after' },
    });
    const id = await order(running.system, 'hv-01');
    await until(async () => (await admin.faults()).find((fault) => fault.held), { what: 'the first script' });
    const [lost = ''] = await commands();
    // The agent picks the script up; then somebody restarts the VM in the middle of it.
    await until(async () => ((await stateOf(lost)) === 'Running' ? true : undefined), {
      what: 'the script to run',
      meanwhile: () => running.system.passTime(2_000),
    });
    await arm.send(`${machine()}/restart`, 'POST');
    await admin.removeFault(held);
    expect(await ended(running.system, id)).toMatchObject({ status: 'succeeded' });
    expect(await stateOf(lost)).toBe('TimedOut');
    expect((await commands()).filter((name) => name.startsWith('features-'))).toEqual([
      lost,
      lost.replace(/-1$/, '-2'),
    ]);
  });
});

describe('run commands of many operations', () => {
  it('make room for new ones, but for those of somebody else', async () => {
    const { admin, arm } = running.system;
    const state = await admin.state();
    const model = state.resources.find(({ name }) => name.startsWith('verify-')) as unknown as RunCommand;
    const maker = /-([a-z2-7]{12})-/.exec(model.name)?.[1] ?? '';
    const put = (name: string) =>
      arm.put(`${machine()}/runCommands/${name}`, {
        location: running.world.location,
        properties: { ...model.properties, instanceView: undefined, asyncExecution: false },
      });
    await put('theirs');
    for (let index = 2; (await commands()).length < 22; index += 1) await put(`verify-${maker}-${index}`);
    const { deletes } = (await admin.requests()).counts;
    const wish = { dryRun: false, verifyGuests: true };
    const report = await reconcile(running.system, 'nested-fun', wish);
    expect(report).toMatchObject({ guests: { 'hv-01': { ok: true } } });
    expect((await admin.requests()).counts.deletes).toBe(deletes + 4);
    const left = await commands();
    expect(left).toHaveLength(22 - 4 + 1);
    expect(left).toContain('theirs');
  });
});

describe('Windows that behaves as badly as it is known to', () => {
  it('does not keep a host from getting ready', async () => {
    const { admin, arm } = running.system;
    const quirks = {
      restartsAgainAfterSeconds: 40,
      agentStaleForSeconds: 120,
      routerSettlesAfterSeconds: 100,
      ignoresLateAdapters: true,
      losesNatAtBoots: 3,
    };
    await admin.addFault({
      match: { method: 'PUT', path: '/virtualMachines/hv-02$' },
      effect: { kind: 'windows', quirks },
    });
    const id = await order(running.system, 'hv-02');
    expect(await ended(running.system, id)).toMatchObject({ status: 'succeeded' });
    const vm = arm.id(running.world.resourceGroup, 'Microsoft.Compute/virtualMachines/hv-02');
    const { guests } = await admin.state();
    expect(guests[vm.toLowerCase()]).toMatchObject({
      quirks: { ...quirks, losesNatAtBoots: 0 },
      features: { 'Hyper-V': 'Installed' },
      nat: { interfaces: { Ethernet: 'full' } },
    });
  });
});

import type { ArmResource } from '../../local/azure/types';
import type { OperationView, Problem } from '../../local/launch/appClient';
import { until } from '../../local/launch/until';
import { operationId } from '../../shared/api/operationId';
import { subnetId } from '../../local/launch/world';
import { expectDocumented } from './documented';
import { ended, order, promisedPrefixes, startSystem, type Running } from './harness';
import { reconcile, verdicts } from './reconciliation';

jest.setTimeout(240_000);

let running: Running;
beforeAll(async () => {
  running = await startSystem({ outbound: { kind: 'publicIp' }, tags: { 'cost-center': '4711' } });
});
afterAll(async () => await running?.stop());

const hostPath = (host: string): string => `/hosts/nested-fun/${host}`;
const releasePath = (host: string, more = ''): string => `${hostPath(host)}?keepVirtualMachine=true${more}`;

async function send<T>(method: string, path: string, body?: unknown) {
  const answer = await running.system.app.send<T>(method, path, body);
  expectDocumented(method, path, answer);
  return answer;
}

async function finished(method: string, path: string, body?: unknown): Promise<OperationView> {
  const answer = await send<OperationView>(method, path, body);
  expect(answer).toMatchObject({ status: 202 });
  return await ended(running.system, answer.body.id);
}

async function provisioned(...hosts: string[]): Promise<void> {
  const { system } = running;
  // One after the other, so that they get addresses in this order.
  const ids: string[] = [];
  for (const host of hosts) ids.push(await order(system, host, { dataDiskSizeGb: 64 }));
  for (const id of ids) expect(await ended(system, id)).toMatchObject({ status: 'succeeded' });
}

const machineId = (host: string): string =>
  running.system.arm.id(running.world.resourceGroup, `Microsoft.Compute/virtualMachines/${host}`);

const windowsOf = async (host: string) =>
  (await running.system.admin.state()).guests[machineId(host).toLowerCase()];

/** What bears the host's name, without etags and, if it is asked for, without tags: it is to outlive a release as it is. */
async function belongings(host: string, tags = true): Promise<Partial<ArmResource>[]> {
  const { resources } = await running.system.admin.state();
  return resources
    .filter(({ name, type }) => name.startsWith(host) && !/\/(runCommands|subnets|routes)$/i.test(type))
    .map(({ tags: marks, ...rest }) => ({ ...withoutEtags(rest), ...(tags ? { tags: marks ?? {} } : {}) }));
}

/** Azure itself changes etags, on a NIC those of its IP configurations as well. */
const withoutEtags = (resource: object): Partial<ArmResource> =>
  JSON.parse(
    JSON.stringify(resource, (key, value: unknown) => (key === 'etag' ? undefined : value)),
  ) as Partial<ArmResource>;

const deletesSince = async (seq: number): Promise<string[]> =>
  (await running.system.admin.requests(seq)).requests.flatMap(({ method, path }) =>
    method === 'DELETE' ? [path.split('/').slice(-2).join('/')] : [],
  );
const lastSeq = async (): Promise<number> =>
  (await running.system.admin.requests()).requests.at(-1)?.seq ?? 0;

const detailOf = ({ steps }: OperationView, name: string): string | undefined =>
  steps.find((step) => step.name === name)?.detail;

describe('a host that is released', () => {
  let before: Partial<ArmResource>[];
  let boot: unknown;
  let operation: OperationView;
  let deleted: string[];
  beforeAll(async () => {
    await provisioned('hv-01', 'hv-02');
    before = await belongings('hv-01', false);
    boot = (await windowsOf('hv-01'))?.bootTime;
    const seq = await lastSeq();
    operation = await finished('DELETE', releasePath('hv-01'));
    deleted = await deletesSince(seq);
  });

  it('loses route, configuration, subnet, run commands and tags, in this order', () => {
    expect(operation.failure).toBeUndefined();
    expect(operation.steps.map(({ name, status, change }) => `${name} ${status} ${change ?? '-'}`)).toEqual([
      'checkGuests done -',
      'removeRoute done deleted',
      'removeRouteTable done unchanged',
      'deconfigureGuest done deleted',
      'deleteSubnet done deleted',
      'removeRunCommands done deleted',
      'removeTags done updated',
      'releaseLedger done -',
    ]);
    expect(deleted.filter((path) => !path.startsWith('runCommands/'))).toEqual([
      'routes/Nested-VMs-hv-01',
      'subnets/Ghosted-hv-01',
    ]);
  });

  it('leaves VM, NICs, disks and public address as they were, but for the tags of the app', async () => {
    expect(before.map(({ id }) => id?.split('/').pop()).sort()).toEqual(
      ['hv-01', 'hv-01-data', 'hv-01-lan', 'hv-01-nat', 'hv-01-nat-ip', 'hv-01-os'].sort(),
    );
    expect(await belongings('hv-01', false)).toEqual(before);
    for (const { tags } of await belongings('hv-01')) expect(tags).toEqual({ 'cost-center': '4711' });
    const { resources } = await running.system.admin.state();
    const commands = resources.filter(({ id }) => id.startsWith(`${machineId('hv-01')}/runCommands/`));
    expect(commands).toEqual([]);
  });

  it('is no router any more, without a restart', async () => {
    const windows = await windowsOf('hv-01');
    expect(windows).toMatchObject({ bootTime: boot, switches: [], rras: { routing: 'Uninstalled' } });
    expect(windows?.dhcp.scopes).toEqual({});
    expect(windows?.startupTasks ?? {}).toEqual({});
  });

  it('is nobody to the app, and nothing to the reconciler', async () => {
    expect((await send('GET', hostPath('hv-01'))).status).toBe(404);
    expect(await promisedPrefixes(running.system)).toBe(1);
    const seq = await lastSeq();
    expect(verdicts(await reconcile(running.system, 'nested-fun'))).toEqual([]);
    expect(await deletesSince(seq)).toEqual([]);
  });

  it('is not made again over the VM that stayed', async () => {
    const again = await ended(running.system, await order(running.system, 'hv-01'));
    expect(again).toMatchObject({
      status: 'failed',
      failure: { code: expect.stringMatching(/^Foreign/) as string },
    });
    expect(await belongings('hv-01', false)).toEqual(before);
  });

  it('keeps its addresses: the next host gets others, and the prefix that is free again', async () => {
    await provisioned('hv-04');
    expect(await send('GET', hostPath('hv-04'))).toMatchObject({
      body: {
        state: 'ready',
        addresses: { ghostedPrefix: '10.0.2.0/24', natAddress: '10.0.0.6', lanAddress: '10.0.1.6' },
      },
    });
    expect(await finished('DELETE', hostPath('hv-04'))).toMatchObject({ status: 'succeeded' });
  });

  it('can be adopted, and released once more', async () => {
    // Nothing leads to it any more, so it is said which range its guests are to have: by an empty subnet of its name.
    const { arm } = running.system;
    const properties = { addressPrefix: '10.10.77.0/24', defaultOutboundAccess: false };
    await arm.put(subnetId(running.system, running.world, 'Ghosted-hv-01'), { properties });
    const wish = { virtualMachine: 'hv-01', allowInterruption: true };
    const adopted = await finished('POST', '/networks/nested-fun/adoptions', wish);
    expect(adopted.failure).toBeUndefined();
    expect(await send('GET', hostPath('hv-01'))).toMatchObject({ body: { state: 'ready' } });
    const released = await finished('DELETE', releasePath('hv-01'));
    expect(released.failure).toBeUndefined();
    expect(await belongings('hv-01', false)).toEqual(before);
    expect(await promisedPrefixes(running.system)).toBe(1);
  });
});

describe('a release that cannot be', () => {
  it('is refused while guests exist, and has changed nothing', async () => {
    const { admin } = running.system;
    await admin.patchGuest(machineId('hv-02'), { nestedVms: [{ name: 'app', state: 'Off', addresses: [] }] });
    const before = await belongings('hv-02');
    const operation = await finished('DELETE', releasePath('hv-02'));
    expect(operation).toMatchObject({ status: 'failed', failure: { code: 'GuestsPresent' } });
    await admin.patchGuest(machineId('hv-02'), { nestedVms: [] });
    expect(await belongings('hv-02')).toEqual(before);
    expect(await send('GET', hostPath('hv-02'))).toMatchObject({ body: { state: 'ready' } });
  });

  it('of a VM that is deallocated says what to do; with force Windows is left, and named', async () => {
    const { system } = running;
    await system.arm.send(`${machineId('hv-02')}/deallocate`, 'POST');
    await system.passTime(600_000);
    const refused = await finished('DELETE', releasePath('hv-02'));
    expect(refused).toMatchObject({ status: 'failed', failure: { code: 'GuestsUnknown' } });
    expect(refused.failure?.message).toMatch(/Start the VM .* or use force/);
    expect(await send('GET', hostPath('hv-02'))).toMatchObject({ body: { state: 'ready' } });
    const windows = await windowsOf('hv-02');
    const forced = await finished('DELETE', releasePath('hv-02', '&force=true'));
    expect(forced).toMatchObject({ status: 'succeeded' });
    expect(detailOf(forced, 'deconfigureGuest')).toMatch(/^Left in Windows: switch, DHCP scope, RRAS/);
    expect(await windowsOf('hv-02')).toEqual(windows);
    for (const { tags } of await belongings('hv-02')) expect(tags).toEqual({ 'cost-center': '4711' });
    expect(await promisedPrefixes(system)).toBe(0);
    expect(verdicts(await reconcile(system, 'nested-fun'))).toEqual([]);
  });

  it('goes on where the app was killed in the middle of it, as a message asked for it', async () => {
    const { system } = running;
    await provisioned('hv-05');
    const before = await belongings('hv-05', false);
    const held = await system.admin.addFault({
      match: { method: 'PUT', path: '/hv-05/runCommands/deconfigure-' },
      effect: { kind: 'hold', until: 'after' },
    });
    const fields = { network: 'nested-fun', name: 'hv-05', keepVirtualMachine: true };
    await system.queue.send({ schemaVersion: 1, kind: 'teardown', requestId: 'r-05', ...fields });
    await until(async () => (await system.admin.faults()).find((fault) => fault.held), {
      what: 'the script',
    });
    await system.app.killWorker();
    await system.admin.removeFault(held);
    const operation = await ended(system, operationId({ kind: 'queue', requestId: 'r-05' }));
    expect(operation).toMatchObject({ kind: 'teardown', host: 'hv-05', status: 'succeeded' });
    expect(await belongings('hv-05', false)).toEqual(before);
    expect(await windowsOf('hv-05')).toMatchObject({ switches: [], rras: { routing: 'Uninstalled' } });
    expect((await send('GET', hostPath('hv-05'))).status).toBe(404);
  });

  it('is refused during a provisioning, and beside a teardown that deletes the VM', async () => {
    const { system } = running;
    const held = await system.admin.addFault({
      match: { method: 'PUT', path: '/subnets/Ghosted-hv-03$' },
      effect: { kind: 'hold', until: 'before' },
    });
    const provision = await order(system, 'hv-03');
    const busy = await send<Problem>('DELETE', releasePath('hv-03'));
    expect(busy).toMatchObject({ status: 409, body: { operation: provision } });
    const { body: teardown } = await send<OperationView>('DELETE', hostPath('hv-03'));
    const differs = await send<Problem>('DELETE', releasePath('hv-03'));
    expect(differs).toMatchObject({ status: 409, body: { operation: teardown.id } });
    expect(differs.body.detail).toMatch(/deletes its VM/);
    await system.admin.removeFault(held);
    expect(await ended(system, teardown.id)).toMatchObject({ status: 'succeeded' });
  });
});

import type { OperationView } from '../../local/launch/appClient';
import { buildByHand, type HandBuilt } from '../../local/launch/handBuilt';
import type { PathsDocument } from '../../orchestrations/activities/paths';
import { expectDocumented } from './documented';
import { ended, startSystem, type Running } from './harness';
import { readingOf } from './planning';
import { reconcile, verdicts } from './reconciliation';

jest.setTimeout(180_000);

const hostPath = '/hosts/nested-fun/hyperv-lab';
const closed = ['169.254.169.254', '168.63.129.16:80', '168.63.129.16:32526'];
let running: Running;
let built: HandBuilt;
let boot: unknown;

async function send<T>(method: string, path: string, body?: unknown) {
  const answer = await running.system.app.send<T>(method, path, body);
  expectDocumented(method, path, answer);
  return answer;
}

async function finished(path: string, body: unknown): Promise<OperationView> {
  const answer = await send<OperationView>('POST', path, body);
  expect(answer).toMatchObject({ status: 202 });
  return await ended(running.system, answer.body.id);
}

const windows = async () => (await running.system.admin.state()).guests[built.virtualMachine.toLowerCase()];

/** Which of what guests must not reach they do reach, as the app says and as packets of the simulated Azure do. */
async function open(): Promise<string[]> {
  const reached: string[] = [];
  for (const to of closed) {
    const path = `${hostPath}/paths?to=${to}`;
    const answer = await readingOf<PathsDocument>(running.system, 'GET', path);
    expectDocumented('GET', path, answer);
    const { body } = answer;
    if (body.paths[0]?.ok) reached.push(to);
    else expect(body.paths[0]?.brokenBy?.kind).toBe('protection');
  }
  return reached;
}

beforeAll(async () => {
  running = await startSystem();
  const { system, world } = running;
  built = await buildByHand(system, world, {
    name: 'HyperV-Lab',
    natAddress: '10.0.0.40',
    lanAddress: '10.0.1.40',
    prefix: '10.10.40.0/24',
    ranges: ['10.0.0.0/22', '10.10.0.0/16'],
  });
  expect(await finished('/networks/nested-fun/adoptions', { virtualMachine: 'HyperV-Lab' })).toMatchObject({
    status: 'succeeded',
  });
  boot = (await windows())?.bootTime;
});
afterAll(async () => await running?.stop());

it('a host that was adopted lets its guests through, and a repair as it is leaves that so', async () => {
  expect(await open()).toEqual(closed);
  expect(await finished(`${hostPath}/repair`, {})).toMatchObject({ status: 'succeeded' });
  expect(await open()).toEqual(closed);
});

it('a repair sets filters where it is asked to, and interrupts nobody', async () => {
  const repair = await finished(`${hostPath}/repair`, { metadataProtection: 'filters' });
  expect(repair.failure).toBeUndefined();
  expect(repair.steps.map(({ name }) => name)).not.toContain('protectMetadata');
  expect(await open()).toEqual([]);
  expect(await send('GET', hostPath)).toMatchObject({ body: { spec: { metadataProtection: 'filters' } } });
  const { body } = await running.system.arm.get(built.virtualMachine);
  expect(body.properties).not.toHaveProperty('securityProfile.proxyAgentSettings');
});

it('with full the platform closes as well, and the host is as one that was ordered so', async () => {
  const before = (await running.system.arm.get(built.virtualMachine)).body.properties;
  const repair = await finished(`${hostPath}/repair`, { metadataProtection: 'full' });
  expect(repair.failure).toBeUndefined();
  expect(repair.steps).toContainEqual(
    expect.objectContaining({ name: 'protectMetadata', status: 'done', change: 'updated' }),
  );
  const after = (await running.system.arm.get(built.virtualMachine)).body.properties;
  const modes = { enabled: true, wireServer: { mode: 'Enforce' }, imds: { mode: 'Enforce' } };
  expect(after).toEqual({ ...before, securityProfile: { proxyAgentSettings: modes } });
  const { body } = await send<{ spec: object }>('GET', hostPath);
  expect(body.spec).not.toHaveProperty('metadataProtection');
  await running.system.admin.patchGuest(built.virtualMachine, { rras: { filters: null } });
  await reconcile(running.system, 'nested-fun', { dryRun: true, verifyGuests: true });
  expect(await open()).toEqual([]);
});

it('from then on a lost filter is drift, and a repair puts it back without being told again', async () => {
  const report = await reconcile(running.system, 'nested-fun', { dryRun: true, verifyGuests: true });
  expect(verdicts(report).filter((verdict) => verdict.startsWith('guestDrift'))).toHaveLength(1);
  expect(await finished(`${hostPath}/repair`, {})).toMatchObject({ status: 'succeeded' });
  expect(Object.values((await windows())?.rras.filters ?? {}).flat()).toHaveLength(3);
  expect((await windows())?.bootTime).toBe(boot);
});

it('what it takes away from nobody is refused', async () => {
  const answer = await send('POST', `${hostPath}/repair`, { metadataProtection: 'none' });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/metadataProtection' }] } });
});

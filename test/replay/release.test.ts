import { teardownHost } from '../../orchestrations/teardownHost';
import { epoch, Host } from './host';
import { load } from './library';
import { answers, firstOnNetwork, guestOk, leases, ownTable, World, type Script } from './world';

const orchestrator = load(teardownHost);
const { done, failed, of, pending } = answers;
const begins = (more: object = {}) => of({ leases, force: false, keepVirtualMachine: true, ...more });
const release = async (scripts: Record<string, Script> = {}) =>
  (
    await new Host(
      orchestrator,
      'op',
      { operation: 'op' },
      new World({ beginTeardown: [begins()], ...scripts }),
    ).run()
  ).world;

const tags = ['virtualMachine', 'nic1', 'nic2', 'publicIp', 'osDisk', 'dataDisk'];
const deleting = ['virtualMachine', 'nic1', 'nic2', 'osDisk', 'dataDisk', 'publicIp'];
const detailOf = (world: World, name: string): unknown =>
  (world.ending['steps'] as { name: string; detail?: string }[]).find((step) => step.name === name)?.detail;
const force = { beginTeardown: [begins({ force: true })] };

it('takes the route first, then what is in Windows, the subnet, run commands, and the tags last', async () => {
  const names = ['verify-abcdefghijkl-1', 'network-abcdefghijkl-1'];
  const world = await release({ ...firstOnNetwork, listRunCommands: [done('unchanged', { names })] });
  expect(world.order).toEqual([
    'beginTeardown',
    'findVirtualMachine',
    'checkAgent',
    'runGuestPhase inventory',
    'planRoutes',
    `removeResource teardown route ${ownTable}`,
    'planUnrouting',
    expect.stringMatching(/^ensureAssociation .* false$/),
    'removeResource teardown routeTable',
    'findVirtualMachine',
    'checkAgent',
    'runGuestPhase deconfigure',
    'removeResource teardown ghostedSubnet',
    'listRunCommands',
    ...names.map((name) => `removeResource teardown ${name}`),
    ...tags.map((resource) => `removeTags ${resource}`),
    'finishHostOperation',
  ]);
  expect(world.ending).toMatchObject({ status: 'succeeded', untouched: false });
  for (const step of world.ending['steps'] as object[]) expect(step).toMatchObject({ status: 'done' });
});

const verdict = (facts: object): Script => [done('created', facts)];

describe('Windows', () => {
  it('keeps what was there before, which is named', async () => {
    const left = ['switch', 'rras'];
    const world = await release({ 'runGuestPhase deconfigure': [guestOk({ left })] });
    expect(world.ending['status']).toBe('succeeded');
    expect(detailOf(world, 'deconfigureGuest')).toBe(
      'Not made by this app, and left in Windows: switch, rras.',
    );
  });

  it.each(['routerShared', 'switchType'])('keeps what others made of it: %s is no failure', async (code) => {
    const message = 'It is left as it is.';
    const script = verdict({ verdict: 'failed', code, message });
    const world = await release({ 'runGuestPhase deconfigure': script });
    expect(world.ending['status']).toBe('succeeded');
    expect(detailOf(world, 'deconfigureGuest')).toBe(message);
  });

  it.each(['stillRouted', 'guestsPresent', 'routerStopped', 'GuestFailed'])(
    '%s stops the release there, with subnet and tags still in place; with force it goes on and says so',
    async (code) => {
      const script = verdict({ verdict: 'failed', code, message: 'Why.' });
      const stopped = await release({ 'runGuestPhase deconfigure': script });
      expect(stopped.ending).toMatchObject({
        status: 'failed',
        untouched: false,
        failure: { code, step: 'deconfigureGuest' },
      });
      expect(stopped.order.filter((key) => /ghostedSubnet|removeTags/.test(key))).toEqual([]);
      const forced = await release({ ...force, 'runGuestPhase deconfigure': script });
      expect(forced.ending['status']).toBe('succeeded');
      expect(detailOf(forced, 'deconfigureGuest')).toMatch(/^Left in Windows: .* Why\.$/);
    },
  );

  it('that does not answer stops the release before anything is changed', async () => {
    const dead: Script[] = [[failed('fatal', { code: 'VirtualMachineStopped' })], [pending()]];
    for (const checkAgent of dead) {
      const world = await release({ checkAgent });
      expect(world.ending).toMatchObject({ untouched: true, failure: { code: 'GuestsUnknown' } });
      expect(world.order.slice(-3)).toEqual(['checkAgent', 'findVirtualMachine', 'finishHostOperation']);
      const forced = await release({ ...force, checkAgent });
      expect(forced.ending['status']).toBe('succeeded');
      expect(forced.order).not.toContain('runGuestPhase deconfigure');
      expect(forced.order).not.toContain('listRunCommands');
      expect(detailOf(forced, 'deconfigureGuest')).toMatch(/^Left in Windows/);
    }
  });
});

it.each([
  ['there is none', { exists: false }, 'There is no VM.'],
  ['it is another by the same name', { exists: true, foreign: true }, /^Another VM has the name/],
])('runs nothing in a VM where %s', async (_, facts, detail) => {
  const world = await release({ findVirtualMachine: [done('unchanged', facts)] });
  expect(world.order.filter((key) => /runGuestPhase|listRunCommands/.test(key))).toEqual([]);
  expect(world.ending['status']).toBe('succeeded');
  expect(detailOf(world, 'deconfigureGuest')).toMatch(detail);
});

it('run commands that cannot be removed are named, and no reason to fail', async () => {
  const names = ['verify-abcdefghijkl-1'];
  const world = await release({
    listRunCommands: [done('unchanged', { names })],
    'removeResource verify-abcdefghijkl-1': [done('unchanged', { kept: 'Its script is Running.' })],
  });
  expect(world.ending['status']).toBe('succeeded');
  expect(detailOf(world, 'removeRunCommands')).toMatch(/verify-abcdefghijkl-1: Its script is Running\./);
});

it('a cancel is seen until the route is about to go, and never after', async () => {
  for (const [step, status] of [
    ['runGuestPhase inventory', 'cancelled'],
    ['runGuestPhase deconfigure', 'succeeded'],
  ] as const) {
    const script = [pending('created'), pending('created'), guestOk({ guests: 0 })];
    const world = new World({ beginTeardown: [begins()], [step]: script });
    const host = new Host(orchestrator, 'op', { operation: 'op' }, world);
    let raised = false;
    host.outside = Array.from({ length: 40 }, (_, at) => ({
      at: epoch + at * 5_000,
      act: (one: Host) => {
        if (raised || !one.world.order.includes(step)) return;
        raised = true;
        one.raise('cancel');
      },
    }));
    const ended = (await host.run()).world.ending;
    expect([step, raised, ended['status']]).toEqual([step, true, status]);
  }
});

it('never deletes what it is to keep', async () => {
  for (const scripts of [{}, firstOnNetwork, force]) {
    const world = await release(scripts);
    for (const resource of deleting) expect(world.order).not.toContain(`removeResource teardown ${resource}`);
  }
});

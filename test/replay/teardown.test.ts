import { teardownHost } from '../../orchestrations/teardownHost';
import { closingOf, type Ending } from '../../shared/closing';
import type { FailureClass } from '../../shared/azure/outcome';
import { epoch, Host } from './host';
import { load } from './library';
import {
  answers,
  bootTime,
  firstOnNetwork,
  guestOk,
  leases,
  ownTable,
  routedSubnet,
  tableFacts,
  World,
  type Script,
} from './world';

const orchestrator = load(teardownHost);
const teardown = async (scripts: Record<string, Script> = {}) =>
  (await new Host(orchestrator, 'op', { operation: 'op' }, new World(scripts)).run()).world;
const removals = (world: World) =>
  world.order
    .filter((key) => key.startsWith('removeResource'))
    .map((key) => key.replace('removeResource teardown ', ''));

const forced = { beginTeardown: [answers.of({ leases, force: true })] };
const everything = [
  `route ${ownTable}`,
  'routeTable',
  'virtualMachine',
  'nic2',
  'nic1',
  'osDisk',
  'ghostedSubnet',
];

it('goes back in reverse: the route first, the subnet last', async () => {
  const world = await teardown(firstOnNetwork);
  expect(world.order).toEqual([
    'beginTeardown',
    'findVirtualMachine',
    'runGuestPhase inventory',
    'planRoutes',
    `removeResource teardown route ${ownTable}`,
    'planUnrouting',
    `ensureAssociation ${routedSubnet} false`,
    'removeResource teardown routeTable',
    'removeResource teardown virtualMachine',
    'removeResource teardown nic2',
    'removeResource teardown nic1',
    'removeResource teardown osDisk',
    'removeResource teardown ghostedSubnet',
    'finishHostOperation',
  ]);
  expect(world.ending).toMatchObject({ status: 'succeeded', untouched: false });
  expect(world.ending['steps']).toHaveLength(8);
  for (const step of world.ending['steps'] as object[]) expect(step).toMatchObject({ status: 'done' });
});

it('fails at once, and touches nothing, if it was over already', async () => {
  const beginTeardown = [answers.failed('fatal', { code: 'OperationOver' })];
  const world = await teardown({ beginTeardown });
  expect(world.order).toEqual(['beginTeardown', 'finishHostOperation']);
  expect(world.ending).toMatchObject({ untouched: true, failure: { code: 'OperationOver' } });
});

it('takes the route out of every table that has it, and out of our own', async () => {
  const tables = {
    planRoutes: [answers.done('unchanged', { tables: [tableFacts('/t/theirs'), tableFacts(ownTable)] })],
  };
  expect(removals(await teardown(tables)).slice(0, 2)).toEqual([`route ${ownTable}`, 'route /t/theirs']);
});

describe('during a provisioning', () => {
  const waits = answers.of({ waitsFor: 'provisioning' });
  const begins = answers.of({ leases, force: false });

  it('asks it to stop, waits for its end and goes on from there', async () => {
    const script = [...Array<typeof waits>(12).fill(waits), begins];
    const world = await teardown({ ...firstOnNetwork, beginTeardown: script });
    expect(world.inputsOf('raiseGranted')).toEqual([
      { instance: 'provisioning', event: 'cancel' },
      { instance: 'provisioning', event: 'cancel' },
    ]);
    expect(removals(world)).toEqual(everything);
    expect(world.ending).toMatchObject({ status: 'succeeded', untouched: false });
    const [first] = world.ending['steps'] as object[];
    expect(first).not.toHaveProperty('detail');
  });

  it('has nothing to do where it left no host', async () => {
    const world = await teardown({ beginTeardown: [waits, answers.of({ gone: true })] });
    expect(removals(world)).toEqual([]);
    expect(world.ending).toMatchObject({ status: 'succeeded', untouched: true });
    const statuses = (world.ending['steps'] as { status: string }[]).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['done', 'skipped']));
  });

  it('can be cancelled while it waits', async () => {
    const host = new Host(orchestrator, 'op', { operation: 'op' }, new World({ beginTeardown: [waits] }));
    host.outside = [{ at: epoch + 300_000, act: (one) => one.raise('cancel') }];
    const { world } = await host.run();
    expect(world.ending).toMatchObject({ status: 'cancelled', untouched: true });
  });
});

const inventory = (answer: ReturnType<typeof guestOk>) => ({ 'runGuestPhase inventory': [answer] });
const verdict = (kind: string) =>
  answers.done('created', { verdict: kind, code: 'GuestNoResult', message: 'No.' });
const noCount = { verdict: 'failed', code: 'unexpected', message: 'No.' };

describe('guests', () => {
  it.each<[string, Record<string, Script>, string]>([
    ['one is there', inventory(guestOk({ guests: 1 })), 'GuestsPresent'],
    ['many are there', inventory(guestOk({ guests: 40 })), 'GuestsPresent'],
    ['the count is missing', inventory(guestOk()), 'GuestsUnknown'],
    ['the script failed', inventory(verdict('failed')), 'GuestsUnknown'],
    ['the script left no result', inventory(verdict('again')), 'GuestsUnknown'],
    ['Azure refuses the run command', inventory(answers.failed('denied')), 'GuestsUnknown'],
    ['Azure cannot be asked', { findVirtualMachine: [answers.failed('denied')] }, 'Test-denied'],
  ])('%s: refuses and touches nothing', async (_, scripts, code) => {
    const world = await teardown(scripts);
    expect(removals(world)).toEqual([]);
    expect(world.ending).toMatchObject({
      status: 'failed',
      untouched: true,
      failure: { code, step: 'checkGuests' },
    });
  });

  it('whose count is refused show when Windows started, also where it has no count to give', async () => {
    for (const answer of [guestOk({ guests: 1 }), answers.done('created', { ...noCount, bootTime })]) {
      const world = await teardown(inventory(answer));
      expect(world.ending).toMatchObject({ status: 'failed', bootTime });
    }
    expect((await teardown(forced)).ending).not.toHaveProperty('bootTime');
  });

  const found = (exists: boolean) => answers.done('unchanged', { exists });

  it('are gone with a VM that somebody deletes while they are counted', async () => {
    const lost = inventory(answers.failed('invalid', { code: 'ParentResourceNotFound' }));
    const world = await teardown({ ...lost, findVirtualMachine: [found(true), found(false)] });
    expect(removals(world)).toEqual(everything);
    expect(world.ending['status']).toBe('succeeded');
  });

  it('stay unknown if Azure cannot tell whether the VM is still there', async () => {
    const unknown = inventory(answers.failed('denied'));
    const world = await teardown({ ...unknown, findVirtualMachine: [found(true), answers.failed('denied')] });
    expect(removals(world)).toEqual([]);
    expect(world.ending).toMatchObject({ untouched: true, failure: { code: 'GuestsUnknown' } });
  });

  it('are not asked for if it is forced, or if there is no VM', async () => {
    const noVm = { findVirtualMachine: [answers.done('unchanged', { exists: false })] };
    for (const scripts of [{ ...forced, ...inventory(guestOk({ guests: 3 })) }, noVm]) {
      const world = await teardown(scripts);
      expect(world.order).not.toContain('runGuestPhase inventory');
      expect(removals(world)).toEqual(everything);
      expect(world.ending['status']).toBe('succeeded');
    }
  });
});

it.each<[FailureClass, string]>([
  ['transient', 'succeeded'],
  ['conflict', 'succeeded'],
  ['throttled', 'succeeded'],
  ['denied', 'failed'],
  ['fatal', 'failed'],
])('one failure of class %s at any removal: %s', async (cls, status) => {
  for (const [place, target] of everything.entries()) {
    const script = [answers.failed(cls), answers.followed('deleted'), answers.done('deleted')];
    const world = await teardown({ ...forced, [`removeResource teardown ${target}`]: script });
    expect([target, world.ending['status'], world.ending['untouched']]).toEqual([target, status, false]);
    if (status === 'failed') expect(removals(world)).toEqual(everything.slice(0, place + 1));
  }
});

describe('where the app may not look', () => {
  const unread = (left: string[], apart: string[] = []) => ({
    ...forced,
    planRoutes: [answers.done('unchanged', { tables: [tableFacts(ownTable)], unread: { left, apart } })],
  });

  it('a forced teardown removes all else, and keeps the promise because of a route that may be left', async () => {
    const world = await teardown(unread(['/vnet/theirs']));
    expect(removals(world)).toEqual(everything);
    expect(world.ending).toMatchObject({
      ...{ status: 'failed', untouched: false },
      failure: {
        ...{ class: 'denied', code: 'RoutesUnread', leftovers: ['routes in /vnet/theirs: not read'] },
        message: expect.stringContaining('/vnet/theirs') as string,
      },
    });
    expect(closingOf(world.ending as unknown as Ending)).toMatchObject({
      host: 'failed',
      ledger: 'releasing',
    });
    const steps = world.ending['steps'] as { name: string; status: string; detail?: string }[];
    expect(steps.find(({ name }) => name === 'removeRoute')?.detail).toContain('/vnet/theirs');
    expect(steps.at(-1)).toMatchObject({ name: 'releaseLedger', status: 'pending' });
  });

  it('nothing is kept because of a VNet that no peering connects, but it is told', async () => {
    const world = await teardown(unread([], ['/vnet/theirs']));
    expect(removals(world)).toEqual(everything);
    expect(world.ending).toMatchObject({ status: 'succeeded' });
    const steps = world.ending['steps'] as { name: string; detail?: string }[];
    expect(steps.find(({ name }) => name === 'removeRoute')?.detail).toMatch(/no peering: \/vnet\/theirs/);
  });
});

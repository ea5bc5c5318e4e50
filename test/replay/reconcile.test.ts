import { reconcileNetwork } from '../../orchestrations/reconcileNetwork';
import { leaseSeconds } from '../../shared/leases';
import { epoch, Host } from './host';
import { load } from './library';
import { answers, guestOk, leases, ownTable, World, type Script } from './world';

const { done, failed, followed, of, throws } = answers;
const input = { id: 'report', network: 'nested-fun' };

const begin = (scripts: Record<string, Script> = {}, given: unknown = input) =>
  new Host(load(reconcileNetwork), 'report', given, new World(scripts));
const reconcile = (scripts: Record<string, Script> = {}, given: unknown = input) =>
  begin(scripts, given).run();

/** One round with these findings to mend, then nothing more. */
const mending = (...kinds: string[]): Record<string, Script> => ({
  observeNetwork: [done('unchanged', { jobs: 1 }), done('unchanged', { jobs: 0 })],
  beginJob: [
    of({ operation: 'job-1', host: 'hv-01', actions: kinds.map((kind, index) => ({ index, kind })) }),
  ],
  noteActions: [of(null)],
  endJob: [of(null)],
  removeLeftover: [followed('deleted'), done('deleted')],
  releaseHost: [done('deleted')],
  listAssociations: [done('unchanged', { tableId: ownTable, subnets: [] })],
});

it('leaves its report, at the second try if need be', async () => {
  const { state, world } = await reconcile();
  expect(state?.output).toEqual({ status: 'succeeded' });
  expect(world.order).toEqual(['beginReconcile', 'observeNetwork', 'endReconcile']);
  const again = await reconcile({
    observeNetwork: [throws(), failed('throttled'), done('unchanged', { jobs: 0 })],
  });
  expect(again.state?.output).toEqual({ status: 'succeeded' });
});

it.each<[string, Record<string, Script>, unknown]>([
  ['Azure denies', { observeNetwork: [failed('denied')] }, input],
  ['the look always throws', { observeNetwork: [throws()] }, input],
  ['the claim always throws', { beginReconcile: [throws()] }, input],
  ['no input', {}, null],
])('never throws: %s', async (_, scripts, given) => {
  const { state } = await reconcile(scripts, given);
  expect(state?.output).toMatchObject({ status: 'failed' });
});

it('another run that is under way keeps it out', async () => {
  const { state, world } = await reconcile({ beginReconcile: [of({ holder: 'earlier' })] });
  expect(state?.output).toMatchObject({
    status: 'failed',
    message: expect.stringContaining('earlier') as string,
  });
  expect(world.order).toEqual(['beginReconcile', 'inspectHolder', 'endReconcile']);
});

it('the claim of a run that has ended is void', async () => {
  const { state, world } = await reconcile({
    beginReconcile: [of({ holder: 'earlier' }), of({ leases, verify: 0 })],
    inspectHolder: [of({ running: false })],
  });
  expect(state?.output).toEqual({ status: 'succeeded' });
  expect(world.inputsOf('beginReconcile')[1]).toMatchObject({ evict: 'earlier' });
});

it('mends routes of a host once, by the steps of a provisioning, and holds no lease afterwards', async () => {
  const { world, leases: held } = await reconcile(mending('wrongHopRoute', 'missingRoute', 'forwardingOff'));
  expect(world.order).toEqual([
    'beginReconcile',
    'observeNetwork',
    'beginJob',
    'planRoutes',
    `ensureRoute ${ownTable}`,
    'noteActions',
    'ensureResource nic2Forwarding',
    'noteActions',
    'endJob',
    'observeNetwork',
    'endReconcile',
  ]);
  expect(world.inputsOf('noteActions')[0]).toMatchObject({ indices: [0, 1], action: { verdict: 'done' } });
  expect(world.inputsOf('planRoutes')[0]).toEqual({
    operation: 'job-1',
    purpose: 'add',
    begin: true,
  });
  expect([...held.values()].every(({ holder, queue }) => !holder && queue.length === 0)).toBe(true);
});

it('writes lost records under the claim of the host, and says what stood against it', async () => {
  const { world } = await reconcile({
    ...mending('recordsLost'),
    rebuildRecords: [throws(), done('unchanged', { kept: 'Promised to hv-02 by now.' })],
  });
  expect(world.inputsOf('rebuildRecords')[1]).toMatchObject({ operation: 'job-1', host: 'hv-01' });
  expect(world.inputsOf('noteActions')[0]).toMatchObject({
    action: { verdict: 'withheld', reason: 'Promised to hv-02 by now.' },
  });
});

it('deletes leftovers one by one; what is kept is said, what fails does not stop the rest', async () => {
  const { world } = await reconcile({
    ...mending('orphanedRoute', 'leftoverDisk', 'orphanedGhostedSubnet'),
    removeLeftover: [
      done('unchanged', { kept: 'Somebody moved in.' }),
      failed('denied'),
      followed('deleted'),
      done('deleted'),
    ],
  });
  expect(world.inputsOf('noteActions').map(({ action }) => action)).toEqual([
    { verdict: 'withheld', reason: 'Somebody moved in.', operation: 'job-1' },
    { verdict: 'failed', reason: 'As told.', operation: 'job-1' },
    { verdict: 'done', operation: 'job-1' },
  ]);
  expect(world.inputsOf('endJob')[0]).toMatchObject({ operation: 'job-1', failure: 'As told.' });
});

it('takes a table off all of its subnets before it removes it, however many there are', async () => {
  const group = (name: string) => ({ network: '/v/net', lease: leases.virtualNetwork, subnets: [name] });
  const { world } = await reconcile({
    ...mending('unneededRouteTable'),
    listAssociations: [
      done('unchanged', { tableId: ownTable, subnets: [group('one')], more: true }),
      done('unchanged', { tableId: ownTable, subnets: [group('two')] }),
    ],
    'ensureAssociation /v/net/subnets/one false': [done('updated')],
    'ensureAssociation /v/net/subnets/two false': [done('updated')],
  });
  expect(world.order.slice(3, -3)).toEqual([
    'listAssociations',
    'ensureAssociation /v/net/subnets/one false',
    'listAssociations',
    'ensureAssociation /v/net/subnets/two false',
    'removeLeftover',
    'noteActions',
  ]);
});

it('mends Windows where guests do not notice; what would interrupt them by now is left, and said', async () => {
  const guest = (network: Script): Record<string, Script> => ({
    ...mending('guestDrift'),
    'runGuestPhase network': network,
    'runGuestPhase verify': [guestOk()],
    noteGuest: [of(null)],
  });
  const mended = (await reconcile(guest([guestOk()]))).world;
  expect(mended.inputsOf('runGuestPhase network')).toMatchObject([{ mayInterrupt: false }]);
  expect(mended.inputsOf('noteActions')[0]).toMatchObject({ action: { verdict: 'done' } });
  const refused = { verdict: 'failed', code: 'repairNeedsInterruption', message: 'NAT is gone.' };
  for (const [answer, reason] of [
    [done('created', refused), 'NAT is gone.'],
    [guestOk({ restartNeeded: true }), 'Windows wants a restart; it was not restarted.'],
  ] as const) {
    const { world } = await reconcile(guest([answer]));
    expect(world.order.filter((key) => /restart|verify/.test(key))).toEqual([]);
    expect(world.inputsOf('noteActions')[0]).toMatchObject({ action: { verdict: 'withheld', reason } });
  }
});

it('a host that somebody else has is left alone', async () => {
  const { world } = await reconcile({ ...mending(), beginJob: [of({ host: 'hv-01', actions: [] })] });
  expect(world.order).toEqual(['beginReconcile', 'observeNetwork', 'beginJob', 'endReconcile']);
});

it('gives back a lease whose holder has ended, and takes none that is held', async () => {
  const host = begin({ ...mending('deadLease'), inspectHolder: [of({ running: false })] });
  host.leases.set(leases.virtualNetwork, { holder: { id: 'gone', expiresAt: epoch - 1 }, queue: [] });
  const young = { holder: { id: 'alive', expiresAt: epoch + leaseSeconds * 1_000 }, queue: [] };
  host.leases.set(leases.routeTable, young);
  const { world } = await host.run();
  expect(world.inputsOf('observeNetwork')[0]).toMatchObject({
    deadLeases: [{ key: leases.virtualNetwork, holder: 'gone' }],
  });
  expect(host.leases.get(leases.virtualNetwork)).toEqual({ queue: [] });
  expect(host.leases.get(leases.routeTable)).toEqual(young);
});

it('asks hosts inside only on request, and goes on past one that does not answer', async () => {
  const scripts: Record<string, Script> = {
    ...mending(),
    observeNetwork: [done('unchanged', { jobs: 0 })],
    beginReconcile: [of({ leases, verify: 2 })],
    beginJob: [
      of({ operation: 'ask-1', host: 'hv-01', actions: [] }),
      of({ operation: 'ask-2', host: 'hv-02', actions: [] }),
    ],
    checkAgent: [failed('fatal'), done()],
    'runGuestPhase verify': [
      followed(),
      done('created', {
        verdict: 'failed',
        code: 'verifyFailed',
        message: 'No switch.',
        failedChecks: ['switch'],
      }),
    ],
    noteGuest: [of(null)],
  };
  const { world } = await reconcile(scripts, { ...input, verifyGuests: true });
  expect(world.inputsOf('noteGuest')).toEqual([
    {
      ...input,
      host: 'hv-02',
      ok: false,
      message: 'No switch.',
      failedChecks: ['switch'],
      now: expect.any(Number) as number,
    },
  ]);
  expect(world.inputsOf('endJob').map(({ operation, failure }) => [operation, failure])).toEqual([
    ['ask-1', 'As told.'],
    ['ask-2', undefined],
  ]);
});

import { convergeNetwork } from '../../orchestrations/convergeNetwork';
import { Host } from './host';
import { load } from './library';
import { answers, guestOk, instant, leases, ownTable, World, type Script } from './world';

const { done, failed, of, throws } = answers;

/** A network of two hosts; a host is as it should be unless scripts say otherwise. */
const network: Record<string, Script> = {
  ...instant,
  beginRollOut: [of({ hosts: 2, leases })],
  beginHostRollOut: [of({ host: 'hv-01', job: 'job-1' }), of({ host: 'hv-02', job: 'job-2' })],
  [`ensureRoute ${ownTable}`]: [done()],
  checkGuest: [done('unchanged', { current: true })],
  endHostRollOut: [of(null)],
  finishRollOut: [of(null)],
};

const converge = (scripts: Record<string, Script> = {}) =>
  new Host(load(convergeNetwork), 'op', { operation: 'op' }, new World({ ...network, ...scripts })).run();

const outcomes = (world: World) =>
  world.inputsOf('endHostRollOut').map(({ job, outcome }) => ({ job, ...(outcome as object) }));

const bad = (...failedChecks: string[]) =>
  done('created', { verdict: 'failed', code: 'verifyFailed', message: 'Not as planned.', failedChecks });

it('touches nothing of hosts that are as they should be', async () => {
  const { state, world, leases: held } = await converge();
  expect(state?.output).toEqual({ status: 'succeeded' });
  expect(
    world.order.filter((key) => /runGuestPhase|restart|ensureResource|ensureAssociation/.test(key)),
  ).toEqual([]);
  expect(outcomes(world)).toEqual([
    { job: 'job-1', status: 'unchanged' },
    { job: 'job-2', status: 'unchanged' },
  ]);
  expect([...held.values()].every(({ holder }) => !holder)).toBe(true);
});

it('runs the phase network between two looks where the guest differs in what can be changed gently', async () => {
  const { world } = await converge({
    checkGuest: [done('unchanged', { current: false }), done('unchanged', { current: true })],
    'runGuestPhase verify': [bad('routes', 'dhcpScope'), guestOk()],
    'runGuestPhase network': [guestOk()],
  });
  const phases = [...world.inputsOf('runGuestPhase verify'), ...world.inputsOf('runGuestPhase network')];
  expect(phases).toMatchObject([
    { phase: 'verify', attempt: 1, operation: 'job-1' },
    { phase: 'verify', attempt: 10, operation: 'job-1' },
    { phase: 'network', attempt: 1, operation: 'job-1', mayInterrupt: false },
  ]);
  expect(outcomes(world)).toMatchObject([
    { status: 'converged', changed: ['configureGuest'] },
    { status: 'unchanged' },
  ]);
});

it('leaves what only an interruption puts right by the time that Windows is touched', async () => {
  const refused = { verdict: 'failed', code: 'repairNeedsInterruption', message: 'NAT is gone.' };
  const { world } = await converge({
    checkGuest: [done('unchanged', { current: false }), done('unchanged', { current: true })],
    'runGuestPhase verify': [bad('routes')],
    'runGuestPhase network': [done('created', refused)],
  });
  expect(world.inputsOf('runGuestPhase verify')).toHaveLength(1);
  expect(outcomes(world)).toMatchObject([
    { status: 'needsInterruption', reason: 'NAT is gone.' },
    { status: 'unchanged' },
  ]);
});

it.each(['switch', 'nat', 'rras', 'features', 'address', 'somethingNew'])(
  'leaves Windows alone where %s could only be put right by an interruption',
  async (check) => {
    const { world } = await converge({
      checkGuest: [done('unchanged', { current: false }), done('unchanged', { current: true })],
      'runGuestPhase verify': [bad('routes', check)],
    });
    expect(world.order).not.toContain('runGuestPhase network');
    expect(world.order).not.toContain('restartVirtualMachine');
    expect(outcomes(world)).toMatchObject([
      { status: 'needsInterruption', reason: expect.stringContaining(check) as string },
      { status: 'unchanged' },
    ]);
  },
);

it.each<[string, Record<string, Script>]>([
  ['Azure denies the route', { [`ensureRoute ${ownTable}`]: [failed('denied'), done()] }],
  ['the verification does not agree', { verifyAzure: [failed('invalid'), done()] }],
  [
    'the VM is stopped',
    {
      checkGuest: [done('unchanged', { current: false }), done('unchanged', { current: true })],
      checkAgent: [failed('fatal')],
    },
  ],
])('one host that fails does not stop the other: %s', async (_, scripts) => {
  const { state, world } = await converge(scripts);
  expect(state?.output).toEqual({ status: 'succeeded' });
  expect(outcomes(world)).toMatchObject([{ status: 'failed' }, { status: 'unchanged' }]);
});

it('comes back to a host that is busy, and gives it up in the end', async () => {
  const busy = of({ host: 'hv-01', busy: true });
  const { world } = await converge({
    beginHostRollOut: [busy, of({ host: 'hv-02', job: 'job-2' }), busy, of({ host: 'hv-01', job: 'job-1' })],
  });
  expect(outcomes(world)).toMatchObject([{ job: 'job-2' }, { job: 'job-1' }]);
  const never = await converge({
    beginRollOut: [of({ hosts: 1, leases })],
    beginHostRollOut: [...Array.from({ length: 49 }, () => busy), of({ host: 'hv-01' })],
  });
  const asked = never.world.inputsOf('beginHostRollOut');
  expect(asked.map(({ giveUp }) => giveUp)).toEqual([...Array.from({ length: 49 }, () => false), true]);
  expect(never.state?.output).toEqual({ status: 'succeeded' });
});

it.each(['beginRollOut', 'beginHostRollOut', 'checkGuest', 'planRoutes'])(
  '%s that always throws still gives an ending and holds nothing',
  async (key) => {
    const { state, world, leases: held } = await converge({ [key]: [throws()] });
    expect(['failed', 'succeeded']).toContain((state?.output as { status: string }).status);
    expect(world.order.at(-1)).toBe('finishRollOut');
    expect([...held.values()].every(({ holder }) => !holder)).toBe(true);
  },
);

it('a cancel ends it between hosts, with the host at hand given back', async () => {
  const host = new Host(load(convergeNetwork), 'op', { operation: 'op' }, new World(network));
  host.raised = [{ turn: 6, place: 'alone', name: 'cancel' }];
  await host.run();
  expect(host.state?.output).toEqual({ status: 'cancelled' });
  const begun = host.world.inputsOf('beginHostRollOut').length;
  expect(host.world.inputsOf('endHostRollOut')).toHaveLength(begun);
});

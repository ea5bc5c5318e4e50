import { provisionHost } from '../../orchestrations/provisionHost';
import type { FailureClass } from '../../shared/azure/outcome';
import { retryPolicies } from '../../shared/azure/retry';
import { Host } from './host';
import { load } from './library';
import { answers, firstOnNetwork, guestOk, instant, World, type Answer, type Script } from './world';

const orchestrator = load(provisionHost);
const classes = Object.keys(retryPolicies) as FailureClass[];
const run = (world: World) => new Host(orchestrator, 'op', { operation: 'op' }, world).run();

/** Activities with a plain result: they fail only by throwing. */
const plainResult = (key: string) => /^(gateTicket|finish|raiseGranted|inspectHolder)/.test(key);

/** Runs once undisturbed, then once for every call of an activity with that answer instead of its own. */
async function disturbedEverywhere(
  scripts: Record<string, Script>,
  answer: Answer,
): Promise<{ key: string; world: World }[]> {
  const base = new Host(orchestrator, 'op', { operation: 'op' }, new World(scripts));
  const ended: { key: string; world: World }[] = [];
  while (!base.state?.isDone) {
    const fork = base.fork();
    await base.turn();
    const call = base.world.calls[fork.world.calls.length];
    if (!call) continue;
    fork.world.next = answer;
    const { world } = await fork.run();
    ended.push({ key: call.key, world });
  }
  return ended;
}

describe('one failure at every activity', () => {
  it.each(classes)('%s', async (cls) => {
    const retried = retryPolicies[cls].delays.length > 0;
    const ended = await disturbedEverywhere({ ...instant, ...firstOnNetwork }, answers.failed(cls));
    expect(ended.length).toBeGreaterThan(20);
    for (const { key, world } of ended) {
      if (plainResult(key)) continue;
      const { status, failure, undone, untouched } = world.ending;
      if (retried) {
        expect([key, status]).toEqual([key, 'succeeded']);
        continue;
      }
      const planned = key !== 'planHost';
      expect([key, status, failure]).toMatchObject([key, 'failed', { class: cls }]);
      expect([key, undone, untouched]).toEqual([key, planned, !planned]);
      expect([key, world.order.some((name) => name.startsWith('removeResource undo'))]).toEqual([
        key,
        planned,
      ]);
    }
  });

  it('an activity that throws is called again', async () => {
    const ended = await disturbedEverywhere(firstOnNetwork, answers.throws());
    expect(ended.length).toBeGreaterThan(35);
    for (const { key, world } of ended) expect([key, world.ending['status']]).toEqual([key, 'succeeded']);
  });
});

describe('a failure that stays', () => {
  const stays = async (key: string, answer: Answer) =>
    run(new World({ ...firstOnNetwork, [key]: [answer] } satisfies Record<string, Script>));

  it.each(classes.filter((cls) => retryPolicies[cls].delays.length > 0))(
    '%s is undone after its deadline',
    async (cls) => {
      const { world, now, history } = await stays('ensureResource nic2', answers.failed(cls));
      expect(history.length).toBeGreaterThan(0);
      expect(now).toBeGreaterThan(0);
      expect(world.ending).toMatchObject({
        status: 'failed',
        undone: true,
        failure: { class: cls, step: 'createVirtualMachine' },
      });
      expect(world.order).toContain('removeResource undo ghostedSubnet');
    },
  );

  it('an activity that always throws is given up and undone', async () => {
    const { world } = await stays('verifyAzure', answers.throws());
    expect(world.ending).toMatchObject({
      status: 'failed',
      undone: true,
      failure: { code: 'ActivityFailed' },
    });
  });

  it('undo goes on past what cannot be removed, and names it', async () => {
    const scripts = {
      ...firstOnNetwork,
      verifyAzure: [answers.failed('fatal')],
      'removeResource undo virtualMachine': [answers.failed('denied')],
    };
    const { world } = await run(new World(scripts));
    expect(world.order).toContain('removeResource undo natSubnet');
    expect(world.ending).toMatchObject({
      undone: true,
      failure: { code: 'Test-fatal', leftovers: [expect.stringContaining('virtualMachine')] },
    });
  });

  it('what belongs to the host but was there before counts as left over', async () => {
    const kept = answers.done('unchanged', { kept: 'It existed before this operation.' });
    const scripts = {
      verifyAzure: [answers.failed('fatal')],
      'removeResource undo ghostedSubnet': [kept],
      'removeResource undo natSubnet': [kept],
    };
    const { world } = await run(new World(scripts));
    expect(world.ending).toMatchObject({
      failure: { leftovers: [expect.stringContaining('ghostedSubnet')] },
    });
  });

  it.each([
    ['once', 1, 'succeeded'],
    ['again and again', Infinity, 'failed'],
  ] as const)(
    'a subnet that is taken from under an interface %s is made again, once',
    async (_, times, status) => {
      const taken = answers.failed('invalid', { code: 'SubnetTaken' });
      const made = answers.done('created');
      const { world } = await run(
        new World({ 'ensureResource nic2': times === 1 ? [taken, made] : [taken] }),
      );
      const order = world.order.filter((key) => key.startsWith('ensureResource'));
      const subnets = ['natSubnet', 'lanSubnet', 'ghostedSubnet'].map((name) => `ensureResource ${name}`);
      const nics = ['ensureResource nic1', 'ensureResource nic2'];
      const rest = status === 'succeeded' ? ['ensureResource virtualMachine'] : [];
      expect(order.slice(0, 8 + rest.length)).toEqual([
        'ensureResource ghostedSubnet',
        ...nics,
        ...subnets,
        ...nics,
        ...rest,
      ]);
      expect(world.ending).toMatchObject({ status, undone: status === 'failed' });
    },
  );

  it('keeps what was made if the request says so', async () => {
    const scripts = {
      planHost: [
        answers.done('unchanged', {
          onFailure: 'keep',
          leases: { virtualNetwork: 'vnet', routeTable: 'table' },
          missingSubnets: [],
        }),
      ],
      verifyAzure: [answers.failed('fatal')],
    };
    const { world } = await run(new World(scripts));
    expect(world.order.filter((key) => key.startsWith('remove'))).toEqual([]);
    expect(world.ending).toMatchObject({ status: 'failed', undone: false });
  });

  it('ends although the records cannot be written', async () => {
    const { state } = await stays('finishHostOperation', answers.throws());
    expect(state?.output).toEqual({ status: 'succeeded' });
  });

  it('outlasts an hour in which the records cannot be written', async () => {
    const script = [...Array<Answer>(20).fill(answers.throws()), answers.of(null)];
    const { world, state } = await run(new World({ finishHostOperation: script }));
    expect(state?.output).toEqual({ status: 'succeeded' });
    expect(world.inputsOf('finishHostOperation')).toHaveLength(21);
  });

  it('does not hide the first failure behind a lease that cannot be given back', async () => {
    const world = new World({
      ...firstOnNetwork,
      'ensureResource ghostedSubnet': [answers.failed('quota')],
    }).breakEntity('vnet', 'release');
    expect((await run(world)).world.ending).toMatchObject({ failure: { class: 'quota' } });
  });
});

describe('failures while something is under way', () => {
  const hiccup = answers.failed('transient', { resumable: true });
  const { pending, followed, done, failed } = answers;

  it('a look that fails now and then does not stop a long phase', async () => {
    const slow = [...Array<Answer>(8).fill(pending('created')), hiccup];
    const { world } = await run(
      new World({ 'ensureResource virtualMachine': [...slow, ...slow, ...slow, ...slow, done('created')] }),
    );
    expect(world.ending['status']).toBe('succeeded');
  });

  it('the same operation is looked at again after a look that failed', async () => {
    const { world } = await run(
      new World({
        'ensureResource virtualMachine': [followed(), hiccup, followed(), answers.throws(), done('created')],
      }),
    );
    const resumes = world.inputsOf('ensureResource virtualMachine').map(({ resume }) => resume);
    const same = { operation: expect.stringContaining('/operations/1') as string, change: 'created' };
    expect(resumes).toEqual([{}, same, same, same, same]);
  });

  it('an operation that failed is not followed any more, and what it changed is remembered', async () => {
    const { world } = await run(
      new World({ 'ensureResource virtualMachine': [followed(), failed('capacity'), done('created')] }),
    );
    const resumes = world.inputsOf('ensureResource virtualMachine').map(({ resume }) => resume);
    expect(resumes[2]).toEqual({ change: 'created' });
  });

  it('operations that fail again and again come to an end', async () => {
    const { world } = await run(
      new World({
        'ensureResource virtualMachine': Array.from({ length: 20 }, () => [
          followed(),
          failed('capacity'),
        ]).flat(),
      }),
    );
    expect(world.ending).toMatchObject({ status: 'failed', failure: { class: 'capacity' } });
    expect(world.inputsOf('ensureResource virtualMachine')).toHaveLength(6);
  });

  it('a restart that failed is asked for again', async () => {
    const { world } = await run(
      new World({
        restartVirtualMachine: [
          followed('updated'),
          failed('transient'),
          followed('updated'),
          done('updated'),
        ],
      }),
    );
    const resumes = world.inputsOf('restartVirtualMachine').map(({ resume }) => resume);
    expect(resumes[2]).toEqual({});
  });

  it('something that stays under way for ever is given up', async () => {
    const { world } = await run(new World({ 'ensureResource nic1': [pending('created')] }));
    expect(world.ending).toMatchObject({ failure: { code: 'StillPending' } });
  });

  it('a guest phase without a result runs again as another attempt, three times at most', async () => {
    const again = done('created', { verdict: 'again', code: 'GuestNoResult', message: 'Nothing came.' });
    const { world } = await run(new World({ 'runGuestPhase network': [again] }));
    expect(world.inputsOf('runGuestPhase network').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(world.ending).toMatchObject({ failure: { code: 'GuestNoResult', step: 'configureGuest' } });
  });

  it('Windows that has to restart before it installs features is restarted, once', async () => {
    const first = done('created', {
      verdict: 'failed',
      code: 'restartFirst',
      message: 'Updates.',
      bootTime: '2026-01-01T00:00:00Z',
    });
    const restarts = (world: World) =>
      world.inputsOf('restartVirtualMachine').filter(({ resume }) => JSON.stringify(resume) === '{}');
    const helped = await run(
      new World({ 'runGuestPhase features': [first, guestOk({ restartNeeded: true })] }),
    );
    const calls = helped.world.inputsOf('runGuestPhase features');
    expect(calls.map(({ attempt, notBootedAt }) => [attempt, notBootedAt])).toEqual([
      [1, undefined],
      [11, '2026-01-01T00:00:00Z'],
    ]);
    expect(helped.world.ending).toMatchObject({ status: 'succeeded' });
    expect(restarts(helped.world)).toHaveLength(3);
    const stuck = await run(new World({ 'runGuestPhase features': [first] }));
    expect(stuck.world.ending).toMatchObject({
      failure: { code: 'restartFirst', step: 'configureGuest' },
    });
    expect(restarts(stuck.world)).toHaveLength(1);
  });

  it('what Windows could not prove is told on the step, and fails nothing', async () => {
    const unsure = guestOk({ warnings: ['hypervisorUnproven', 'icacls'] });
    const { world } = await run(new World({ 'runGuestPhase verify': [unsure] }));
    expect(world.ending).toMatchObject({
      status: 'succeeded',
      steps: expect.arrayContaining([
        expect.objectContaining({
          name: 'configureGuest',
          status: 'done',
          detail: 'Windows, in phase verify: hypervisorUnproven, icacls.',
        }),
      ]) as unknown,
    });
  });

  it('a guest phase that failed is not run again', async () => {
    const bad = done('created', { verdict: 'failed', code: 'GuestFailed', message: 'No.' });
    const { world } = await run(new World({ 'runGuestPhase verify': [bad] }));
    expect(world.inputsOf('runGuestPhase verify')).toHaveLength(1);
    expect(world.ending).toMatchObject({ status: 'failed', failure: { code: 'GuestFailed' } });
  });
});

import { provisionHost, provisionSteps } from '../../orchestrations/provisionHost';
import type { Wake } from '../../shared/gate';
import { epoch, Host } from './host';
import { load } from './library';
import {
  answers,
  bootTime,
  firstOnNetwork,
  foresighted,
  groupOf,
  guestOk,
  ownTable,
  routedSubnet,
  tableFacts,
  World,
  type Script,
} from './world';

const orchestrator = load(provisionHost);
const provision = (scripts: Record<string, Script> = {}) =>
  new Host(orchestrator, 'op', { operation: 'op' }, new World(scripts)).run();

/** Subnets of one VNet that get the same table. */
const both = (...ids: string[]) => ({
  ...groupOf(ids[0] ?? ''),
  subnets: ids.flatMap((id) => groupOf(id).subnets),
});

describe('provisionHost', () => {
  it('does the steps in the fixed order', async () => {
    const { world, state } = await provision(firstOnNetwork);
    expect(world.order).toEqual([
      'gateTicket',
      'planHost',
      'ensureResource natSubnet',
      'ensureResource lanSubnet',
      'ensureResource ghostedSubnet',
      'ensureResource nic1',
      'ensureResource nic2',
      'ensureResource virtualMachine',
      'checkAgent',
      'ensureResource attachment',
      'ensureResource nic2Forwarding',
      'ensureResource nic1Forwarding',
      'runGuestPhase features',
      'restartVirtualMachine',
      'runGuestPhase network',
      'restartVirtualMachine',
      'runGuestPhase verify',
      'planRoutes',
      'ensureResource routeTable',
      `ensureRoute ${ownTable}`,
      `ensureAssociation ${routedSubnet} true`,
      'verifyAzure',
      'finishHostOperation',
    ]);
    expect(state?.output).toEqual({ status: 'succeeded' });
    expect(world.ending).toMatchObject({
      status: 'succeeded',
      undone: false,
      guest: { os: 'Windows Server 2022' },
    });
  });

  const { done, followed, pending } = answers;
  const slow = [followed('updated'), done('updated')];
  const readyAtOnce = [followed(), followed(), done('created', { attached: true, agentReady: true })];
  const nicsTakeAWhile: Record<string, Script> = Object.fromEntries(
    ['nic1', 'nic2', 'nic2Forwarding'].map((name) => [
      `ensureResource ${name}`,
      [followed(), done('created')],
    ]),
  );
  const guestsTakeOneLook: Record<string, Script> = {
    'runGuestPhase features': [pending('created'), guestOk({ restartNeeded: true })],
    'runGuestPhase network': [pending('created'), guestOk({ restartNeeded: true })],
    'runGuestPhase verify': [pending('created'), guestOk()],
    restartVirtualMachine: [followed('updated'), done('updated'), followed('updated'), done('updated')],
  };

  // A host that is not the first on its network. Each await costs a turn of the orchestrator and a row of history.
  it.each<[string, number, Record<string, Script>]>([
    ['every look at the guest comes in time', 45, guestsTakeOneLook],
    ['so do they, but the NICs take a while', 51, { ...guestsTakeOneLook, ...nicsTakeAWhile }],
    ['every look at the guest comes once too early', 55, {}],
    [
      'so do they, and forwarding takes a while, but the agent was ready with the VM',
      55,
      { 'ensureResource nic2Forwarding': slow, 'ensureResource virtualMachine': readyAtOnce },
    ],
  ])('%s: %i awaits', async (_, awaits, scripts) => {
    expect((await provision(scripts)).awaits).toBe(awaits);
    expect(awaits).toBeLessThanOrEqual(55);
  });

  it('stays within 55 awaits also among many: it waits at the gate and for both leases, and wakes who comes next', async () => {
    const gate = { gate: 'gate', limit: 1, caller: 'portal', priority: 0, admittedAt: 0 };
    const gateTicket = [answers.of(gate)];
    const host = new Host(
      orchestrator,
      'op',
      { operation: 'op' },
      new World({ ...guestsTakeOneLook, gateTicket }),
    );
    const ask = (id: string, key: string) => {
      const request = { id, event: 'none', now: host.now };
      if (key === 'gate') host.passGate('acquire', { ...gate, ...request });
      else host.operate(key, 'acquire', request);
    };
    const leave = (key: string): Wake | null | undefined => {
      const request = { id: 'before', now: host.now };
      return key === 'gate'
        ? (host.passGate('release', request) as { wake: Wake[] }).wake[0]
        : (host.operate(key, 'release', request) as { granted: Wake | null }).granted;
    };
    const places = Object.entries({ gate: 1, vnet: 2, table: 20 });
    for (const [key] of places) ask('before', key);
    host.outside = places.map(([key, minute]) => ({
      at: epoch + minute * 60_000,
      act: () => {
        const woken = leave(key);
        if (woken?.id === 'op') host.raise(woken.event);
        ask('after', key);
      },
    }));
    await host.run();
    expect(host.world.ending['status']).toBe('succeeded');
    expect(host.world.inputsOf('raiseGranted')).toHaveLength(3);
    expect(host.awaits).toBeLessThanOrEqual(55);
  });

  it('looks at nothing again that was seen along with something else, and waits for what was begun along with it', async () => {
    const { world, awaits, state } = await provision(foresighted);
    expect(state?.output).toEqual({ status: 'succeeded' });
    expect(world.order.slice(2, -1)).toEqual([
      'ensureResource ghostedSubnet',
      'ensureResource nic1',
      'ensureResource virtualMachine',
      'ensureResource nic2Forwarding',
      'runGuestPhase features',
      'restartVirtualMachine',
      'runGuestPhase network',
      'restartVirtualMachine',
      'runGuestPhase verify',
      'planRoutes',
      `ensureRoute ${ownTable}`,
      'verifyAzure',
    ]);
    expect(world.inputsOf('ensureResource nic1')).toMatchObject([{ then: ['nic2', 'virtualMachine'] }]);
    // The restart is not asked for again, only followed; so is the phase after it.
    expect(world.inputsOf('restartVirtualMachine')).toMatchObject([
      { resume: { change: 'updated' }, since: 0, next: { phase: 'network', attempt: 1 } },
      { resume: { change: 'updated' }, since: 0, next: { phase: 'verify', notBootedAt: bootTime } },
    ]);
    for (const phase of ['network', 'verify'])
      expect(world.inputsOf(`runGuestPhase ${phase}`)).toMatchObject([{ resume: { change: 'created' } }]);
    expect(world.ending['steps']).toMatchObject(provisionSteps.map((name) => ({ name, status: 'done' })));
    // Windows is begun with by the look that sees both NICs as they should be.
    expect(world.inputsOf('ensureResource nic2Forwarding').at(-1)).toMatchObject({
      features: { now: expect.any(Number) as number },
    });
    expect(world.inputsOf('runGuestPhase features')).toMatchObject([
      { attempt: 1, resume: { change: 'created' }, restart: true },
    ]);
    expect(awaits).toBe(35);
  });

  it('gives an agent that was not ready with its VM a moment before it asks again', async () => {
    const unready = done('created', { attached: true, agentReady: false });
    const virtualMachine = [followed(), unready];
    const { world, awaits } = await provision({
      ...foresighted,
      'ensureResource virtualMachine': virtualMachine,
    });
    expect(world.inputsOf('checkAgent')).toHaveLength(1);
    expect(awaits).toBe(39);
  });

  it.each<[string, Record<string, Script>, string[], number]>([
    [
      'the route',
      {
        planRoutes: [done('unchanged', { tables: [tableFacts(ownTable)], begun: followed().result })],
        [`ensureRoute ${ownTable}`]: [done('created')],
      },
      [`ensureRoute ${ownTable}`],
      34,
    ],
    [
      'the table that it needs',
      {
        planRoutes: [
          done('unchanged', { tables: [tableFacts(ownTable, routedSubnet)], begun: followed().result }),
        ],
        'ensureResource routeTable': [done('created', { begun: followed().result })],
        [`ensureRoute ${ownTable}`]: [done('created')],
      },
      ['ensureResource routeTable', `ensureRoute ${ownTable}`, `ensureAssociation ${routedSubnet} true`],
      41,
    ],
  ])('follows %s as it was begun with the plan of the routes', async (_, scripts, looks, awaited) => {
    const { world, awaits, state } = await provision({ ...foresighted, ...scripts });
    expect(state?.output).toEqual({ status: 'succeeded' });
    expect(world.inputsOf('planRoutes')).toEqual([{ operation: 'op', purpose: 'add', begin: true }]);
    const [first = '', ...rest] = looks;
    expect(world.order.slice(world.order.indexOf(first), world.order.indexOf('verifyAzure'))).toEqual([
      first,
      ...rest,
    ]);
    // Begun already, so that the first look follows.
    expect(world.inputsOf(first)).toHaveLength(1);
    expect(world.inputsOf(first)[0]).toMatchObject({ resume: { operation: expect.any(String) as string } });
    expect(awaits).toBe(awaited);
  });

  it('begins the route with the table, and one association with the one before', async () => {
    const other = routedSubnet.replace('Azure-VMs', 'Hyper-V-LAN');
    const tables = [{ ...tableFacts(ownTable, routedSubnet), unrouted: [both(routedSubnet, other)] }];
    const { world } = await provision({
      ...foresighted,
      planRoutes: [done('unchanged', { tables })],
      [`ensureRoute ${ownTable}`]: [done('created')],
      [`ensureAssociation ${routedSubnet} true`]: [done('updated', { begun: followed('updated').result })],
      [`ensureAssociation ${other} true`]: [done('updated')],
    });
    expect(world.inputsOf('ensureResource routeTable')[0]).toMatchObject({ route: true });
    expect(world.inputsOf(`ensureRoute ${ownTable}`)).toMatchObject([{ resume: { change: 'created' } }]);
    expect(world.inputsOf(`ensureAssociation ${routedSubnet} true`)).toMatchObject([{ then: other }]);
    const [followedOne, ...more] = world.inputsOf(`ensureAssociation ${other} true`);
    expect([followedOne, more]).toMatchObject([{ resume: { change: 'updated' } }, []]);
    expect(followedOne).not.toHaveProperty('then');
  });

  it('begins anew what could not be begun along with something else', async () => {
    const { throttled } = {
      throttled: answers.failed('throttled', { retryAfterSeconds: 5 }) as { result: unknown },
    };
    const features = guestOk({ restartNeeded: true, restart: { since: 0, outcome: throttled.result } });
    const { world } = await provision({
      ...foresighted,
      'runGuestPhase features': [features],
      'runGuestPhase network': [answers.pending('created'), guestOk()],
      restartVirtualMachine: [
        answers.followed('updated'),
        answers.done('updated', { begun: throttled.result }),
      ],
    });
    const [again, look] = world.inputsOf('restartVirtualMachine');
    expect([again?.['resume'], look?.['resume']]).toMatchObject([{}, { change: 'updated' }]);
    const [first] = world.inputsOf('runGuestPhase network');
    expect(first).toMatchObject({ resume: {}, attempt: 1 });
    expect(world.ending).toMatchObject({ status: 'succeeded' });
  });

  it('restarts only when a phase says so', async () => {
    const phases = { 'runGuestPhase features': [guestOk()], 'runGuestPhase network': [guestOk()] };
    const { world } = await provision(phases);
    expect(world.order).not.toContain('restartVirtualMachine');
    expect(world.inputsOf('runGuestPhase network')[0]).not.toHaveProperty('notBootedAt');
  });

  it('tells the phase after a restart in which boot it must not run', async () => {
    const { world } = await provision();
    for (const phase of ['network', 'verify']) {
      const inputs = world.inputsOf(`runGuestPhase ${phase}`);
      for (const input of inputs) expect(input).toMatchObject({ notBootedAt: '2026-01-01T00:00:00.000Z' });
    }
  });

  it('looks for the answers of Azure until they are there, and shows with its last step what they leave open', async () => {
    const { world } = await provision({
      verifyAzure: [pending(), pending(), done('unchanged', { warning: 'Not known.' })],
    });
    const looks = world.inputsOf('verifyAzure').map(({ now }) => Number(now));
    expect(looks).toHaveLength(3);
    expect(looks).toEqual([...new Set(looks)].sort((a, b) => a - b));
    expect(world.ending).toMatchObject({ status: 'succeeded' });
    const steps = world.ending['steps'] as { name: string }[];
    expect(steps.at(-1)).toMatchObject({ name: 'verify', status: 'done', detail: 'Not known.' });
  });

  it('shows its progress as it goes', async () => {
    const host = new Host(orchestrator, 'op', { operation: 'op' }, new World(firstOnNetwork));
    const seen: string[] = [];
    while (!host.state?.isDone) {
      await host.turn();
      const { steps = [] } = (host.state?.customStatus ?? {}) as {
        steps?: { name: string; status: string }[];
      };
      const running = steps.find(({ status }) => status === 'running')?.name;
      if (running && running !== seen.at(-1)) seen.push(running);
    }
    expect(seen).toEqual([...provisionSteps]);
    expect(JSON.stringify(host.state?.customStatus).length).toBeLessThan(4_096);
  });
});

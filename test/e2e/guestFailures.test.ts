import { until } from '../../local/launch/until';
import type { Fault } from '../../local/launch/adminClient';
import { ended, order, startSystem, type Running } from './harness';

/** Everything that a guest phase can run into on its way through Azure, one at a time, each on a host of its own. */

jest.setTimeout(240_000);

/** Seconds; each another, so that a mix-up shows. */
const seconds = { features: 700, network: 600, verify: 500, restart: 900 };

interface Command {
  name: string;
  properties: { timeoutInSeconds: number; instanceView?: { executionState: string; startTime?: string } };
}

let running: Running;
beforeAll(async () => {
  running = await startSystem({}, 1, {
    GUEST_TIMEOUT_FEATURES: `${seconds.features}`,
    GUEST_TIMEOUT_NETWORK: `${seconds.network}`,
    GUEST_TIMEOUT_CHECK: `${seconds.verify}`,
    GUEST_TIMEOUT_RESTART: `${seconds.restart}`,
  });
});
afterAll(async () => await running?.stop());

const machine = (host: string): string =>
  running.system.arm.id(running.world.resourceGroup, `Microsoft.Compute/virtualMachines/${host}`);

async function commandsOf(host: string): Promise<Command[]> {
  const start = `${machine(host)}/runCommands/`.toLowerCase();
  const { resources } = await running.system.admin.state();
  const ids = resources.flatMap(({ id }) => (id.toLowerCase().startsWith(start) ? [id] : []));
  const answers = ids.map((id) => running.system.arm.get(id, { $expand: 'instanceView' }));
  return (await Promise.all(answers)).map(({ body }) => body as unknown as Command);
}

/** `features 1`, ... in order of phase and attempt. */
async function attempts(host: string): Promise<string[]> {
  const names = (await commandsOf(host)).map(({ name }) => name.replace(/-[a-z2-7]{12}-/, ' '));
  return names.sort(
    (a, b) =>
      phases.indexOf(a.split(' ')[0] ?? '') - phases.indexOf(b.split(' ')[0] ?? '') || a.localeCompare(b),
  );
}

const phases = ['features', 'network', 'verify'];
/** Attempts of a host where the first of one phase is lost. */
const again = (phase: string): string[] =>
  phases.flatMap((each) => (each === phase ? [`${each} 1`, `${each} 2`] : [`${each} 1`]));

async function plant(fault: Omit<Fault, 'match'> & { match?: Fault['match'] }): Promise<string> {
  return await running.system.admin.addFault({ match: {}, ...fault });
}

/** Orders the host and does something while the script of a phase runs. */
async function interrupted(
  host: string,
  phase: string,
  act: (id: string) => Promise<unknown>,
): Promise<string> {
  const { admin, arm } = running.system;
  const path = `/${host}/runCommands/${phase}-`;
  const held = await plant({ match: { method: 'PUT', path }, effect: { kind: 'hold', until: 'after' } });
  const operation = await order(running.system, host);
  await until(async () => (await admin.faults()).find((fault) => fault.held), {
    what: `the script of ${phase}`,
  });
  const first = (await commandsOf(host)).find(({ name }) => name.startsWith(phase))?.name ?? '';
  const id = `${machine(host)}/runCommands/${first}`;
  await until(
    async () => {
      const { body } = await arm.get(id, { $expand: 'instanceView' });
      return (body as unknown as Command).properties.instanceView?.executionState === 'Running' || undefined;
    },
    { what: 'the script to run', meanwhile: () => running.system.passTime(2_000) },
  );
  await act(id);
  await admin.removeFault(held);
  return operation;
}

const succeeded = async (operation: string): Promise<void> =>
  expect(await ended(running.system, operation)).toMatchObject({ status: 'succeeded' });

let hosts = 0;
const nextHost = (): string => `hv-${10 + (hosts += 1)}`;

it('every phase has the time that its setting gives it', async () => {
  const host = nextHost();
  await succeeded(await order(running.system, host));
  const given = (await commandsOf(host)).map(({ name, properties }) => [
    name.split('-')[0],
    properties.timeoutInSeconds,
  ]);
  expect(Object.fromEntries(given)).toEqual({
    features: seconds.features,
    network: seconds.network,
    verify: seconds.verify,
  });
});

describe.each(phases)('phase %s', (phase) => {
  it.each(['noSentinel', 'cut', 'exitCode', 'timeout', 'stuck'] as const)(
    '%s: runs again',
    async (outcome) => {
      const host = nextHost();
      await plant({ effect: { kind: 'guest', phase, outcome } });
      await succeeded(await order(running.system, host));
      expect(await attempts(host)).toEqual(again(phase));
    },
  );

  it('goes down with its VM: runs again when its time is over', async () => {
    const host = nextHost();
    await succeeded(
      await interrupted(host, phase, () => running.system.arm.send(`${machine(host)}/restart`, 'POST')),
    );
    expect(await attempts(host)).toEqual(again(phase));
  });

  it('is removed by somebody: runs again under another name', async () => {
    const host = nextHost();
    await succeeded(
      await interrupted(host, phase, async (id) => {
        await running.system.arm.delete(id);
      }),
    );
    const [first, second] = again(phase).filter((each) => each.startsWith(phase));
    expect(await attempts(host)).toEqual(again(phase).filter((each) => each !== first));
    expect(second).toBe(`${phase} 2`);
  });
});

it('a phase that never leaves a result is given up after three attempts, and the host undone', async () => {
  const host = nextHost();
  await plant({ times: 3, effect: { kind: 'guest', phase: 'network', outcome: 'noSentinel' } });
  const operation = await ended(running.system, await order(running.system, host));
  expect(operation).toMatchObject({
    status: 'failed',
    failure: { code: 'GuestNoResult', step: 'configureGuest' },
  });
  const { resources } = await running.system.admin.state();
  expect(resources.filter(({ id }) => id.toLowerCase().includes(host))).toEqual([]);
});

it('an agent that never returns is given up after the time for a restart', async () => {
  const host = nextHost();
  await plant({
    match: { path: `/${host}$` },
    effect: { kind: 'windows', quirks: { agentStaleForSeconds: 100_000 } },
  });
  const operation = await ended(running.system, await order(running.system, host));
  expect(operation).toMatchObject({
    status: 'failed',
    failure: { code: 'AgentNotReady', step: 'configureGuest' },
  });
  const [step] = (
    operation as unknown as { steps: { name: string; startedAt: string; finishedAt: string }[] }
  ).steps.filter(({ name }) => name === 'configureGuest');
  const took = (Date.parse(step?.finishedAt ?? '') - Date.parse(step?.startedAt ?? '')) / 1_000;
  expect(took).toBeGreaterThan(seconds.restart);
  expect(took).toBeLessThan(seconds.restart + seconds.features);
});

it('a Windows that restarts a second time by itself gets ready, whenever it does', async () => {
  const delays = [5, 20, 40, 60, 75, 85, 95, 105, 115, 130];
  const ordered = delays.map(async (restartsAgainAfterSeconds, index) => {
    const host = `hw-${index}`;
    const roleNeedsSecondRestart = index % 2 === 1;
    await plant({
      match: { path: `/${host}$` },
      effect: { kind: 'windows', quirks: { restartsAgainAfterSeconds, roleNeedsSecondRestart } },
    });
    return { host, operation: await order(running.system, host) };
  });
  const seen = new Set<string>();
  for (const each of ordered) {
    const { host, operation } = await each;
    await succeeded(operation);
    const made = await attempts(host);
    expect([again(''), again('network')]).toContainEqual(made);
    seen.add(made.join());
  }
  // Some of them restarted under the network phase, and some did not.
  expect(seen.size).toBe(2);
});

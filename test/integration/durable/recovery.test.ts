import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableRuntime, WorkerLost } from '../../../local/durable';
import { loadApp } from './app';
import { TestHub, epoch } from './hub';
import { VirtualClock } from './virtualClock';

const app = loadApp((df) => {
  df.app.activity('echo', { handler: (input: unknown) => input });
  df.app.entity<number>('Log', (context) => {
    context.df.setState((context.df.getState(() => 0) ?? 0) + 1);
    context.df.return(null);
  });
  df.app.orchestration('journey', function* (context) {
    const log = new df.EntityId('Log', 'journey');
    let sum = 0;
    for (let n = 0; n < 4; n++) {
      const legs = [1, 2, 3].map((leg) => context.df.callActivity('echo', leg));
      sum += ((yield context.df.Task.all(legs)) as number[]).reduce((a, b) => a + b);
      yield context.df.callEntity(log, 'add');
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
    }
    const bonus = (yield context.df.waitForExternalEvent('bonus')) as number;
    return sum + bonus;
  });
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string): string => join(folder, name);

/** What a killed process leaves: the database as it is at this moment, whatever is under way. */
function copyDatabase(from: string, to: string): void {
  copyFileSync(file(from), file(to));
  copyFileSync(file(`${from}-wal`), file(`${to}-wal`));
}

it('goes on from what a process killed before any invocation had committed', async () => {
  const first = await TestHub.open(app, {
    databaseFile: file('0.db'),
    before: () => copyDatabase('0.db', `at-${copies++}.db`),
  });
  let copies = 0;
  const id = await first.start('journey', null, 'trip');
  await first.client.raiseEvent(id, 'bonus', 100);
  expect((await first.finish(id)).output).toBe(124);
  await first.close();

  expect(copies).toBeGreaterThan(20);
  for (let n = 0; n < copies; n++) {
    const hub = await TestHub.open(app, { databaseFile: file(`at-${n}.db`), clock: first.clock });
    // The event may have come after this moment; a second one finds nobody.
    await hub.client.raiseEvent(id, 'bonus', 100);
    const status = await hub.finish(id);
    expect([n, status.runtimeStatus, status.output]).toEqual([n, 'Completed', 124]);
    const log = await hub.client.readEntityState<number>(new app.df.EntityId('Log', 'journey'));
    expect(log.entityState).toBe(4);
    await hub.close();
  }
});

it('finds a timer that became due while nothing ran', async () => {
  const first = await TestHub.open(app, { databaseFile: file('t.db') });
  await first.start('journey', null, 'trip');
  await first.settle();
  await first.close();
  first.clock.jumpTo(first.clock.now() + 3_600_000);
  const second = await TestHub.open(app, { databaseFile: file('t.db'), clock: first.clock });
  expect(second.runtime.activity().outstanding).toBeGreaterThan(0);
  await second.client.raiseEvent('trip', 'bonus', 0);
  expect((await second.finish('trip')).output).toBe(24);
  await second.close();
});

it.each(['never answers', 'is reported lost', 'answers late'])(
  'delivers again when a worker %s',
  async (how) => {
    const stuck: (() => void)[] = [];
    let healthy = false;
    const hub = await TestHub.open(app, {
      before: (name) => {
        if (healthy || name !== 'echo') return undefined;
        if (how === 'is reported lost') throw new WorkerLost('gone');
        return new Promise<void>((resolve) => stuck.push(resolve));
      },
    });
    const id = await hub.start('journey');
    await hub.runUntil(() => hub.count('echo') === 3);
    expect(hub.runtime.activity().outstanding).toBe(3);
    hub.runtime.workerLost();
    healthy = true;
    hub.runtime.workerReady();
    if (how === 'answers late') for (const answer of stuck) answer();
    await hub.client.raiseEvent(id, 'bonus', 0);
    expect((await hub.finish(id)).output).toBe(24);
    expect(hub.count('echo')).toBe(3 + 12);
    await hub.close();
  },
);

it('delivers nothing while there is no worker, and takes requests all the same', async () => {
  const hub = await TestHub.open(app);
  hub.runtime.workerLost();
  const id = await hub.start('journey');
  await hub.client.raiseEvent(id, 'bonus', 0);
  expect(hub.invocations).toEqual([]);
  expect(hub.runtime.activity()).toEqual({ outstanding: 2, nextTimer: null });
  expect((await hub.client.getStatus(id)).runtimeStatus).toBe('Pending');
  hub.runtime.workerReady();
  expect((await hub.finish(id)).output).toBe(24);
  await hub.close();
});

it('does not open a database that another engine has open', async () => {
  const hub = await TestHub.open(app, { databaseFile: file('one.db') });
  const open = (): DurableRuntime =>
    new DurableRuntime({
      databaseFile: file('one.db'),
      hubName: 'TestHub',
      clock: hub.clock,
      invoker: { invoke: () => Promise.resolve() },
      baseUrl: hub.baseUrl,
      maxActivities: 1,
      maxOrchestrations: 1,
      log: () => undefined,
    });
  expect(open).toThrow(/locked/);
  await hub.close();
  await open().stop();
});

it('wakes up by itself when the clock runs', async () => {
  const rate = 1_000_000;
  const from = performance.now();
  const now = (): number => epoch + (performance.now() - from) * rate;
  const hub = await TestHub.open(app, {
    clock: Object.assign(new VirtualClock(epoch), {
      now: () => Math.floor(now()),
      realDelayUntil: (t: number) => (t - now()) / rate,
      jumpTo: () => undefined,
    }),
  });
  const id = await hub.start('journey');
  await hub.client.raiseEvent(id, 'bonus', 1);
  expect((await hub.finish(id)).output).toBe(25);
  await hub.close();
});

it('runs no more activities at once than allowed', async () => {
  let running = 0;
  let most = 0;
  const hub = await TestHub.open(app, {
    maxActivities: 2,
    before: async (name) => {
      if (name !== 'echo') return;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    },
  });
  const id = await hub.start('journey');
  await hub.client.raiseEvent(id, 'bonus', 0);
  await hub.finish(id);
  expect(most).toBe(2);
  await hub.close();
});

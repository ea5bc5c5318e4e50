import type { OrchestrationContext, Task, TimerTask } from 'durable-functions';
import { loadApp } from './app';
import { TestHub, epoch } from './hub';

const minutes = (context: OrchestrationContext, n: number): Date =>
  new Date(context.df.currentUtcDateTime.getTime() + n * 60_000);

const app = loadApp((df) => {
  df.app.activity('echo', { handler: (input: unknown) => input });
  df.app.activity('fails', {
    handler: (input: string) => {
      throw new Error(`no ${input}`);
    },
  });
  df.app.orchestration('chain', function* (context) {
    const seen: unknown[] = [];
    for (const input of ['text', 7, { a: [1, null] }, null, true]) {
      seen.push(yield context.df.callActivity('echo', input));
    }
    return seen;
  });
  df.app.orchestration('fanOut', function* (context) {
    const { count } = context.df.getInput<{ count: number }>() ?? { count: 0 };
    const tasks = Array.from({ length: count }, (_, n) => context.df.callActivity('echo', n));
    return (yield context.df.Task.all(tasks)) as number[];
  });
  df.app.orchestration('sleep', function* (context) {
    const from = context.df.currentUtcDateTime.getTime();
    yield context.df.createTimer(minutes(context, 90));
    return context.df.currentUtcDateTime.getTime() - from;
  });
  df.app.orchestration('approval', function* (context) {
    const timer: TimerTask = context.df.createTimer(minutes(context, 30));
    const event = context.df.waitForExternalEvent('decision');
    const winner = (yield context.df.Task.any([event, timer])) as Task;
    if (winner === timer) return 'timeout';
    timer.cancel();
    return (yield context.df.callActivity('echo', event.result)) as unknown;
  });
  df.app.orchestration('busyThenWait', function* (context) {
    yield context.df.callActivity('echo', 'busy');
    return (yield context.df.waitForExternalEvent('decision')) as unknown;
  });
  // One wait raced again and again, as orchestrations that can be cancelled do.
  df.app.orchestration('cancellable', function* (context) {
    const cancel = context.df.waitForExternalEvent('cancel');
    for (let n = 1; n <= 5; n++) {
      yield context.df.callActivity('echo', n);
      if (cancel.isCompleted) return `cancelled before ${n}`;
      const timer: TimerTask = context.df.createTimer(minutes(context, 1));
      const winner = (yield context.df.Task.any([cancel, timer])) as Task;
      if (winner === cancel) {
        timer.cancel();
        yield context.df.callActivity('echo', 'undo');
        return `cancelled at ${n}`;
      }
    }
    return 'done';
  });
  df.app.orchestration('caught', function* (context) {
    try {
      yield context.df.callActivity('fails', 'luck');
      return 'unexpected';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
  df.app.orchestration('uncaught', function* (context) {
    yield context.df.callActivity('echo', 1);
    throw new Error('out of ideas');
  });
  df.app.orchestration('status', function* (context) {
    context.df.setCustomStatus({ step: 1 });
    yield context.df.waitForExternalEvent('go');
    context.df.setCustomStatus({ step: 2 });
    return 'ok';
  });
  df.app.orchestration('generations', function* (context) {
    const { left, seen } = context.df.getInput<{ left: number; seen: number[] }>() ?? { left: 0, seen: [] };
    yield context.df.createTimer(minutes(context, 1));
    if (left > 0) {
      context.df.continueAsNew({ left: left - 1, seen: [...seen, left] });
      return undefined;
    }
    return seen;
  });
  df.app.orchestration('parent', function* (context) {
    const children = ['chain', 'uncaught'].map((name) => context.df.callSubOrchestrator(name));
    const first = (yield children[0] ?? children[1]!) as unknown;
    try {
      yield children[1]!;
      return 'unexpected';
    } catch (error) {
      return { first, error: String(error).includes('out of ideas') };
    }
  });
  df.app.orchestration('retries', function* (context) {
    const options = new df.RetryOptions(60_000, 3);
    options.backoffCoefficient = 2;
    try {
      yield context.df.callActivityWithRetry('fails', options, 'again');
      return 'unexpected';
    } catch {
      return (yield context.df.callActivity('echo', 'gave up')) as unknown;
    }
  });
  df.app.orchestration('locks', function* (context) {
    yield context.df.lock(new df.EntityId('counter', 'a'));
    return 'unexpected';
  });
  df.app.orchestration('unknownActivity', function* (context) {
    yield context.df.callActivity('nowhere');
  });
});

let hub: TestHub;
beforeEach(async () => {
  hub = await TestHub.open(app);
});
afterEach(() => hub.close());

it.each([
  ['chain', undefined, ['text', 7, { a: [1, null] }, null, true]],
  ['fanOut', { count: 60 }, Array.from({ length: 60 }, (_, n) => n)],
  ['sleep', undefined, 90 * 60_000],
  ['approval', undefined, 'timeout'],
  ['cancellable', undefined, 'done'],
  ['generations', { left: 3, seen: [] }, [3, 2, 1]],
  ['retries', undefined, 'gave up'],
  ['parent', undefined, { first: ['text', 7, { a: [1, null] }, null, true], error: true }],
])('%s completes', async (name, input, output) => {
  const status = await hub.run(name, input);
  expect(status).toMatchObject({ runtimeStatus: 'Completed', output });
  expect(hub.runtime.activity()).toEqual({ outstanding: 0, nextTimer: null });
});

it('moves time only by timers', async () => {
  await hub.run('retries');
  expect(hub.clock.now() - epoch).toBe(60_000 + 120_000);
});

it('cancels the timer that lost the race', async () => {
  const id = await hub.start('approval');
  await hub.settle();
  expect(hub.runtime.activity().nextTimer).toBe(epoch + 30 * 60_000);
  await hub.client.raiseEvent(id, 'decision', { approved: true });
  await hub.settle();
  expect(hub.runtime.activity()).toEqual({ outstanding: 0, nextTimer: null });
  expect(await hub.client.getStatus(id)).toMatchObject({
    runtimeStatus: 'Completed',
    output: { approved: true },
  });
  expect(hub.clock.now()).toBe(epoch);
});

it('keeps an event that comes before anyone waits for it', async () => {
  hub.runtime.workerLost();
  const id = await hub.start('busyThenWait');
  await hub.client.raiseEvent(id, 'decision', 'early');
  hub.runtime.workerReady();
  expect((await hub.finish(id)).output).toBe('early');
});

it.each([0, 1, 2, 3, 4])('sees a cancel after %i minutes', async (n) => {
  const id = await hub.start('cancellable');
  await hub.settle();
  await hub.runUntil(() => hub.clock.now() >= epoch + n * 60_000);
  await hub.settle();
  await hub.client.raiseEvent(id, 'cancel', {});
  expect((await hub.finish(id)).output).toBe(`cancelled at ${n + 1}`);
  expect(hub.clock.now()).toBe(epoch + n * 60_000);
});

it('reports an activity failure as the library expects it', async () => {
  expect((await hub.run('caught')).output).toMatch(/^Activity function 'fails' failed: no luck \n /);
});

it.each([
  ['uncaught', /^Orchestrator function 'uncaught' failed: out of ideas$/],
  ['locks', /^Orchestrator function 'locks' failed: lock requires a Durable Functions extension/],
  [
    'unknownActivity',
    /^Orchestrator function 'unknownActivity' failed: Activity function 'nowhere' failed: The function/,
  ],
])('%s fails', async (name, output) => {
  const status = await hub.run(name);
  expect(status.runtimeStatus).toBe('Failed');
  expect(status.output).toMatch(output);
});

it('shows the custom status while it runs', async () => {
  const id = await hub.start('status');
  await hub.settle();
  expect(await hub.client.getStatus(id)).toMatchObject({
    runtimeStatus: 'Running',
    customStatus: { step: 1 },
  });
  await hub.client.raiseEvent(id, 'go', 1);
  expect(await hub.finish(id)).toMatchObject({ customStatus: { step: 2 }, output: 'ok' });
});

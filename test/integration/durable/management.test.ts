import { loadApp } from './app';
import { TestHub, epoch } from './hub';

const app = loadApp((df) => {
  df.app.activity('echo', { handler: (input: unknown) => input });
  df.app.orchestration('wait', function* (context) {
    yield context.df.callActivity('echo', 'begin');
    const value = (yield context.df.waitForExternalEvent('go')) as unknown;
    return (yield context.df.callActivity('echo', value)) as unknown;
  });
  df.app.orchestration('sleep', function* (context) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
  });
  df.app.orchestration('child', function* (context) {
    return (yield context.df.callSubOrchestrator('wait', null, 'the-child')) as unknown;
  });
});

let hub: TestHub;
let gate: Promise<void> | undefined;
beforeEach(async () => {
  gate = undefined;
  hub = await TestHub.open(app, { before: (name) => (name === 'echo' ? gate : undefined) });
});
afterEach(() => hub.close());

const statusOf = async (id: string): Promise<string> => (await hub.client.getStatus(id)).runtimeStatus;

const call = (method: string, path: string, body?: string, type = 'application/json'): Promise<Response> =>
  fetch(`${hub.baseUrl}/runtime/webhooks/durabletask/${path}`, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': type } }),
  });

it('refuses to start an instance that has not finished, and restarts one that has', async () => {
  await hub.start('wait', { n: 1 }, 'one');
  await expect(hub.start('wait', { n: 2 }, 'one')).rejects.toThrow(/status code: 409.*already exists/);
  await hub.client.raiseEvent('one', 'go', 'first');
  expect(await hub.finish('one')).toMatchObject({ output: 'first', input: { n: 1 } });
  await hub.start('wait', { n: 3 }, 'one');
  await hub.settle();
  expect(await hub.client.getStatus('one')).toMatchObject({
    runtimeStatus: 'Running',
    input: { n: 3 },
    output: null,
  });
});

it('terminates: the timer goes', async () => {
  const id = await hub.start('sleep');
  await hub.settle();
  expect(hub.runtime.activity().nextTimer).toBe(epoch + 3_600_000);
  await hub.client.terminate(id, 'too-long');
  await hub.settle();
  expect(await hub.client.getStatus(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'too-long' });
  expect(hub.runtime.activity()).toEqual({ outstanding: 0, nextTimer: null });
});

it('terminates at once; the running activity goes on and its answer reaches nobody', async () => {
  let open = (): void => undefined;
  gate = new Promise((resolve) => (open = resolve));
  await hub.start('wait', null, 'again');
  await hub.runUntil(() => hub.count('echo') === 1);
  await hub.client.terminate('again', 'x');
  await hub.runUntil(async () => (await statusOf('again')) === 'Terminated');
  expect(hub.runtime.activity().outstanding).toBe(1);
  await hub.start('wait', null, 'again');
  await hub.client.raiseEvent('again', 'go', 'anew');
  await hub.runUntil(() => hub.count('echo') === 2);
  open();
  expect(await hub.finish('again')).toMatchObject({ runtimeStatus: 'Completed', output: 'anew' });
  const response = await call('GET', 'instances/again?showHistory=true');
  const { historyEvents } = (await response.json()) as { historyEvents: { EventType: string }[] };
  expect(historyEvents.filter(({ EventType }) => EventType === 'TaskCompleted')).toHaveLength(2);
});

it('suspends and resumes; events wait in between', async () => {
  const id = await hub.start('wait');
  await hub.settle();
  await hub.client.suspend(id, 'pause');
  await hub.settle();
  expect(await statusOf(id)).toBe('Suspended');
  await expect(hub.client.suspend(id, 'pause')).rejects.toThrow('status code: 500');
  await hub.client.raiseEvent(id, 'go', 'late');
  await hub.settle();
  expect(await statusOf(id)).toBe('Suspended');
  await hub.client.resume(id, 'on');
  expect((await hub.finish(id)).output).toBe('late');
});

it('purges finished instances only', async () => {
  const id = await hub.start('wait');
  await hub.settle();
  expect(await hub.client.purgeInstanceHistory(id)).toMatchObject({ instancesDeleted: 0 });
  await hub.client.raiseEvent(id, 'go', 1);
  await hub.finish(id);
  expect(await hub.client.purgeInstanceHistory(id)).toMatchObject({ instancesDeleted: 1 });
  await expect(hub.client.getStatus(id)).rejects.toThrow('HTTP 404');
});

it('lists and purges by filter', async () => {
  for (const name of ['a', 'b', 'c']) await hub.start('wait', name, `run-${name}`);
  await hub.settle();
  await hub.client.raiseEvent('run-b', 'go', 1);
  await hub.settle();
  expect((await hub.client.getStatusAll()).map(({ instanceId }) => instanceId)).toEqual([
    'run-a',
    'run-b',
    'run-c',
  ]);
  const running = await hub.client.getStatusBy({
    runtimeStatus: [app.df.OrchestrationRuntimeStatus.Running],
  });
  expect(running.map(({ instanceId }) => instanceId)).toEqual(['run-a', 'run-c']);
  const page = await call('GET', 'instances/?top=2');
  const token = page.headers.get('x-ms-continuation-token') ?? '';
  const rest = await fetch(page.url, { headers: { 'x-ms-continuation-token': token } });
  expect([await page.json(), await rest.json()]).toMatchObject([{ length: 2 }, [{ instanceId: 'run-c' }]]);
  const purged = await hub.client.purgeInstanceHistoryBy({ createdTimeFrom: new Date(epoch - 1) });
  expect(purged.instancesDeleted).toBe(1);
});

it('tells a parent that its child was terminated in the way the library cannot catch', async () => {
  const id = await hub.start('child');
  await hub.settle();
  await hub.client.terminate('the-child', 'stop');
  expect((await hub.finish(id)).runtimeStatus).toBe('Failed');
});

it.each([
  ['GET', 'instances/unknown', undefined, 404],
  ['DELETE', 'instances/unknown', undefined, 404],
  ['DELETE', 'instances/', undefined, 400],
  ['GET', 'instances/?createdTimeFrom=soon', undefined, 400],
  ['POST', 'instances/unknown/terminate?reason=x', undefined, 404],
  ['POST', 'instances/unknown/raiseEvent/go', '1', 404],
  ['POST', 'instances/unknown/raiseEvent/go', '{', 400],
  ['POST', 'instances/finished/raiseEvent/go', '1', 410],
  ['POST', 'instances/finished/suspend', undefined, 410],
  ['POST', 'instances/finished/restart', undefined, 202],
  ['POST', 'instances/finished/rewind', undefined, 501],
  ['GET', 'instances/finished', undefined, 200],
  ['POST', 'orchestrators/unknown', '', 400],
  ['POST', 'orchestrators/echo', '', 400],
  ['POST', 'orchestrators/wait/@a@b', '', 400],
  ['POST', 'orchestrators/wait/x', 'not json', 400],
  ['GET', 'entities/counter/none', undefined, 404],
  ['POST', 'entities/unknown/key?op=add', '1', 400],
  ['GET', 'elsewhere', undefined, 404],
])('%s %s with %s answers %i', async (method, path, body, status) => {
  const id = await hub.start('wait', null, 'finished');
  await hub.client.raiseEvent(id, 'go', 1);
  await hub.finish(id);
  expect((await call(method, path, body)).status).toBe(status);
});

it('shows history with event names and results on request', async () => {
  const id = await hub.start('wait');
  await hub.settle();
  await hub.client.raiseEvent(id, 'go', 5);
  await hub.finish(id);
  const response = await call('GET', `instances/${id}?showHistory=true&showHistoryOutput=true`);
  const { historyEvents } = (await response.json()) as { historyEvents: Record<string, unknown>[] };
  expect(historyEvents.map(({ EventType }) => EventType)).toEqual([
    'ExecutionStarted',
    'TaskCompleted',
    'EventRaised',
    'TaskCompleted',
    'ExecutionCompleted',
  ]);
  expect(historyEvents[3]).toMatchObject({ FunctionName: 'echo', Result: '5' });
});

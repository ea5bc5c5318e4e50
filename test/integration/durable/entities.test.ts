import { loadApp } from './app';
import { TestHub } from './hub';

const app = loadApp((df) => {
  df.app.entity<number>('Counter', (context) => {
    const value = context.df.getState(() => 0) ?? 0;
    switch (context.df.operationName) {
      case 'add':
        context.df.setState(value + (context.df.getInput<number>() ?? 0));
        break;
      case 'get':
        context.df.return(value);
        break;
      case 'fail':
        context.df.setState(value + 1000);
        throw new Error('not today');
      case 'delete':
        context.df.destructOnExit();
        break;
      case 'forward':
        context.df.signalEntity(new df.EntityId('Counter', 'other'), 'add', value);
        break;
      default:
        throw new Error('unknown operation');
    }
  });
  df.app.orchestration('count', function* (context) {
    const id = new df.EntityId('Counter', context.df.getInput<string>() ?? 'a');
    context.df.signalEntity(id, 'add', 2);
    yield context.df.callEntity(id, 'add', 3);
    context.df.signalEntity(id, 'add', 4);
    return (yield context.df.callEntity(id, 'get')) as number;
  });
  df.app.orchestration('failing', function* (context) {
    const id = new df.EntityId('Counter', 'f');
    try {
      yield context.df.callEntity(id, 'fail');
      return 'unexpected';
    } catch (error) {
      return [String(error), (yield context.df.callEntity(id, 'get')) as number];
    }
  });
  df.app.orchestration('missing', function* (context) {
    yield context.df.callEntity(new df.EntityId('Nothing', 'x'), 'get');
  });
});

const entity = (key: string): InstanceType<typeof app.df.EntityId> => new app.df.EntityId('Counter', key);

let hub: TestHub;
beforeEach(async () => {
  hub = await TestHub.open(app);
});
afterEach(() => hub.close());

it('keeps the order of signals and calls of one sender', async () => {
  expect((await hub.run('count', 'a')).output).toBe(9);
  expect(await hub.client.readEntityState(entity('a'))).toMatchObject({ entityExists: true, entityState: 9 });
});

it('serves many callers one batch after the other', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => hub.start('count', 'shared')));
  for (const id of ids) expect((await hub.finish(id)).runtimeStatus).toBe('Completed');
  expect((await hub.client.readEntityState<number>(entity('shared'))).entityState).toBe(180);
  // Signals of different senders share batches.
  expect(hub.count('Counter')).toBeLessThan(60);
});

it('takes signals of clients, forwards signals of entities, and deletes', async () => {
  await hub.client.signalEntity(entity('c'), 'add', 5);
  await hub.client.signalEntity(entity('c'), 'forward');
  await hub.settle();
  expect((await hub.client.readEntityState(entity('other'))).entityState).toBe(5);
  await hub.client.signalEntity(entity('c'), 'delete');
  await hub.settle();
  expect((await hub.client.readEntityState(entity('c'))).entityExists).toBe(false);
});

it('passes errors to callers and keeps what the failed operation wrote', async () => {
  expect((await hub.run('failing')).output).toEqual(['Error: [object Object]', 1000]);
});

it('fails a call to an entity that is not registered', async () => {
  expect((await hub.run('missing')).output).toMatch(/failed: The function 'nothing' doesn't exist/);
});

import { Webhook } from 'standardwebhooks';
import { until } from '../../local/launch/until';
import { event } from '../../shared/api/shapes';
import { operationId } from '../../shared/api/operationId';
import { secrets } from '../unit/callbacks/fixture';
import { startReceiver, type Receiver } from '../unit/callbacks/receiver';
import { batchIn } from './batchCalls';
import { ended, startSystem, type Running } from './harness';

jest.setTimeout(180_000);

describe('callbacks of what is not ordered by a call of its own', () => {
  let running: Running;
  let receiver: Receiver;
  const [secret = ''] = secrets;
  /** Ids whose signature did not verify when they came: it is worth something for five minutes only. */
  const unverified: string[] = [];
  beforeAll(async () => {
    receiver = await startReceiver();
    receiver.reply = ({ body, headers }) => {
      try {
        new Webhook(secret).verify(body, headers);
      } catch {
        unverified.push(headers['webhook-id'] ?? 'none');
      }
      return { status: 204 };
    };
    const settings = { CALLBACK_PRIVATE_HOSTS: receiver.host, CALLBACK_SECRETS: secret };
    running = await startSystem({}, 1, settings, receiver.certificate);
  });
  afterAll(async () => {
    await running?.stop();
    await receiver?.stop();
  });

  const to = (path: string) => receiver.url.replace('/hooks', path);
  /** Events that came to a path, as `kind host event`, each id once. */
  const told = (path: string): string[] => {
    expect(unverified).toEqual([]);
    const events = receiver.received
      .filter((request) => request.path === path)
      .map(({ body }) => event.parse(JSON.parse(body)));
    const once = new Map(events.map((one) => [one.id, one]));
    return [...once.values()]
      .map(({ type, data }) => `${data.kind} ${data.host} ${type.split('.')[2]}`)
      .sort();
  };
  const all = (path: string, wanted: string[]) =>
    until(() => Promise.resolve(told(path).length >= wanted.length || undefined), { what: path }).then(() =>
      expect(told(path)).toEqual([...wanted].sort()),
    );

  it('a message of the queue tells of its own operation, however often it comes', async () => {
    const { queue } = running.system;
    const callback = { url: to('/queue'), events: ['accepted', 'completed', 'failed'] };
    for (const kind of ['provision', 'repair', 'teardown']) {
      const message = {
        ...{ schemaVersion: 1, kind, requestId: `q/${kind}`, network: 'nested-fun', name: 'hv-01' },
        ...{ ticket: 'T', callback },
      };
      await queue.send(message);
      await queue.send(message);
      const id = operationId({ kind: 'queue', requestId: `q/${kind}` });
      expect(await ended(running.system, id)).toMatchObject({ kind, status: 'succeeded' });
    }
    await all('/queue', [
      ...['provision hv-01 accepted', 'provision hv-01 completed', 'repair hv-01 accepted'],
      ...['repair hv-01 completed', 'teardown hv-01 accepted', 'teardown hv-01 completed'],
    ]);
  });

  it('a message whose receiver is not allowed is given up, and says why', async () => {
    const { app, queue } = running.system;
    await queue.send({
      ...{ schemaVersion: 1, kind: 'provision', requestId: 'q/evil', network: 'nested-fun', name: 'hv-02' },
      callback: { url: 'https://evil.example/' },
    });
    const [poison] = await until(
      async () => {
        const found = await app.get<{ reason: string }[]>('/poison');
        return found.length > 0 ? found : undefined;
      },
      { what: 'the poison message' },
    );
    expect(poison?.reason).toMatch(/callback\/url.*CALLBACK_HOSTS/);
    expect((await app.send('GET', '/hosts/nested-fun/hv-02')).status).toBe(404);
  });

  it('a batch tells of each row, and a row may say itself whom to tell, and of what', async () => {
    const { app } = running.system;
    const { status, body } = await app.send<{ id: string }>('POST', '/batches', {
      network: 'nested-fun',
      callback: { url: to('/batch') },
      rows: [
        { name: 'b-1' },
        { name: 'b-2', callback: { url: to('/row'), events: ['accepted', 'completed'] } },
        { name: 'b-3' },
      ],
    });
    expect(status).toBe(202);
    await batchIn(running.system, body.id, 'finished', 120_000);
    await all('/batch', ['provision b-1 completed', 'provision b-3 completed']);
    await all('/row', ['provision b-2 accepted', 'provision b-2 completed']);
    const again = await app.send<{ id: string }>('POST', '/batches', {
      ...{ network: 'nested-fun', callback: { url: to('/again') } },
      rows: [{ name: 'b-1' }],
    });
    await batchIn(running.system, again.body.id, 'finished', 120_000);
    // There was nothing to do, and that is told, too.
    await all('/again', ['provision b-1 completed']);
  });

  it('a batch whose receiver is not allowed is refused with the row and the field', async () => {
    const evil = { url: 'https://evil.example/' };
    const rows = [{ name: 'b-8' }, { name: 'b-9', callback: evil }];
    const { status, body } = await running.system.app.send<{ errors: object[] }>('POST', '/batches', {
      ...{ network: 'nested-fun', rows },
    });
    expect({ status, errors: body.errors }).toMatchObject({
      ...{ status: 400, errors: [{ pointer: '/rows/1/callback/url', row: 2 }] },
    });
  });
});

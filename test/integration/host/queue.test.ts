import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import {
  alive,
  removeFolder,
  startAzurite,
  startHost,
  until,
  workFolder,
  type Azurite,
  type TestHost,
} from './harness';

describe('queue triggers on Azurite', () => {
  let folder: string;
  let azurite: Azurite;
  let host: TestHost;
  let inbox: QueueClient;
  let poison: QueueClient;

  beforeAll(async () => {
    folder = workFolder();
    azurite = await startAzurite();
    const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
    inbox = service.getQueueClient('inbox');
    poison = service.getQueueClient('inbox-poison');
    host = await startHost(folder, 'queue', { settings: { AzureWebJobsStorage: azurite.connectionString } });
    // Only now: a queue that does not exist yet is an empty one.
    await inbox.create();
  });
  afterAll(async () => {
    await host?.end('SIGKILL');
    await azurite.stop();
    removeFolder(folder);
  });

  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  const deliveries = (id: string) =>
    host.notes().filter(({ inbox: message }) => (message as { id?: string } | undefined)?.id === id);
  const left = async () => (await inbox.getProperties()).approximateMessagesCount;

  it('takes base64 and plain messages, each once', async () => {
    await inbox.sendMessage(base64({ id: 'encoded' }));
    await inbox.sendMessage(JSON.stringify({ id: 'plain' }));
    await until('both', () => deliveries('encoded').length > 0 && deliveries('plain').length > 0);
    await until('the queue to be empty', async () => (await left()) === 0);
    expect([deliveries('encoded').length, deliveries('plain').length]).toEqual([1, 1]);
  });

  it('moves a message that keeps failing to the poison queue, as it was sent', async () => {
    const text = base64({ id: 'bad', fail: true });
    await inbox.sendMessage(text);
    const [moved] = await until('the poison message', async () => {
      const { peekedMessageItems } = await poison.peekMessages().catch(() => ({ peekedMessageItems: [] }));
      return peekedMessageItems.length > 0 ? peekedMessageItems : undefined;
    });
    expect(moved?.messageText).toBe(text);
    expect(deliveries('bad').map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2, 3]);
    await until('the queue to be empty', async () => (await left()) === 0);
  });

  it('sends queue outputs, one message per element', async () => {
    await fetch(`${host.url}/api/relay`, { method: 'POST', body: JSON.stringify(['a', { b: 1 }]) });
    const relayed = () => host.notes().flatMap((note) => ('relayed' in note ? [note['relayed']] : []));
    await until('two relayed messages', () => relayed().length === 2);
    expect(relayed()).toEqual(expect.arrayContaining(['a', { b: 1 }]));
  });

  it('runs a queue function by hand', async () => {
    const response = await fetch(`${host.url}/admin/functions/inbox`, {
      method: 'POST',
      headers: { 'x-functions-key': host.functionKey },
      body: JSON.stringify({ input: JSON.stringify({ id: 'manual' }) }),
    });
    expect(response.status).toBe(202);
    await until('the manual run', () => deliveries('manual').length === 1);
  });

  it('delivers a message again when the app dies in the middle of it', async () => {
    await inbox.sendMessage(base64({ id: 'killed', hang: true }));
    await until('the first delivery', () => deliveries('killed').length === 1);
    await fetch(`${host.url}/admin/host/kill-worker`, {
      method: 'POST',
      headers: { 'x-functions-key': host.functionKey },
    });
    await until('the second delivery', () => deliveries('killed').length === 2);
    await until('the queue to be empty', async () => (await left()) === 0);
  });

  it('takes the app along when the host is killed, and the next host delivers again', async () => {
    await inbox.sendMessage(base64({ id: 'orphan', hang: true }));
    await until('the first delivery', () => deliveries('orphan').length === 1);
    const response = await fetch(`${host.url}/api/environment`);
    const { pid } = (await response.json()) as { pid: number };
    await host.end('SIGKILL');
    await until('the app process to be gone', () => !alive(pid));
    host = await startHost(folder, 'queue', { settings: { AzureWebJobsStorage: azurite.connectionString } });
    await until('the second delivery', () => deliveries('orphan').length === 2);
    expect(deliveries('orphan').map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2]);
    await until('the queue to be empty', async () => (await left()) === 0);
  });
});

import { Webhook } from 'standardwebhooks';
import { collectorSettings, latest, startCollector, type Collector } from '../../local/launch/collector';
import { until } from '../../local/launch/until';
import { operationId } from '../../shared/api/operationId';
import type { CloudEvent } from '../../shared/records/callbacks';
import { createRecords } from '../../shared/records/createRecords';
import { passwordSecretName } from '../../shared/azure/password';
import { secrets, waiting } from '../unit/callbacks/fixture';
import { startReceiver, type Received, type Receiver } from '../unit/callbacks/receiver';
import { expectDocumented } from './documented';
import { ended, order, startSystem, type Running } from './harness';
import { leaks, recordAnswers, traces, type Traces } from './planted';
import { vaultOf } from './vault';

jest.setTimeout(180_000);

interface View {
  id: string;
  status: string;
  attempts: number;
  receiver: string;
  lastAttempt?: { status?: number; code?: string };
}

describe('callbacks', () => {
  let running: Running;
  let receiver: Receiver;
  let collector: Collector;
  const [present = '', old = '', foreign = ''] = secrets;
  const all = ['accepted', 'completed', 'failed', 'cancelled'];
  const systemKey = 'planted-system-key-5f1d';
  let answers: string[];

  beforeAll(async () => {
    receiver = await startReceiver();
    collector = await startCollector();
    const settings = {
      CALLBACK_HOSTS: 'hooks.contoso.com',
      CALLBACK_PRIVATE_HOSTS: receiver.host,
      CALLBACK_SECRETS: `${present} ${old}`,
      SYSTEM_KEY: systemKey,
      ...collectorSettings(collector),
    };
    const hosts = { passwordVault: 'contoso-hosts' };
    running = await startSystem({ hosts }, 1, settings, receiver.certificate);
    answers = recordAnswers(running.system);
  });
  afterAll(async () => {
    await running?.stop();
    await receiver?.stop();
    await collector?.stop();
  });

  const idOf = ({ headers }: Received) => headers['webhook-id'] ?? '';
  const about = (operation: string) => receiver.received.filter((one) => idOf(one).includes(operation));
  const arrived = (id: string, times = 1): Promise<Received> =>
    until(async () => Promise.resolve(receiver.received.filter((one) => idOf(one) === id)[times - 1]), {
      what: id,
    });
  const callback = (id: string): Promise<View> => running.system.app.get(`/callbacks/${id}`);
  const settled = (id: string): Promise<View> =>
    until(
      async () => {
        const view = await callback(id);
        return view.status === 'waiting' ? undefined : view;
      },
      { what: `the end of ${id}` },
    );
  const verified = ({ body, headers }: Received): CloudEvent => {
    expect(() => new Webhook(foreign).verify(body, headers)).toThrow();
    expect(new Webhook(old).verify(body, headers)).toEqual(JSON.parse(body));
    return new Webhook(present).verify(body, headers) as CloudEvent;
  };
  const eventOf = async (id: string) => verified(await arrived(id));

  it('tell of admission and success, signed with every secret, under one id each', async () => {
    receiver.reply = ({ headers }) => ({
      status:
        idOf({ headers } as Received).endsWith('completed') && about('completed').length < 2 ? 500 : 204,
    });
    const wish = { url: `${receiver.url}?token=planted`, events: all };
    const id = await order(running.system, 'hv-01', { ticket: 'RITM-1', callback: wish });
    expect(await eventOf(`cb-${id}-accepted`)).toMatchObject({
      specversion: '1.0',
      type: 'nested-hosts.operation.accepted',
      data: { operation: id, status: 'admitted', ticket: 'RITM-1' },
    });
    expect(await ended(running.system, id)).toMatchObject({ status: 'succeeded' });
    await arrived(`cb-${id}-completed`, 2);
    const [first, second] = about(id).filter((one) => idOf(one).endsWith('completed'));
    expect(first?.body).toBe(second?.body);
    expect(first?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(verified(second as Received)).toMatchObject({
      id: `cb-${id}-completed`,
      source: 'urn:nested-hosts:default',
      subject: 'hosts/nested-fun/hv-01',
      data: { status: 'succeeded', addresses: { ghostedPrefix: '10.0.2.0/24' } },
    });
    expect(await settled(`cb-${id}-completed`)).toMatchObject({ status: 'delivered', attempts: 2 });
    expect(new Set(about(id).map(idOf)).size).toBe(2);
    const listed = await running.system.app.get<View[]>(`/callbacks?operation=${id}`);
    expect(listed.map((one) => one.receiver)).toEqual([receiver.host, receiver.host]);
    expect(JSON.stringify(listed)).not.toContain('planted');
  });

  it('are in the trace of their operation, each attempt by the host of its receiver', async () => {
    const attempts = await until(
      () => {
        const found = collector.spans.filter(({ name }) => name === 'POST callback');
        return Promise.resolve(found.length >= 3 ? found : undefined);
      },
      { what: 'spans of three attempts' },
    );
    const [first] = attempts;
    const ofTrace = collector.spans.filter(({ traceId }) => traceId === first?.traceId);
    expect(new Set(attempts.map(({ traceId }) => traceId)).size).toBe(1);
    expect(ofTrace.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['HTTP createHost', 'operation provision', 'activity attemptCallback']),
    );
    expect(attempts.map(({ attributes }) => attributes['http.response.status_code']).sort()).toEqual([
      204, 204, 500,
    ]);
    expect(attempts.map(({ failed }) => failed).sort()).toEqual([false, false, true]);
    expect(new Set(attempts.map(({ attributes }) => attributes['server.address']))).toEqual(
      new Set([receiver.host]),
    );
  });

  it('tell who asks again by queue that all is as it was', async () => {
    receiver.reply = () => ({ status: 204 });
    const before = receiver.received.length;
    const message = {
      ...{ schemaVersion: 1, kind: 'provision', requestId: 'again', network: 'nested-fun', name: 'hv-01' },
      callback: { url: receiver.url },
    };
    await running.system.queue.send(message);
    await running.system.queue.send(message);
    const event = await until(() => Promise.resolve(receiver.received[before]), { what: 'the callback' });
    expect(verified(event)).toMatchObject({
      type: 'nested-hosts.operation.completed',
      data: { unchanged: true, host: 'hv-01' },
    });
  });

  it('tell who sent a message by queue that it was given up, once', async () => {
    const { system } = running;
    const message = {
      ...{ schemaVersion: 1, kind: 'provision', requestId: 'lost', network: 'nowhere', name: 'hv-01' },
      callback: { url: `${receiver.url}?token=planted` },
    };
    const id = operationId({ kind: 'queue', requestId: 'lost' });
    const givenUp = (times: number) =>
      until(
        async () =>
          (await system.app.get<{ id: string; times: number }[]>('/poison')).find(
            (one) => one.times === times,
          ),
        { what: `the poison message, time ${times}`, limit: 60_000 },
      );
    await system.queue.send(message);
    expect(await eventOf(`cb-${id}-failed`)).toMatchObject({
      type: 'nested-hosts.operation.failed',
      subject: 'hosts/nowhere/hv-01',
      data: {
        status: 'failed',
        failure: { code: 'Poisoned', message: expect.stringMatching(/nowhere/) as string },
      },
    });
    expect((await system.app.send('GET', `/operations/${id}`)).status).toBe(404);
    expect(await settled(`cb-${id}-failed`)).toMatchObject({ status: 'delivered', attempts: 1 });
    const { id: poison } = await givenUp(1);
    await system.app.send('POST', `/poison/${poison}/replay`);
    await givenUp(2);
    await system.app.runFunction('callbackTimer');
    expect(await callback(`cb-${id}-failed`)).toMatchObject({ status: 'delivered', attempts: 1 });
    expect(about(id)).toHaveLength(1);
  });

  it('of an operation that fails tell why', async () => {
    const { admin } = running.system;
    await admin.patchGuest(
      `/subscriptions/${running.system.azure.subscriptionId}/resourceGroups/${running.world.resourceGroup}/providers/Microsoft.Compute/virtualMachines/hv-01`,
      { nestedVms: [{ name: 'guest', state: 'Off' }] },
    );
    const path = `/hosts/nested-fun/hv-01?callbackUrl=${encodeURIComponent(receiver.url)}&callbackEvents=failed`;
    const { body } = await running.system.app.send<{ id: string }>('DELETE', path);
    expect(await eventOf(`cb-${body.id}-failed`)).toMatchObject({
      data: { kind: 'teardown', status: 'failed', failure: { code: 'GuestsPresent' } },
    });
    expect(about(body.id)).toHaveLength(1);
  });

  it('that nobody takes are listed after three days, and can be sent again under the same id', async () => {
    receiver.reply = () => ({ status: 503 });
    const path = '/networks/nested-fun/converge';
    const { body } = await running.system.app.send<{ id: string }>('POST', path, {
      callback: { url: receiver.url },
    });
    await ended(running.system, body.id);
    const id = `cb-${body.id}-completed`;
    expect(await settled(id)).toMatchObject({
      status: 'undelivered',
      attempts: 10,
      lastAttempt: { status: 503, code: 'Http503' },
    });
    const callbacks = await running.system.app.get<View[]>('/callbacks?status=undelivered');
    expect(callbacks.map((one) => one.id)).toEqual([id]);
    await until(
      () =>
        Promise.resolve(
          latest(collector, 'nestedHosts.callbacks.undelivered').find(
            ({ value, attributes }) => value === 1 && attributes['event'] === 'completed',
          ),
        ),
      { what: 'the count of undelivered callbacks' },
    );
    receiver.reply = () => ({ status: 204 });
    const answers = await Promise.all(
      [1, 2, 3].map(() => running.system.app.send<View>('POST', `/callbacks/${id}/resend`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    for (const answer of answers) expectDocumented('POST', `/callbacks/${id}/resend`, answer);
    expect(await settled(id)).toMatchObject({ status: 'delivered' });
    verified(await arrived(id, 11));
  });

  it('survive the death of the app in the middle of sending', async () => {
    receiver.reply = () => 'silent';
    const { body } = await running.system.app.send<{ id: string }>('POST', '/networks/nested-fun/converge', {
      callback: { url: receiver.url },
    });
    const id = `cb-${body.id}-completed`;
    await arrived(id);
    receiver.reply = () => ({ status: 204 });
    await running.system.killHost();
    await running.system.restartHost();
    expect(await settled(id)).toMatchObject({ status: 'delivered', attempts: 1 });
    verified(await arrived(id, 2));
  });

  it('whose delivery never began are begun by the timer', async () => {
    const id = `cb-${'a'.repeat(32)}-completed`;
    const { system } = running;
    const storage = { kind: 'connectionString', connectionString: system.storageConnection } as const;
    await createRecords(storage).callbacks.insert(
      waiting({ id, operation: 'a'.repeat(32), url: receiver.url }),
    );
    await system.app.runFunction('callbackTimer');
    verified(await arrived(id));
  });

  it.each([
    ['http://hooks.contoso.com/', /https/],
    ['https://169.254.169.254/metadata', /DNS name/],
    ['https://localhost/', /not allowed/],
    ['https://evil.example/', /CALLBACK_HOSTS/],
    ['https://user:secret@hooks.contoso.com/', /password/],
  ])('to %s are refused with the request', async (url, why) => {
    const answer = await running.system.app.send<{ errors: unknown }>('POST', '/hosts', {
      ...{ network: 'nested-fun', name: 'hv-09', colour: 'blue', callback: { url } },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([
      { pointer: '/colour', detail: 'Unknown field.' },
      { pointer: '/callback/url', detail: expect.stringMatching(why) as string },
    ]);
  });

  it('that do not exist are not found, and lists refuse nonsense', async () => {
    const { app } = running.system;
    const status = async (method: string, path: string) => (await app.send(method, path)).status;
    expect(await status('GET', '/callbacks/cb-x-completed')).toBe(404);
    expect(await status('POST', `/callbacks/cb-${'b'.repeat(32)}-failed/resend`)).toBe(404);
    expect(await status('GET', '/callbacks?after=nonsense')).toBe(400);
    expect(await status('GET', '/callbacks?status=lost&limit=0')).toBe(400);
  });

  it('and passwords, keys and management addresses are nowhere to be read', async () => {
    const { system, folder } = running;
    const named = {
      network: 'nested-fun',
      name: 'hv-02',
      adminPassword: { secretId: 'https://contoso-hosts.vault.azure.net/secrets/planted' },
    };
    const vault = vaultOf(system, 'contoso-hosts');
    await vault.setSecret('planted', 'Planted-Password-1');
    const { body } = await system.app.send<{ id: string }>('POST', '/hosts', named);
    expect(await ended(system, body.id)).toMatchObject({ status: 'succeeded' });
    for (const path of ['/hosts', '/operations', '/callbacks', '/networks/nested-fun', '/reconciliations'])
      expectDocumented('GET', path, await system.app.send('GET', path));

    const { value: generated = '' } = await vault.getSecret(
      passwordSecretName({ installation: 'default', network: 'nested-fun', host: 'hv-01' }),
    );
    const storageKey = /AccountKey=([^;]+)/.exec(system.storageConnection)?.[1] ?? '';
    const secret = {
      ...{ generated, storageKey, systemKey, present, old },
      named: 'Planted-Password-1',
      functionKey: system.host.functionKey,
      managementUrl: '/runtime/webhooks/',
      identityToken: 'eyJ0eXAiOiJKV1Qi',
    };
    for (const value of Object.values(secret)) expect(value.length).toBeGreaterThan(9);
    const kept = await traces(system, folder);
    expect(Object.keys(kept).sort()).toEqual(
      expect.arrayContaining([
        ...['Azure guests', 'Azure requests', 'Azure resources', 'Azure tags'],
        ...['log', 'table callbacks', 'table hosts', 'table operations'],
      ]),
    );
    const telemetry = JSON.stringify([collector.spans, collector.measurements]);
    expect(telemetry).toContain('POST callback');
    const places: Traces = { ...kept, answers: answers.join('\n'), telemetry };
    expect(Object.keys(places).filter((place) => place.startsWith('durable store'))).not.toEqual([]);
    expect(leaks(secret, places)).toEqual([]);
    // The receiver's token has to be kept to be used, and is shown to nobody.
    const {
      'table callbacks': _callbacks,
      'table operations': _operations,
      'table poison': _poison,
      ...shown
    } = places;
    expect(leaks({ token: 'token=planted' }, shown)).toEqual([]);
    // What is looked for would be found: the names of what was planted are there.
    expect(leaks({ name: 'secrets/planted' }, places)).toContain('name in table operations');
    expect(leaks({ operation: body.id }, places).length).toBeGreaterThan(4);
    const azure = Object.keys(places).filter((place) => place.startsWith('Azure'));
    expect(leaks({ host: 'hv-02' }, places)).toEqual(
      expect.arrayContaining(azure.map((place) => `host in ${place}`)),
    );
    // What the machines were made with is there, but for the one field that Azure keeps to itself.
    expect(leaks({ field: 'adminUsername' }, places)).toEqual(
      expect.arrayContaining(['field in Azure requests', 'field in Azure resources']),
    );
  });
});

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import type { OperationView } from '../../local/launch/appClient';
import { call } from '../../local/launch/http';
import { freePort } from '../../local/launch/ports';
import { until } from '../../local/launch/until';
import { event } from '../../shared/api/shapes';
import { secrets } from '../unit/callbacks/fixture';
import { startReceiver, type Received, type Receiver } from '../unit/callbacks/receiver';
import { ended, startSystem, type Running } from './harness';

jest.setTimeout(240_000);

const folder = join(__dirname, '../../docs/integrations');
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const [secret = '', old = '', foreign = ''] = secrets;

describe('ticketing systems order, and are told how it ended', () => {
  let running: Running;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
    const settings = {
      CALLBACK_PRIVATE_HOSTS: receiver.host,
      CALLBACK_SECRETS: `${secret} ${old}`,
    };
    running = await startSystem({}, 1, settings, receiver.certificate);
  });
  afterAll(async () => {
    await running?.stop();
    await receiver?.stop();
  });

  /** Sends the order twice, as a rule that fires twice would; gives the operation and what its callback brought. */
  async function order(body: string, key: string): Promise<{ operation: OperationView; told: Received }> {
    const send = () =>
      running.system.app.send<OperationView>('POST', '/hosts', body, { 'idempotency-key': key });
    const [first, second] = [await send(), await send()];
    expect({ first: first.status, second: second.status }).toEqual({ first: 202, second: 202 });
    const { id } = first.body;
    expect(second.body.id).toBe(id);
    const operation = await ended(running.system, id);
    const told = await until(
      () => Promise.resolve(receiver.received.find(({ headers }) => headers['webhook-id']?.includes(id))),
      { what: `the callback of ${id}` },
    );
    expect(event.safeParse(JSON.parse(told.body)).error).toBeUndefined();
    return { operation, told };
  }

  const outOfQuota = (host: string) =>
    running.system.admin.addFault({
      ...{ match: { method: 'PUT', path: `/virtualMachines/${host}` }, times: 100 },
      effect: { kind: 'status', status: 409, code: 'QuotaExceeded', message: 'No cores are left.' },
    });

  describe('ServiceNow', () => {
    const properties = (): Record<string, string> => ({
      'nested_hosts.callback_url': receiver.url,
      'nested_hosts.callback_secret': secret,
    });

    /** A requested item, as both scripts see it. */
    class Item {
      updates = 0;
      constructor(readonly values: Record<string, string | number>) {}
      get = (field: string, value: string): boolean => this.values[field] === value;
      getValue = (field: string): string | null => {
        const value = this.values[field];
        return value === undefined ? null : String(value);
      };
      setValue = (field: string, value: string | number) => (this.values[field] = value);
      update = () => (this.updates += 1);
    }

    /** Runs the order's script; gives what it would send, and the item after the answer. */
    function runOrder(host: string, number: string, answer: { status: number; body: object }) {
      const sent: { headers: Record<string, string>; body: string } = { headers: {}, body: '' };
      class RESTMessageV2 {
        setRequestHeader = (name: string, value: string) => (sent.headers[name.toLowerCase()] = value);
        setRequestBody = (body: string) => (sent.body = body);
        execute = () => ({
          getStatusCode: () => answer.status,
          getBody: () => JSON.stringify(answer.body),
        });
      }
      const current = {
        variables: { network: 'nested-fun', host_name: host },
        ...{ number, sys_id: `9d385017c611228701d22104cc95c371${number}` },
        ...{ correlation_id: '', work_notes: '', update: jest.fn() },
      };
      const gs = { getProperty: (name: string) => properties()[name] ?? null };
      runInNewContext(text('servicenow-order.js'), { current, gs, sn_ws: { RESTMessageV2 } });
      expect(current.update).toHaveBeenCalledTimes(1);
      return { sent, current };
    }

    /** Runs the script of the scripted REST resource on a request; gives the status of its answer. */
    function receive({ headers, body }: Received, item: Item, own: Record<string, string> = {}): number {
      let status = 200;
      runInNewContext(text('servicenow-callback.js'), {
        request: { body: { dataString: body }, getHeader: (name: string) => headers[name] ?? null },
        response: { setStatus: (given: number) => (status = given) },
        gs: { getProperty: (name: string) => ({ ...properties(), ...own })[name] ?? null },
        GlideRecord: function GlideRecord() {
          return item;
        },
        GlideCertificateEncryption: class {
          generateMac = (key: string, algorithm: string, data: string) => {
            expect(algorithm).toBe('HmacSHA256');
            return createHmac('sha256', Buffer.from(key, 'base64')).update(data, 'utf8').digest('base64');
          };
        },
      });
      return status;
    }

    it('orders what the item asks for, and notes the operation or why it was refused', () => {
      const taken = runOrder('HV-03', 'RITM1', { status: 202, body: { id: 'abc' } });
      expect(taken.current).toMatchObject({
        correlation_id: 'abc',
        work_notes: expect.stringContaining('abc') as string,
      });
      expect(taken.sent.headers['idempotency-key']).toBe(`"${taken.current.sys_id}"`);
      const refused = runOrder('HV-03', 'RITM1', { status: 409, body: { detail: 'It is busy.' } });
      expect(refused.current.work_notes).toMatch(/refused.*It is busy\./);
    });

    it('closes the item when its host is ready: once, and only on a signature', async () => {
      const { sent } = runOrder('HV-03', 'RITM1', { status: 202, body: { id: 'abc' } });
      const { operation, told } = await order(sent.body, sent.headers['idempotency-key'] ?? '');
      expect(operation).toMatchObject({ host: 'hv-03', ticket: 'RITM1', status: 'succeeded' });
      const item = new Item({ number: 'RITM1', state: 2, correlation_id: operation.id });

      const aged = { ...told.headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 400) };
      const forged: [string, Received, Record<string, string>?][] = [
        ['another body', { ...told, body: told.body.replace('succeeded', 'succeede') }],
        ['another time', { ...told, headers: aged }],
        ['another id', { ...told, headers: { ...told.headers, 'webhook-id': 'cb-other' } }],
        ['no signature', { ...told, headers: { ...told.headers, 'webhook-signature': '' } }],
        ['no headers', { ...told, headers: {} }],
        ['another secret', told, { 'nested_hosts.callback_secret': foreign }],
      ];
      for (const [what, request, own] of forged)
        expect({ what, status: receive(request, item, own), updates: item.updates }).toEqual({
          ...{ what, status: 401, updates: 0 },
        });

      expect(receive(told, new Item({ number: 'RITM1', state: 2, correlation_id: 'other' }))).toBe(204);
      for (const own of [{}, { 'nested_hosts.callback_secret': old }])
        expect(receive(told, item, own)).toBe(204);
      expect(item).toMatchObject({
        updates: 1,
        values: {
          state: 3,
          work_notes: 'The host hv-03 is ready. Guests: 10.0.2.0/24, management: 10.0.1.4',
        },
      });
    });

    it('closes it as incomplete when it failed, also before the answer to the order was noted', async () => {
      await outOfQuota('hv-06');
      const { sent } = runOrder('HV-06', 'RITM2', { status: 202, body: { id: 'abc' } });
      const { operation, told } = await order(sent.body, sent.headers['idempotency-key'] ?? '');
      expect(operation.status).toBe('failed');
      const item = new Item({ number: 'RITM2', state: 2 });
      expect(receive(told, item)).toBe(204);
      expect(item.values).toMatchObject({
        ...{ state: 4, correlation_id: operation.id },
        work_notes: expect.stringContaining('No cores are left.') as string,
      });
    });
  });

  /** The value at the end of a path, as text; what is not there is empty. */
  const at = (value: unknown, path: string[]): string => {
    const found = path.reduce<unknown>(
      (one, name) => (one as Record<string, unknown> | undefined)?.[name],
      value,
    );
    return typeof found === 'string' ? found : found === undefined ? '' : JSON.stringify(found);
  };
  const readBack = async (id: string) => await running.system.app.get<object>(`/operations/${id}`);

  describe('Jira automation', () => {
    const fill = (template: string, values: object): string =>
      template.replace(/\{\{([\w.]+)\}\}/g, (_all, path: string) => at(values, path.split('.')));

    it('orders what the work item asks for, and comments what the app says of the operation', async () => {
      const issue = { key: 'OPS-7', Network: { value: 'nested-fun' }, Hostname: 'hv-04' };
      const url = receiver.url;
      const body = fill(text('jira-order.json'), { issue }).replace(/https:\/\/api-private[^"]+/, url);
      const { operation, told } = await order(body, 'OPS-7');
      expect(operation).toMatchObject({ host: 'hv-04', ticket: 'OPS-7' });
      const webhookData = JSON.parse(told.body) as { data: { ticket: string; operation: string } };
      expect(webhookData.data.ticket).toBe(issue.key);
      const webResponse = { body: await readBack(webhookData.data.operation) };
      expect(fill(text('jira-comment.txt'), { webResponse }).split('\n')).toEqual([
        'nested-hosts: the provision of nested-fun/hv-04 succeeded. ',
        ...[`Operation ${operation.id}`, ''],
      ]);
    });
  });

  describe('A flow of Power Automate', () => {
    /** Evaluates its expressions in every text of a document. */
    const fill = (value: unknown, bodies: Record<string, unknown>): unknown => {
      if (typeof value === 'string')
        return value.replace(
          /@\{body\('(\w+)'\)((?:\?\['\w+'\])+)\}/g,
          (_all, action: string, path: string) =>
            at(
              bodies[action],
              [...path.matchAll(/\['(\w+)'\]/g)].map(([, name = '']) => name),
            ),
        );
      if (Array.isArray(value)) return value.map((one) => fill(one, bodies));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, bodies)]));
    };
    const texts = (value: unknown): string[] =>
      typeof value === 'string'
        ? [value]
        : typeof value === 'object' && value !== null
          ? Object.values(value).flatMap(texts)
          : [];

    it.each([
      ['hv-05', 'succeeded', ''],
      ['hv-07', 'failed', 'No cores are left.'],
    ])('orders what the card asks for, and posts how it stands with %s: %s', async (host, status, why) => {
      if (status === 'failed') await outOfQuota(host);
      const answers = { Ask_for_a_host: { data: { network: 'nested-fun', host, ticket: 'CHG1' } } };
      const wish = fill(JSON.parse(text('teams-order.json')), answers) as { callback: { url: string } };
      wish.callback.url = receiver.url;
      const { operation, told } = await order(JSON.stringify(wish), `CHG1/${host}`);
      expect(operation).toMatchObject({ host, ticket: 'CHG1', status });
      const trigger = JSON.parse(told.body) as { data: { operation: string } };
      const schema = JSON.parse(text('teams-event.schema.json')) as z.core.JSONSchema.JSONSchema;
      expect(z.fromJSONSchema(schema).safeParse(trigger).error).toBeUndefined();
      expect(z.fromJSONSchema(schema).safeParse({ id: 'x' }).success).toBe(false);
      const bodies = { Read_the_operation: await readBack(trigger.data.operation) };
      const card = fill(JSON.parse(text('teams-card.json')), bodies);
      expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock' }, {}] });
      expect(texts(card).join('\n')).not.toMatch(/@\{/);
      expect(texts(card)).toEqual(
        expect.arrayContaining([`nested-fun/${host}: ${status}`, 'CHG1', operation.id]),
      );
      expect(texts(card).some((one) => one.includes(why))).toBe(true);
    });
  });

  (hasPython ? it : it.skip)(
    'the receiver in Python prints each event once, and takes no forged one',
    async () => {
      // The last one: a signature is worth something for five minutes only.
      const told = receiver.received.at(-1) as Received;
      const { ticket, network, host: name, status } = event.parse(JSON.parse(told.body)).data;
      const port = await freePort();
      const child: ChildProcess = spawn('python3', [join(folder, 'receive.py'), String(port)], {
        env: { ...process.env, CALLBACK_SECRET: secret },
      });
      let printed = '';
      child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      try {
        const url = `http://127.0.0.1:${port}/`;
        const { 'content-length': _length, host: _host, ...headers } = told.headers;
        const post = async (body: string) => (await call(url, { method: 'POST', headers, body })).status;
        const first = await until(async () => await post(told.body).catch(() => undefined), {
          what: 'receive.py',
        });
        expect([first, await post(told.body), await post(told.body.replace(ticket ?? '', 'RITM9'))]).toEqual([
          ...[204, 204, 401],
        ]);
        await until(() => Promise.resolve(printed || undefined), { what: 'a line' });
        expect(printed).toBe(`${ticket} ${network} ${name} ${status}\n`);
      } finally {
        child.kill();
      }
    },
  );
});

it('the event that docs/callbacks.md shows is one that the app could send', () => {
  const [, json = ''] =
    /```json\n(\{\s+"specversion"[\s\S]*?)```/.exec(readFileSync('docs/callbacks.md', 'utf8')) ?? [];
  const shown = JSON.parse(json.replaceAll('"..."', '"2026-01-01T12:00:00.000Z"')) as object;
  expect(event.safeParse(shown).error).toBeUndefined();
});

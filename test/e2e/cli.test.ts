import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkBody } from '../../local/launch/world';
import { exitCodes } from '../../cli/errors';
import { until } from '../../local/launch/until';
import { secrets } from '../unit/callbacks/fixture';
import { startReceiver, type Receiver } from '../unit/callbacks/receiver';
import { startSystem, type Running } from './harness';

jest.setTimeout(180_000);

interface Done {
  code: number | null;
  out: string;
  err: string;
}

describe('the command line', () => {
  let running: Running;
  let receiver: Receiver;
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-cli-'));

  beforeAll(async () => {
    receiver = await startReceiver();
    const settings = { CALLBACK_PRIVATE_HOSTS: receiver.host, CALLBACK_SECRETS: secrets[0] ?? '' };
    running = await startSystem({}, 1, settings, receiver.certificate);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await running?.stop();
    await receiver?.stop();
  });

  /** Runs the built program as a shell would. */
  async function run(args: string[], env: Record<string, string> = {}): Promise<Done> {
    const { url, functionKey } = running.system.host;
    const child = spawn(process.execPath, ['dist/cli/nested-hosts.js', '--every', '0.2', ...args], {
      env: { NESTED_HOSTS_URL: url, NESTED_HOSTS_KEY: functionKey, HOME: folder, ...env },
    });
    const done: Done = { code: null, out: '', err: '' };
    child.stdout.on('data', (text: Buffer) => (done.out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (done.err += text.toString()));
    done.code = await new Promise((resolve) => child.on('close', resolve));
    return done;
  }

  function file(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  it('applies and shows a network', async () => {
    const { system, world } = running;
    const definition = file('network.json', JSON.stringify(networkBody(system, world)));
    expect(await run(['network', 'apply', 'nested-fun', definition])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/unchanged|done/) as string,
    });
    expect(await run(['network', 'show', 'nested-fun'])).toMatchObject({ code: 0 });
    const { out } = await run(['--json', 'network', 'list']);
    expect(JSON.parse(out)).toMatchObject([{ name: 'nested-fun', state: 'ready' }]);
  });

  it('plans a host, orders what was planned, and follows it step by step', async () => {
    const planned = await run(['--json', 'host', 'plan', 'nested-fun', 'hv-01']);
    const { planHash } = JSON.parse(planned.out) as { planHash: string };
    const created = await run([
      'host',
      'create',
      'nested-fun',
      'hv-01',
      '--plan-hash',
      planHash,
      '--ticket',
      'T-1',
    ]);
    expect({ code: created.code, out: created.out }).toEqual({
      code: 0,
      out: 'nested-fun/hv-01: succeeded\n',
    });
    for (const step of ['createSubnets', 'configureGuest', 'addRoute'])
      expect(created.err).toMatch(`✔ ${step}`);
    const again = await run(['host', 'create', 'nested-fun', 'hv-01']);
    expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/unchanged/) as string });
    const listed = await run(['host', 'list']);
    expect(listed.out).toMatch(/hv-01 +ready +10\.0\.2\.0\/24 +10\.0\.0\.4 +10\.0\.1\.4/);
    expect(await run(['host', 'plan', 'nested-fun', 'hv-01'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Nothing to do/) as string,
    });
  });

  it('walks paths and reconciles', async () => {
    const paths = await run(['paths', 'nested-fun', 'hv-01']);
    expect(paths).toMatchObject({
      code: 0,
      out: expect.stringMatching(/internet +ok +10\.0\.0\.4/) as string,
    });
    const reconciled = await run(['--json', 'reconcile', '--network', 'nested-fun', '--dry-run']);
    expect(reconciled.code).toBe(0);
    expect(JSON.parse(reconciled.out)).toMatchObject([
      { network: 'nested-fun', status: 'finished', dryRun: true },
    ]);
  });

  it('submits a batch and follows it; the same file is the same batch', async () => {
    const csv = file('hosts.csv', 'name\nhv-01\nhv-02\n');
    const args = ['--json', 'batch', 'submit', csv, '--network', 'nested-fun', '--watch'];
    const done = await run(args);
    expect(done.code).toBe(0);
    const batch = JSON.parse(done.out) as { id: string };
    expect(batch).toMatchObject({ state: 'finished', counts: { succeeded: 1, unchanged: 1 } });
    expect(JSON.parse((await run(args)).out)).toMatchObject({ id: batch.id });
    expect((await run(['batch', 'sheet', batch.id])).out).toMatch(/^row,network,name/);
  });

  it('tears down', async () => {
    expect(await run(['host', 'delete', 'nested-fun', 'hv-02'])).toMatchObject({ code: 0 });
    const gone = await run(['host', 'show', 'nested-fun', 'hv-02']);
    expect(gone).toMatchObject({ code: 4, out: '' });
  });

  it('has receivers told how orders end', async () => {
    const callback = ['--callback', receiver.url];
    const told = (count: number) =>
      until(() => Promise.resolve(receiver.received.length >= count || undefined), {
        what: `${count} callbacks`,
      });
    expect(await run(['host', 'repair', 'nested-fun', 'hv-01', ...callback])).toMatchObject({ code: 0 });
    await told(1);
    const rows = file('rows.json', JSON.stringify([{ name: 'hv-04' }]));
    const submit = ['batch', 'submit', '--network', 'nested-fun', '--watch'];
    expect(await run([...submit, rows, ...callback])).toMatchObject({ code: 0 });
    await told(2);
    const csv = file('more.csv', 'name\nhv-04\n');
    expect(await run([...submit, csv, ...callback, '--callback-events', 'completed, failed'])).toMatchObject({
      code: 0,
    });
    await told(3);
    expect(await run(['host', 'delete', 'nested-fun', 'hv-04', ...callback])).toMatchObject({ code: 0 });
    await told(4);
    const events = receiver.received.map(({ body }) => JSON.parse(body) as { data: { kind: string } });
    expect(events.map(({ data }) => data.kind)).toEqual(['repair', 'provision', 'provision', 'teardown']);
  });

  it('exits with 1 when the work does not succeed, and with 7 when it takes too long', async () => {
    const { admin } = running.system;
    const fault = await admin.addFault({
      ...{ match: { method: 'PUT', path: '/virtualMachines/(f-1|f-2)' }, times: 100 },
      effect: { kind: 'status', status: 409, code: 'QuotaExceeded', message: 'No cores are left.' },
    });
    const failed = await run(['host', 'create', 'nested-fun', 'f-1']);
    expect(failed).toMatchObject({ code: 1, err: expect.stringMatching(/QuotaExceeded/) as string });
    const csv = file('failing.csv', 'name\nf-2\nf-3\nf-4\n');
    const stopped = await run(['batch', 'submit', csv, '--network', 'nested-fun', '--watch']);
    expect(stopped).toMatchObject({ code: 1, err: expect.stringMatching(/batch resume (\w+)/) as string });
    const batch = /batch resume (\w+)/.exec(stopped.err)?.[1] ?? '';
    const hold = await admin.addFault({
      ...{ match: { method: 'PUT', path: '/virtualMachines/(f-3|slow)' }, times: 100 },
      effect: { kind: 'hold', until: 'before' },
    });
    expect(await run(['batch', 'resume', batch, '--network', 'nested-fun'])).toMatchObject({ code: 0 });
    const late = await run(['--timeout', '1', 'host', 'create', 'nested-fun', 'slow']);
    expect(late).toMatchObject({ code: 7, err: expect.stringMatching(/Waited 1 s for/) as string });
    const operation = /operation watch (\w+)/.exec(late.err)?.[1] ?? '';
    expect(await run(['operation', 'cancel', operation])).toMatchObject({ code: 0 });
    expect(await run(['batch', 'cancel', batch, '--running'])).toMatchObject({
      ...{ code: 0, out: `batch ${batch}: cancelling\n` },
    });
    await admin.removeFault(hold);
    await admin.removeFault(fault);
    const ended = await run(['--json', 'operation', 'watch', operation]);
    expect({ code: ended.code, body: JSON.parse(ended.out) as object }).toMatchObject({
      ...{ code: 1, body: { status: 'cancelled', failure: { code: 'Cancelled' } } },
    });
    expect(await run(['operation', 'cancel', operation])).toMatchObject({
      ...{ code: 0, out: expect.stringMatching(/over already/) as string },
    });
    const end = await run(['--json', 'batch', 'watch', batch]);
    expect({ code: end.code, body: JSON.parse(end.out) as object }).toMatchObject({
      ...{ code: 1, body: { state: 'finished', counts: { failed: 1, cancelled: 2 } } },
    });
  });

  it('exits with 1 when a way is broken, and says what breaks it', async () => {
    const { system, world } = running;
    const nic = system.arm.id(world.resourceGroup, 'Microsoft.Network/networkInterfaces/hv-01-lan');
    await system.admin.patchResource(nic, { properties: { enableIPForwarding: false } });
    expect(await run(['paths', 'nested-fun', 'hv-01', '--from', 'subnet:Azure-VMs'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/hv-01-lan: IP forwarding is off/) as string,
    });
  });

  it('is what docs/cli.md says: every command, every exit code', async () => {
    const text = readFileSync('docs/cli.md', 'utf8');
    const codes = [...text.matchAll(/^\| (\d) +\|/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(exitCodes));
    const commandsOf = async (...path: string[]): Promise<string[]> => {
      const { out } = await run([...path, '--help']);
      const [, list = ''] = out.split('Commands:');
      return [...list.matchAll(/^ {2}(\w+)/gm)]
        .map(([, name]) => name ?? '')
        .filter((name) => name !== 'help');
    };
    const groups = await commandsOf();
    expect(groups).toEqual(['network', 'host', 'batch', 'operation', 'paths', 'reconcile']);
    const rows = text.split('\n').flatMap((line) => /^\| `([^|]+)/.exec(line)?.[1] ?? []);
    for (const group of groups) {
      const told = rows.filter((row) => new RegExp(`^${group}\\b`).test(row)).join(' ');
      for (const name of [group, ...(await commandsOf(group))])
        expect(told).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });

  it.each<[string, string[], number, RegExp, Record<string, string>]>([
    ['arguments are wrong', ['host', 'create'], 2, /missing required argument/, {}],
    ['the app is not named', ['host', 'list'], 2, /--url/, { NESTED_HOSTS_URL: '' }],
    [
      'a file is not there',
      ['network', 'apply', 'one', '/nowhere.json'],
      2,
      /nowhere.json cannot be read/,
      {},
    ],
    [
      'nobody is to be told',
      ['host', 'create', 'n', 'h', '--callback-events', 'failed'],
      2,
      /--callback says/,
      {},
    ],
    [
      'a receiver is not allowed',
      ['host', 'create', 'nested-fun', 'hv-05', '--callback', 'https://evil.example/'],
      2,
      /callback\/url: .*CALLBACK_HOSTS/,
      {},
    ],
    ['a request has mistakes', ['host', 'create', 'nested-fun', 'hv-03', '--zone', '9'], 2, /\/zone/, {}],
    [
      'something stands in the way',
      ['host', 'create', 'nested-fun', 'hv-01', '--os-disk', '512'],
      3,
      /hv-01/,
      {},
    ],
    ['there is no such host', ['host', 'show', 'nested-fun', 'hv-09'], 4, /no such host/i, {}],
    ['the key is wrong', ['host', 'list'], 5, /function key/, { NESTED_HOSTS_KEY: 'wrong' }],
    ['nobody listens', ['host', 'list'], 6, /cannot be reached/, { NESTED_HOSTS_URL: 'http://127.0.0.1:9' }],
  ])('says so and exits for itself when %s', async (_what, args, code, text, env) => {
    const done = await run(args, env);
    expect({ code: done.code, err: done.err }).toEqual({ code, err: expect.stringMatching(text) as string });
  });
});

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkBody } from '../../local/launch/world';
import { startSystem, type Running } from './harness';

jest.setTimeout(180_000);

interface Done {
  code: number | null;
  out: string;
  err: string;
}

describe('the command line', () => {
  let running: Running;
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-cli-'));

  beforeAll(async () => {
    running = await startSystem();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await running?.stop();
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

  it.each<[string, string[], number, RegExp, Record<string, string>]>([
    ['arguments are wrong', ['host', 'create'], 2, /missing required argument/, {}],
    ['the app is not named', ['host', 'list'], 2, /--url/, { NESTED_HOSTS_URL: '' }],
    ['a file is not there', ['network', 'apply', 'one', '/nowhere.json'], 2, /nowhere/, {}],
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

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AdminClient } from '../../local/launch/adminClient';
import { projectRoot } from '../../local/launch/layout';
import { runTag } from '../../local/prove/group';
import { prove, type RunResult } from '../../local/prove/run';
import { simulatedTarget } from '../../local/prove/simulatedTarget';
import { statements } from '../../local/prove/statements';

jest.setTimeout(240_000);

interface Ended {
  code: number | null;
  text: string;
}

type Signal = (name: NodeJS.Signals) => void;

/** `npm run prove`, for which the build is there already; `seen` is told all output so far whenever there is more. */
function start(args: string[], seen: (text: string, signal: Signal) => void = () => undefined) {
  const child = spawn(process.execPath, [join(projectRoot(), 'dist', 'local', 'prove.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      seen(text, (name) => child.kill(name));
    });
  }
  return new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, text })));
}

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'prove-test-'));
  folders.push(made);
  return made;
};
afterAll(() => folders.forEach((one) => rmSync(one, { recursive: true, force: true, maxRetries: 3 })));

const read = (output: string): string[] =>
  readdirSync(output).map((name) => readFileSync(join(output, name), 'utf8'));

describe('npm run prove -- --simulated', () => {
  it('ends with a row for every statement, writes a folder, and leaves no group', async () => {
    const output = join(folder(), 'report');
    const { code, text } = await start(['--simulated', '--output', output, '--mask-subscription']);
    expect(text).not.toContain('✖');
    expect(text).toContain('It is gone.');
    const rows = statements.map(({ id }) => new RegExp(`^ *${id} +(proved|refuted|not reached) +\\S`, 'm'));
    expect(rows.filter((row) => !row.test(text))).toEqual([]);
    expect(text).not.toContain(' refuted ');
    expect(text.match(/ proved {2}/g)?.length).toBeGreaterThanOrEqual(17);
    expect(code).toBe(0);

    expect(readdirSync(output).sort()).toEqual(['statements.json', 'statements.md', 'traffic.yaml']);
    for (const one of read(output)) {
      expect(one).not.toMatch(/eyJ[\w-]+\.[\w-]+\.|Bearer |authorization:|[?&]sig=(?!\{)|5eed0000/i);
    }
    const { interactions } = parse(readFileSync(join(output, 'traffic.yaml'), 'utf8')) as {
      interactions: { by: string; request: { method: string; url: string; body: string } }[];
    };
    const machines = interactions.filter(
      ({ request }) => request.method === 'PUT' && /\/virtualMachines\/[\w-]+\?/.test(request.url),
    );
    expect(machines.map(({ by }) => by)).toEqual(['prove', 'app']);
    for (const { request } of machines) expect(request.body).toContain('"adminPassword":"{REMOVED}"');
  });

  it('cleans up on Ctrl-C in the middle', async () => {
    let sent = false;
    const output = join(folder(), 'report');
    const { code, text } = await start(['--simulated', '--output', output], (seen, signal) => {
      if (sent || !seen.includes('create virtual machine')) return;
      sent = true;
      signal('SIGINT');
    });
    expect(text).toContain('Interrupted (SIGINT)');
    expect(text).toContain('It is gone.');
    expect(text).toMatch(/A5 +not reached/);
    expect(code).toBe(1);
  });

  it('--clean finds nothing to delete where there is no such group', async () => {
    const { code, text } = await start(['--simulated', '--clean', 'nested-hosts-prove-0a1b2c3d']);
    expect(text).toContain('There is no resource group nested-hosts-prove-0a1b2c3d.');
    expect(code).toBe(0);
  });

  it('asks for what it needs', async () => {
    for (const args of [
      [],
      ['--subscription', 'x', '--location', 'westeurope'],
      ['--simulated', '--os', '2008'],
      ['--simulated', '--guest-image', 'http://example.com/a.raw'],
    ]) {
      const { code, text } = await start(args);
      expect(text).toContain('Usage: npm run prove');
      expect(code).toBe(1);
    }
  });
});

interface Told extends RunResult {
  /** What was printed. */
  lines: string[];
  output: string;
  /** Resource groups that are left. */
  groups: string[];
  /** Bearer tokens that were used. */
  tokens: string[];
}

/** One run in this process, on a simulated Azure that was prepared for it. */
async function run(
  prepare: (admin: AdminClient) => Promise<unknown>,
  options: { keep?: boolean; confirm?: boolean } = {},
): Promise<Told> {
  const data = folder();
  const lines: string[] = [];
  const tokens: string[] = [];
  const target = await simulatedTarget(data, 1);
  try {
    await prepare(target.admin);
    const output = join(data, 'report');
    const result = await prove(
      {
        ...target,
        token: async () => {
          const token = await target.token();
          tokens.push(token);
          return token;
        },
      },
      {
        ...{ runId: '0a1b2c3d', location: 'westeurope', guestImage: 'https://example.com/a.raw' },
        ...{ keep: options.keep ?? false, maskSubscription: false, output, data },
        say: (...more) => void lines.push(...more),
        confirm: () => Promise.resolve(options.confirm ?? true),
      },
      new AbortController().signal,
    );
    const { resources } = await target.admin.state();
    const groups = resources.filter(({ type }) => type === 'Microsoft.Resources/resourceGroups');
    return { ...result, lines, output, tokens, groups: groups.map(({ name }) => name) };
  } finally {
    await target.stop();
  }
}

const verdictOf = ({ judged }: Told, id: string) => judged.find((one) => one.id === id)?.verdict;

describe('a run on an Azure that is otherwise than believed', () => {
  it('refutes what does not hold, and nothing else', async () => {
    const told = await run((admin) =>
      admin.addFault({
        match: { path: '/prove-01$' },
        effect: { kind: 'windows', quirks: { restartsAgainAfterSeconds: 30 } },
      }),
    );
    expect(told.failure).toBeUndefined();
    expect(told.judged.filter(({ verdict }) => verdict === 'refuted').map(({ id }) => id)).toEqual(['G3']);
    expect(told.groups).toEqual([]);
  });

  it('cleans up after a failure in the middle, tells it, and gives no token away', async () => {
    const told = await run((admin) =>
      admin.addFault({
        match: { method: 'PUT', path: '/routes/Nested-VMs-prove-01$' },
        effect: { kind: 'status', status: 403, code: 'AuthorizationFailed', message: 'No. sig=Planted' },
      }),
    );
    expect(told.failure).toContain('AuthorizationFailed');
    expect(told.cleaned).toEqual({ state: 'gone' });
    expect(told.groups).toEqual([]);
    expect(verdictOf(told, 'A6')).toBe('proved');
    expect(verdictOf(told, 'A15')).toBe('not reached');
    const [token = '?'] = told.tokens;
    for (const text of [...read(told.output), told.lines.join('\n')]) expect(text).not.toContain(token);
  });

  it('goes on without a guest where none can be made', async () => {
    const told = await run((admin) =>
      admin.addFault({
        match: { method: 'PUT', path: '/runCommands/prove-guest$' },
        effect: { kind: 'status', status: 400, code: 'NoScripts', message: 'No.' },
      }),
    );
    expect(told.failure).toBeUndefined();
    expect(told.troubles).toEqual([expect.stringMatching(/^a Linux guest: .*NoScripts/)]);
    expect(['A5', 'A10', 'G3', 'G11'].map((id) => verdictOf(told, id))).toEqual(Array(4).fill('proved'));
    expect(['A15', 'A18', 'G2'].map((id) => verdictOf(told, id))).toEqual(Array(3).fill('not reached'));
    expect(told.groups).toEqual([]);
  });

  it('names what is left and how to delete it where Azure does not delete', async () => {
    const told = await run(async (admin) => {
      const path = '/resourceGroups/nested-hosts-prove-0a1b2c3d$';
      await admin.addFault({
        match: { method: 'DELETE', path },
        effect: { kind: 'status', status: 403, code: 'AuthorizationFailed', message: 'No.' },
      });
      await admin.addFault({
        match: { method: 'PUT', path: '/natGateways/outbound$' },
        effect: { kind: 'status', status: 400, code: 'NoNatHere', message: 'No.' },
      });
    });
    expect(told.failure).toContain('NoNatHere');
    expect(told.cleaned.state).toBe('left');
    expect(told.lines.join('\n')).toContain(
      'az group delete --name nested-hosts-prove-0a1b2c3d --subscription',
    );
  });

  it('makes nothing unless it is confirmed, and nothing in a group that was there', async () => {
    const declined = await run(() => Promise.resolve(), { confirm: false });
    expect(declined).toMatchObject({ cleaned: { state: 'nothing' }, groups: [] });
    const name = 'nested-hosts-prove-0a1b2c3d';
    const found = await run((admin) =>
      admin.putResource(`/subscriptions/5eed0000-0a11-4b2c-9d3e-000000000001/resourceGroups/${name}`, {
        ...{ name, type: 'Microsoft.Resources/resourceGroups', location: 'westeurope' },
        ...{ tags: { [runTag]: 'of another run' }, properties: { provisioningState: 'Succeeded' } },
      }),
    );
    expect(found.failure).toContain('exists already');
    expect(found.cleaned.state).toBe('foreign');
    expect(found.groups).toEqual([name]);
  });

  it('keeps the group if it is told to', async () => {
    const told = await run(
      (admin) =>
        admin.addFault({
          match: { method: 'PUT', path: '/natGateways/outbound$' },
          effect: { kind: 'status', status: 400, code: 'NoNatHere', message: 'No.' },
        }),
      { keep: true },
    );
    expect(told.cleaned).toEqual({ state: 'kept' });
    expect(told.groups).toEqual(['nested-hosts-prove-0a1b2c3d']);
  });
});

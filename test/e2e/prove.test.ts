import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../local/launch/layout';
import { statements } from '../../local/prove/statements';

jest.setTimeout(240_000);

interface Ended {
  code: number | null;
  text: string;
}

/** `npm run prove`, with what a build is already there for; `once` is told every piece of output. */
function start(
  args: string[],
  seen: (text: string, signal: (name: NodeJS.Signals) => void) => void = () => undefined,
) {
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
  return join(made, 'report');
};
afterAll(() => folders.forEach((one) => rmSync(one, { recursive: true, force: true })));

describe('npm run prove -- --simulated', () => {
  it('ends with a row for every statement, writes a folder without a secret, and leaves no group', async () => {
    const output = folder();
    const { code, text } = await start(['--simulated', '--output', output]);
    expect(text).not.toContain('✖');
    expect(text).toContain('It is gone.');
    const rows = statements.map(({ id }) => new RegExp(`^ *${id} +(proved|refuted|not reached) +\\S`, 'm'));
    expect(rows.filter((row) => !row.test(text))).toEqual([]);
    expect(text).not.toContain(' refuted ');
    expect(code).toBe(0);

    expect(readdirSync(output).sort()).toEqual(['statements.json', 'statements.md', 'traffic.yaml']);
    const written = readdirSync(output).map((name) => readFileSync(join(output, name), 'utf8'));
    for (const one of written)
      expect(one).not.toMatch(/eyJ[\w-]+\.[\w-]+\.|Bearer |authorization:|[?&]sig=(?!\{)/i);
    const { interactions } = parse(readFileSync(join(output, 'traffic.yaml'), 'utf8')) as {
      interactions: { request: { method: string; url: string; body: string } }[];
    };
    expect(interactions.length).toBeGreaterThan(100);
    const machine = interactions.find(
      ({ request }) => request.method === 'PUT' && /\/virtualMachines\/prove-01\?/.test(request.url),
    );
    expect(machine?.request.body).toContain('"adminPassword":"{REMOVED}"');
  });

  it('cleans up on Ctrl-C in the middle', async () => {
    let sent = false;
    const { code, text } = await start(['--simulated', '--output', folder()], (seen, signal) => {
      if (sent || !seen.includes('create virtual machine')) return;
      sent = true;
      signal('SIGINT');
    });
    expect(text).toContain('Interrupted (SIGINT)');
    expect(text).toContain('It is gone.');
    expect(text).toMatch(/A5 +not reached/);
    expect(code).toBe(1);
  });

  it('asks for what it needs', async () => {
    for (const args of [
      [],
      ['--subscription', 'x', '--location', 'westeurope'],
      ['--simulated', '--os', '2008'],
    ]) {
      const { code, text } = await start(args);
      expect(text).toContain('Usage: npm run prove');
      expect(code).toBe(1);
    }
  });
});

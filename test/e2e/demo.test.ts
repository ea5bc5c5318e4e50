import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DemoDocument } from '../../local/cli/demo/document';
import type { FleetDocument } from '../../local/cli/demo/fleet/document';
import { promisedFleet } from '../../local/cli/demo/fleet/promise';
import { inOrder, promised } from '../../local/cli/demo/promise';
import { builtEntry } from '../../local/launch/layout';
import { until } from '../../local/launch/until';

jest.setTimeout(120_000);

/** Files in the folder, and command lines of processes that name it (where the system tells them). */
function traces(folder: string): string[] {
  const commands = existsSync('/proc')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(commandOf)
    : [];
  return [...readdirSync(folder), ...commands.filter((command) => command.includes(folder))];
}

/** A process whose parent had to be ended by force notices that a moment later. */
async function lastingTraces(folder: string): Promise<string[]> {
  const none = () => Promise.resolve(traces(folder).length === 0 || undefined);
  await until(none, { what: 'all to be gone', limit: 10_000 }).catch(() => undefined);
  return traces(folder);
}

function commandOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** The document of a scenario with what is read back after each. */
type Told<T extends { azure: object }> = T & { azure: { deletes: number } };

interface Demo {
  process: ChildProcessByStdio<null, Readable, Readable>;
  ended: Promise<{ code: number | null; output: string; errors: string }>;
}

describe('npm run demo', () => {
  // A folder of its own for temporary files, so that what is left behind can be told from what others do.
  let temporary: string;
  beforeEach(() => (temporary = mkdtempSync(join(tmpdir(), 'demo-test-'))));
  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  const start = (...more: string[]): Demo => {
    const demo = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', builtEntry('demo'), ...more],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, TMPDIR: temporary },
      },
    );
    const exit = new Promise<number | null>((resolve) => demo.once('close', resolve));
    const ended = Promise.all([exit, text(demo.stdout), text(demo.stderr)]);
    return { process: demo, ended: ended.then(([code, output, errors]) => ({ code, output, errors })) };
  };

  it('shows the promised end state and leaves nothing behind', async () => {
    const { code, output, errors } = await start('--json', '--trace').ended;
    expect({ code, errors, output: code === 0 ? '' : output }).toEqual({ code: 0, errors: '', output: '' });
    const document = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Told<DemoDocument>;
    const { azure, simulatedSeconds, ...values } = document;
    expect(values).toEqual({ ...promised, ...inOrder });
    expect(Object.keys(document)).toEqual([
      'hosts',
      'paths',
      'afterFirstTeardown',
      'afterTeardown',
      'reconciliation',
      'azure',
      'simulatedSeconds',
      'unwarranted',
    ]);
    expect(azure.requests).toBeGreaterThan(azure.writes);
    expect(azure.writes).toBeGreaterThan(20);
    expect(azure.deletes).toBeGreaterThan(5);
    expect(azure.throttled).toBe(0);
    const [, calls, logged] =
      /^\d+ spans; (\d+) of (\d+) requests to Azure are in its log\.\n.*\nIt is one trace\.$/m.exec(output) ??
      [];
    expect(Number(calls)).toBeGreaterThan(50);
    expect(calls).toBe(logged);
    expect(output).toMatch(
      /^HTTP createHost .*\n {2}operation provision succeeded .*\n(?:.*\n)* {4}step plan /m,
    );
    for (const host of ['hv-01', 'hv-02']) {
      // Creating a VM, installing roles and two restarts take minutes on real Azure as well.
      expect(simulatedSeconds[host]).toBeGreaterThan(240);
      expect(simulatedSeconds[host]).toBeLessThan(3600);
    }
    expect(await lastingTraces(temporary)).toEqual([]);
  });

  it('shows what is promised of a fleet on a company’s network', async () => {
    const { code, output, errors } = await start('--scenario', 'fleet', '--json').ended;
    expect({ code, errors, output: code === 0 ? '' : output }).toEqual({ code: 0, errors: '', output: '' });
    const {
      azure,
      simulatedSeconds: _,
      ...values
    } = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Told<FleetDocument>;
    expect(values).toEqual({ ...promisedFleet, ...inOrder });
    expect(azure.deletes).toBeGreaterThan(50);
    expect(azure.throttled).toBe(0);
    expect(await lastingTraces(temporary)).toEqual([]);
  }, 400_000);

  it('leaves nothing behind on Ctrl-C either', async () => {
    const demo = start();
    let seen: string[] = [];
    demo.process.stdout.on('data', (chunk: Buffer) => {
      if (!chunk.includes('Provision hv-01')) return;
      seen = traces(temporary);
      demo.process.kill('SIGINT');
    });
    expect(await demo.ended).toMatchObject({ code: 130 });
    expect(seen).not.toEqual([]);
    expect(await lastingTraces(temporary)).toEqual([]);
  });
});

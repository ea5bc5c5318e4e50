import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

const root = path.resolve(__dirname, '../../..');
const bin = (name: string): string => path.join(root, 'node_modules', '.bin', name);

/** Polls until `look` gives something; fails after `limit` ms, saying what it waited for. */
export async function until<T>(what: string, look: () => T | Promise<T>, limit = 60_000): Promise<T & {}> {
  const deadline = Date.now() + limit;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await wait(20);
  }
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A folder that modules can be resolved from, hence inside the repository, in its ignored folder. */
export function workFolder(): string {
  const parent = path.join(root, '.nested-hosts');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'host-test-'));
  execFileSync(bin('esbuild'), [
    ...[path.join(root, 'local/cli/func.ts'), `worker=${path.join(root, 'local/host/worker/main.ts')}`],
    ...[
      '--bundle',
      '--platform=node',
      '--target=node22',
      '--format=cjs',
      '--packages=external',
      '--sourcemap',
    ],
    ...[`--outdir=${folder}`, '--entry-names=[name]', '--log-level=error'],
  ]);
  return folder;
}

export interface Azurite {
  connectionString: string;
  stop(): Promise<void>;
}

/** A queue service in memory. */
export async function startAzurite(): Promise<Azurite> {
  const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
  const azurite = spawn(
    process.execPath,
    [bin('azurite-queue'), '--queuePort', '0', '--inMemoryPersistence', '--skipApiVersionCheck', '--loose'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const told = await line(azurite, (text) => text.includes('successfully listens'));
  return {
    connectionString:
      `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};` +
      `QueueEndpoint=${told.split(' ').at(-1)}/devstoreaccount1;`,
    stop: () => ended(azurite, () => azurite.kill('SIGKILL')),
  };
}

interface ReadyLine {
  url: string;
  functionKey: string;
  childPid: number;
}

export interface TestHost extends ReadyLine {
  scriptRoot: string;
  process: ChildProcess;
  /** Everything the functions noted so far, in order, across restarts on the same folder. */
  notes(): Record<string, unknown>[];
  log(): string;
  /** Ends the host with this signal; resolves with its exit code when it is gone. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a fixture app through the real command line; `name` is its data folder, kept between calls. */
export async function startHost(
  folder: string,
  name: string,
  {
    app = 'app',
    settings = {},
    args = [],
  }: { app?: string; settings?: Record<string, string>; args?: string[] },
): Promise<TestHost> {
  const scriptRoot = path.join(__dirname, app);
  const notes = path.join(folder, `${name}.notes`);
  const output: string[] = [];
  const child = fork(
    path.join(folder, 'func.js'),
    [
      'start',
      '--port',
      '0',
      '--script-root',
      scriptRoot,
      '--data',
      path.join(folder, name),
      '--json',
      '--test',
      ...args,
    ],
    {
      env: {
        ...process.env,
        NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
        NOTES: notes,
        NESTED_HOSTS_PARENT: 'ipc',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  child.stderr?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const ready = await line(child, (text) => text.startsWith('{"ready":true')).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${output.join('')}`);
  });
  return {
    ...(JSON.parse(ready) as ReadyLine),
    scriptRoot,
    process: child,
    notes: () =>
      existsSync(notes)
        ? readFileSync(notes, 'utf8')
            .split('\n')
            .filter((text) => text !== '')
            .map((text) => JSON.parse(text) as Record<string, unknown>)
        : [],
    log: () => output.join(''),
    end: async (signal) => {
      await ended(child, () => child.kill(signal));
      return child.exitCode;
    },
  };
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function ended(child: ChildProcess, end: () => void): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    end();
  });
}

/** The first line of standard output that `wanted` accepts; rejects when the process ends before or takes a minute. */
function line(child: ChildProcess, wanted: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    // Killed, it ends below as any process that ends too early.
    const limit = setTimeout(() => child.kill('SIGKILL'), 60_000);
    const found = (text: string): void => {
      clearTimeout(limit);
      resolve(text);
    };
    child.once('exit', (code) => reject(new Error(`The process ended with ${code}.`)));
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (text) => wanted(text) && found(text));
  });
}

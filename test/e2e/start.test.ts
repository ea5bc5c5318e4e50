import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { builtEntry } from '../../local/launch/layout';
import { until } from '../../local/launch/until';

jest.setTimeout(180_000);

const run = promisify(execFile);

interface Started {
  process: ChildProcess;
  exited: Promise<number | null>;
  /** Everything printed up to readiness. */
  text: string;
  ports: number[];
  folder: string;
}

async function start(): Promise<Started> {
  const child = spawn(process.execPath, [builtEntry('start'), '--port', '0', '--speed', '600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  let text = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes('/hosts/nested-fun/hv-01\n')) resolve();
    });
    void exited.then((code) => reject(new Error(`It ended with ${code}: ${text}`)));
  });
  const ports = [...new Set([...text.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)))];
  const certificate = /certificate (\S+)\)/.exec(text)?.[1] ?? '';
  return { process: child, exited, text, ports, folder: dirname(dirname(certificate)) };
}

const listens = async (port: number): Promise<boolean> =>
  await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const allClosed = async (ports: number[]): Promise<true | undefined> =>
  (await Promise.all(ports.map(listens))).includes(true) ? undefined : true;

const withCurl = spawnSync('curl', ['--version']).status === 0 ? it : it.skip;

describe('npm start', () => {
  withCurl('prints three calls that work as they stand, and stops cleanly on Ctrl-C', async () => {
    const started = await start();
    const answers: string[] = [];
    for (const [, command] of started.text.matchAll(/^ {2}(curl .+)$/gm)) {
      answers.push((await run('sh', ['-c', command ?? ''])).stdout);
    }
    started.process.kill('SIGINT');
    expect(await started.exited).toBe(0);
    expect(answers.map((text) => JSON.parse(text) as unknown)).toEqual([
      expect.objectContaining({ name: 'nested-fun', state: 'ready' }),
      expect.objectContaining({ kind: 'provision', host: 'hv-01' }),
      expect.objectContaining({ name: 'hv-01' }),
    ]);
    expect(started.ports.length).toBeGreaterThanOrEqual(4);
    expect(await allClosed(started.ports)).toBe(true);
    expect(existsSync(started.folder)).toBe(false);
  });

  it('takes every part along when it is killed', async () => {
    const started = await start();
    expect(await Promise.all(started.ports.map(listens))).not.toContain(false);
    started.process.kill('SIGKILL');
    await started.exited;
    await until(async () => await allClosed(started.ports), { what: 'the parts to end' });
    rmSync(started.folder, { recursive: true, force: true });
  });

  it('ends with a clear word when its port is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as AddressInfo).port)),
    );
    const start = run(process.execPath, [builtEntry('start'), '--port', String(port)]);
    await expect(start).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('EADDRINUSE') as string,
    });
    other.close();
  });

  it('refuses a speed that is none', async () => {
    await expect(run(process.execPath, [builtEntry('start'), '--speed', 'fast'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Usage: npm start') as string,
    });
  });
});

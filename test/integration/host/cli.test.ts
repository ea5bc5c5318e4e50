import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alive, removeFolder, startHost, until, workFolder } from './harness';

describe('func start', () => {
  let folder: string;
  beforeAll(() => (folder = workFolder()));
  afterAll(() => removeFolder(folder));

  const func = (...args: string[]) =>
    new Promise<{ code: unknown; errors: string }>((resolve) => {
      const data = ['--data', path.join(folder, 'data')];
      execFile(process.execPath, [path.join(folder, 'func.js'), ...args, ...data], (error, _, errors) =>
        resolve({ code: error?.code ?? 0, errors }),
      );
    });

  const brokenApp = (main: string): string => {
    const root = path.join(folder, 'broken-app');
    mkdirSync(root, { recursive: true });
    writeFileSync(path.join(root, 'package.json'), JSON.stringify({ main: 'index.js' }));
    writeFileSync(path.join(root, 'index.js'), main);
    return root;
  };

  it.each([
    ['an unknown command', () => ['stop'], 'Unknown command'],
    ['an unknown option', () => ['start', '--prot', '1'], 'Usage: func start'],
    ['a bad port', () => ['start', '--port', 'x'], 'is no port'],
    [
      'an app that throws while loading',
      () => ['start', '--port', '0', '--script-root', brokenApp("throw new Error('my fault')")],
      'my fault',
    ],
    [
      'an app that exits while loading',
      () => ['start', '--port', '0', '--script-root', brokenApp('process.exit(3)')],
      'exit code 3',
    ],
    [
      'a folder without an app',
      () => ['start', '--port', '0', '--script-root', path.join(folder, 'nothing')],
      'nothing',
    ],
  ])('ends with an error for %s', async (_, args, text) => {
    const { code, errors } = await func(...args());
    expect(code).toBe(1);
    expect(errors).toContain(text);
  });

  it('says so when the port or the data is in use', async () => {
    const first = await startHost(folder, 'data', {});
    const taken = await func('start', '--port', new URL(first.url).port, '--script-root', first.scriptRoot);
    const locked = await func('start', '--port', '0', '--script-root', first.scriptRoot);
    await first.end('SIGKILL');
    expect([taken.code, locked.code]).toEqual([1, 1]);
    expect(taken.errors).toContain('EADDRINUSE');
    expect(locked.errors).toContain('in use by another functions host');
  });

  it('lets a request under way finish before it ends on SIGTERM, and keeps its key', async () => {
    const first = await startHost(folder, 'kept', {});
    const slow = fetch(`${first.url}/api/slow`);
    await until('the request to run', () => first.log().includes("Executing 'Functions.slow'"));
    const code = first.end('SIGTERM');
    expect(await (await slow).text()).toBe('done');
    expect(await code).toBe(0);
    expect(alive(first.childPid)).toBe(false);
    const second = await startHost(folder, 'kept', {});
    expect(second.functionKey).toBe(first.functionKey);
    // Its launcher going away ends it just as well.
    const exited = new Promise((resolve) => second.process.once('exit', resolve));
    second.process.disconnect();
    expect(await exited).toBe(0);
    expect(alive(second.childPid)).toBe(false);
  });

  it('ends the app when a function exceeds functionTimeout, and starts it again', async () => {
    const settings = { AzureFunctionsJobHost__functionTimeout: '00:00:00.4' };
    const host = await startHost(folder, 'timeout', { settings });
    expect((await fetch(`${host.url}/api/slow`)).status).toBe(500);
    expect(host.log()).toContain('was exceeded by function');
    await until('another app process', async () => {
      const response = await fetch(`${host.url}/api/environment`);
      return response.ok && ((await response.json()) as { pid: number }).pid !== host.childPid;
    });
    await host.end('SIGKILL');
  });

  it('streams HTTP to an app that asks for it', async () => {
    const host = await startHost(folder, 'stream', { app: 'streaming-app' });
    const url = `${host.url}/api/upper/Ann?x=1`;
    const response = await fetch(url, { method: 'POST', body: 'some text'.repeat(50_000) });
    expect(response.status).toBe(201);
    expect(await response.text()).toBe('SOME TEXT'.repeat(50_000));
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'x-name': 'Ann', 'x-url': url });
    expect((await fetch(`${host.url}/api/broken`)).status).toBe(500);
    await host.end('SIGKILL');
  });
});

import http from 'node:http';
import { alive, removeFolder, startHost, until, workFolder, type TestHost } from './harness';

// No queue service is there: the host must serve HTTP all the same.
const settings = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '100000',
};

describe('HTTP triggers, through the command line', () => {
  let folder: string;
  let host: TestHost;

  beforeAll(async () => {
    folder = workFolder();
    host = await startHost(folder, 'http', { settings });
  });
  afterAll(async () => {
    await host?.end('SIGKILL');
    removeFolder(folder);
  });

  const call = (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init);

  it.each([
    ['GET', '/api/greet/Ann/3', 200, '{"text":"Hello Ann","params":{"name":"Ann","times":"3"}}'],
    ['GET', '/api/greet/Ann', 200, '{"text":"Hello Ann","params":{"name":"Ann"}}'],
    ['GET', '/API/Greet/bob', 200, 'the one and only'],
    ['GET', '/api/greet/ann1', 404, ''],
    ['GET', '/api/greet/toolonganame', 404, ''],
    ['POST', '/api/greet/ann', 404, ''],
    ['DELETE', '/api/secret', 404, ''],
    ['GET', '/api/files/a%20b/c%2Fd', 200, 'a b/c%2Fd'],
    ['GET', '/api/files', 200, 'root'],
    ['HEAD', '/api/files', 200, ''],
    ['HEAD', '/api/greet/ann', 404, ''],
    ['OPTIONS', '/api/files/x', 200, 'x'],
    ['GET', '/api/nothing', 204, ''],
    ['GET', '/api/broken', 500, ''],
    ['GET', '/greet/ann', 404, ''],
    ['GET', '/', 200, 'Your Functions host is up and running.'],
    ['GET', '/admin/host/ping', 200, ''],
    ['GET', '/admin/functions', 401, ''],
    ['GET', '/admin/nothing', 401, ''],
  ])('%s %s answers %d', async (method, path, status, body) => {
    const response = await call(path, { method });
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  it('passes bodies, headers, repeated query parameters and cookies both ways unharmed', async () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const response = await call('/api/echo?q=1&q=2', { method: 'POST', body });
    expect(response.status).toBe(201);
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-query': '1|2',
      'x-url': `${host.url}/api/echo?q=1&q=2`,
      'set-cookie': 'c=v; HttpOnly; SameSite=Lax',
      'content-length': '256',
    });
  });

  it('refuses a body that is too long', async () => {
    expect((await call('/api/echo', { method: 'POST', body: Buffer.alloc(100_001) })).status).toBe(413);
    expect((await call('/api/echo', { method: 'POST', body: Buffer.alloc(100_000) })).status).toBe(201);
  });

  it('asks for the key where the function does', async () => {
    const key = { 'x-functions-key': host.functionKey };
    expect((await call('/api/secret')).status).toBe(401);
    expect((await call('/api/secret', { headers: { 'x-functions-key': 'wrong' } })).status).toBe(401);
    expect((await call('/api/secret', { headers: key })).status).toBe(200);
    expect((await call(`/api/secret?code=${host.functionKey}`)).status).toBe(200);
    expect((await call('/admin/functions', { headers: key })).status).toBe(200);
  });

  it('is not led astray by a request target that looks like another host', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(host.url);
      const request = http.get({ port, host: '127.0.0.1', path: '//elsewhere/api/secret' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject);
    });
    expect(status).toBe(404);
  });

  it('tells the app where it is served, and runs it in its own process', async () => {
    const seen = (await (await call('/api/environment')).json()) as Record<string, unknown>;
    expect(seen).toEqual({ host: new URL(host.url).host, pid: host.childPid, parent: host.process.pid });
  });

  it('runs hooks and a timer by hand, with its retry policy', async () => {
    await call('/api/nothing');
    expect(host.notes()).toContainEqual({ hook: 'preInvocation' });
    const headers = { 'x-functions-key': host.functionKey };
    expect((await call('/admin/functions/stubborn', { method: 'POST', headers, body: '{}' })).status).toBe(
      202,
    );
    expect((await call('/admin/functions/nosuch', { method: 'POST', headers, body: '{}' })).status).toBe(404);
    expect((await call('/admin/functions/greet', { method: 'POST', headers, body: '{}' })).status).toBe(400);
    const runs = () => host.notes().flatMap((note) => ('stubborn' in note ? [note['stubborn']] : []));
    await until('the third attempt', () => runs().length === 3);
    expect(runs()).toEqual([0, 1, 2]);
  });

  it('answers 503 while the app is down and serves again when it is back', async () => {
    const headers = { 'x-functions-key': host.functionKey };
    await call('/admin/host/kill-worker', { method: 'POST', headers });
    await until('503', async () => (await call('/api/environment')).status === 503);
    const back = await until('the app', async () => {
      const response = await call('/api/environment');
      return response.ok ? ((await response.json()) as { pid: number }) : undefined;
    });
    expect(back.pid).not.toBe(host.childPid);
    expect(alive(host.childPid)).toBe(false);
  });
});

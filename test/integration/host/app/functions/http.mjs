import { setTimeout as wait } from 'node:timers/promises';
import { app } from '@azure/functions';

const authLevel = 'anonymous';

app.http('greet', {
  authLevel,
  route: 'greet/{name:alpha:maxlength(8)}/{times:int?}',
  methods: ['GET'],
  handler: (request) => ({
    jsonBody: { text: `${process.env.GREETING} ${request.params.name}`, params: request.params },
  }),
});

app.http('greetBob', { authLevel, route: 'greet/bob', handler: () => ({ body: 'the one and only' }) });

app.http('files', {
  authLevel,
  route: 'files/{*path}',
  methods: ['GET', 'HEAD', 'OPTIONS'],
  handler: (request) => ({ body: request.params.path ?? 'root', headers: { 'x-method': request.method } }),
});

app.http('echo', {
  authLevel,
  methods: ['POST'],
  handler: async (request) => ({
    status: 201,
    headers: {
      'content-type': 'application/octet-stream',
      'x-query': request.query.getAll('q').join('|'),
      'x-url': request.url,
    },
    cookies: [{ name: 'c', value: 'v', httpOnly: true, sameSite: 'Lax' }],
    body: new Uint8Array(await request.arrayBuffer()),
  }),
});

app.http('secret', { authLevel: 'function', handler: () => ({ body: 'open' }) });
app.http('nothing', { authLevel, handler: () => undefined });
app.http('broken', {
  authLevel,
  handler: () => {
    throw new Error('as asked');
  },
});
app.http('environment', {
  authLevel,
  handler: () => ({
    jsonBody: { host: process.env.WEBSITE_HOSTNAME, pid: process.pid, parent: process.ppid },
  }),
});

app.http('slow', {
  authLevel,
  handler: async () => {
    await wait(500);
    return { body: 'done' };
  },
});

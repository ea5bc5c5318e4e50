import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { FunctionFailed, WorkerLost } from '../../durable';
import type { Invocations } from '../invocations';
import { handleAdmin, type AdminContext } from './admin';
import { keyMatches, needsKey, presentedKey } from './auth';
import { headersOf, readBody, toHttpData, writeResponse } from './convert';
import { match, type Match, type Route } from './router';
import { forward } from './stream';

/** What the server needs to know of the app at the moment of a request. */
export interface AppState extends AdminContext {
  invocations: Invocations;
  routes: Route[];
  /** Where the app takes raw requests when it streams HTTP; undefined otherwise. */
  httpUri: string | undefined;
  bodyLimit: number;
  durable(request: {
    method: string;
    url: URL;
    headers: Record<string, string>;
    body: string;
  }): Promise<{ status: number; headers?: Record<string, string>; body?: string }>;
}

const durablePath = '/runtime/webhooks/durabletask';

/** The HTTP side of the host: the app's own routes, the durable webhooks and the admin endpoints. */
export function createServer(state: () => AppState | undefined, log: (line: string) => void): http.Server {
  return http.createServer((request, response) => {
    answer(request, response, state()).catch((error: unknown) => {
      // What the function threw is in the log of its invocation.
      if (!(error instanceof FunctionFailed)) log(`${request.method} ${request.url}: ${String(error)}`);
      if (response.headersSent) response.destroy();
      else plain(response, error instanceof WorkerLost ? 503 : 500);
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: AppState | undefined,
): Promise<void> {
  const url = requestUrl(request);
  if (!url) return plain(response, 400);
  if (url.pathname === '/') return plain(response, 200, 'Your Functions host is up and running.');
  if (!state) return plain(response, 503);

  const method = request.method ?? 'GET';
  const headers = headersOf(request);
  if (url.pathname === durablePath || url.pathname.startsWith(`${durablePath}/`)) {
    const body = await readBody(request, state.bodyLimit);
    if (!body) return plain(response, 413);
    const { status, ...reply } = await state.durable({ method, url, headers, body: body.toString() });
    response.writeHead(status, reply.headers).end(reply.body);
    return;
  }
  if (/^\/admin(\/|$)/i.test(url.pathname)) {
    const body = await readBody(request, state.bodyLimit);
    if (!body) return plain(response, 413);
    const { status, json } = handleAdmin({ method, url, headers, body: body.toString() }, state);
    if (json === undefined) return plain(response, status);
    response
      .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
      .end(JSON.stringify(json));
    return;
  }
  if (!state.workerReady()) return plain(response, 503);
  const found = match(state.routes, method, url.pathname);
  if (!found) return plain(response, 404);
  if (needsKey(found.fn) && !keyMatches(state.key, presentedKey(headers, url.searchParams)))
    return plain(response, 401);
  await call(found, { request, response, url, headers }, state);
}

async function call(
  { fn, params }: Match,
  {
    request,
    response,
    url,
    headers,
  }: { request: IncomingMessage; response: ServerResponse; url: URL; headers: Record<string, string> },
  state: AppState,
): Promise<void> {
  const reason = 'This function was programmatically called via the host APIs.';
  const invocationId = randomUUID();
  if (state.httpUri) {
    const metadata = { ...Object.fromEntries(url.searchParams), ...params };
    const streamed = forward({ target: state.httpUri, invocationId, request, response, url });
    const run = state.invocations.run(
      fn,
      { http: {} },
      {
        reason,
        invocationId,
        traceParent: headers['traceparent'],
        triggerMetadata: {
          ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, { string: value }])),
          Headers: { json: JSON.stringify(headers) },
        },
      },
    );
    // A function that throws never answers on the forwarded connection.
    await Promise.all([streamed.done, run.catch((error: unknown) => Promise.reject(streamed.abort(error)))]);
    return;
  }
  const body = await readBody(request, state.bodyLimit);
  if (!body) return plain(response, 413);
  const data = toHttpData({ method: request.method ?? 'GET', url, headers, body }, params);
  const result = await state.invocations.run(
    fn,
    { http: data },
    {
      ...{ reason, invocationId },
      traceParent: headers['traceparent'],
    },
  );
  writeResponse(response, result.returnValue);
}

function requestUrl(request: IncomingMessage): URL | undefined {
  const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
  const target = request.url ?? '/';
  // Concatenated, not resolved: a target such as `//elsewhere/x` must not name another host.
  return URL.parse(target.startsWith('/') ? `${origin}${target}` : target) ?? undefined;
}

function plain(response: ServerResponse, status: number, text?: string): void {
  // An unread body would keep the connection busy: answer and close it.
  if (status === 413) response.setHeader('Connection', 'close');
  if (status === 503) response.setHeader('Retry-After', '1');
  response
    .writeHead(status, text === undefined ? { 'Content-Length': 0 } : { 'Content-Type': 'text/plain' })
    .end(text);
}

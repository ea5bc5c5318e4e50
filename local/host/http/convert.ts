import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpCookie, HttpData, TypedData } from '../messages';

/** Request headers by lower-case name; repeated ones joined as the wire rules say. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** Reads a body of at most `limit` bytes; undefined when it is longer. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function toHttpData(
  request: { method: string; url: URL; headers: Record<string, string>; body: Buffer },
  params: Record<string, string>,
): HttpData {
  const { method, url, headers, body } = request;
  return { method, url: url.href, headers, params, ...(body.length > 0 ? { body: { bytes: body } } : {}) };
}

function bodyOf(data: TypedData | null | undefined): Buffer {
  if (!data) return Buffer.alloc(0);
  if (data.bytes) return Buffer.from(data.bytes);
  return Buffer.from(data.string ?? data.json ?? '');
}

function cookieHeader(cookie: HttpCookie): string {
  const expires = cookie.expires?.value;
  const expiry =
    typeof expires === 'object' && 'seconds' in expires
      ? new Date(expires.seconds * 1000)
      : expires === undefined
        ? undefined
        : new Date(expires);
  const sameSite = cookie.sameSite?.toLowerCase();
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    cookie.maxAge ? `Max-Age=${cookie.maxAge.value}` : '',
    cookie.domain ? `Domain=${cookie.domain.value}` : '',
    cookie.path ? `Path=${cookie.path.value}` : '',
    expiry ? `Expires=${expiry.toUTCString()}` : '',
    cookie.httpOnly?.value ? 'HttpOnly' : '',
    cookie.secure?.value ? 'Secure' : '',
    sameSite === 'lax' || sameSite === 'strict' ? `SameSite=${sameSite === 'lax' ? 'Lax' : 'Strict'}` : '',
    sameSite === 'explicitnone' ? 'SameSite=None' : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'trailer',
  'te',
]);

/** Writes what a function returned; a function that returned nothing answers 204. */
export function writeResponse(response: ServerResponse, value: TypedData | null | undefined): void {
  const http = value?.http;
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  const body = bodyOf(http.body);
  response.statusCode = Number(http.statusCode ?? 200);
  for (const [name, content] of Object.entries(http.headers ?? {})) {
    if (!hopByHop.has(name.toLowerCase())) response.setHeader(name, content);
  }
  if (http.cookies && http.cookies.length > 0)
    response.setHeader('Set-Cookie', http.cookies.map(cookieHeader));
  const bodiless = response.statusCode === 204 || response.statusCode === 304;
  if (!bodiless) response.setHeader('Content-Length', body.length);
  response.end(bodiless ? undefined : body);
}

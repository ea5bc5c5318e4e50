import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';

const largestBody = 4 * 1024 * 1024;

/** The whole body as text. Throws RangeError when it is larger than ARM takes. */
export async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new RangeError('The request content is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function sendJson(outgoing: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body) ?? '';
  outgoing.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  outgoing.end(text);
}

/** Opens a stream of JSON lines; the function returned writes one. */
export function startLines(outgoing: ServerResponse): (value: unknown) => void {
  outgoing.writeHead(200, { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store' });
  outgoing.flushHeaders();
  return (value) => void outgoing.write(`${JSON.stringify(value)}\n`);
}

/** Listens on this machine only and gives the port. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** How to answer; `silent`: not at all; `dropped`: by closing the connection. */
export type Reply =
  { status: number; headers?: Record<string, string>; body?: string } | 'silent' | 'dropped';

export interface Receiver {
  /** `localhost:P`; its addresses are loopback. */
  host: string;
  url: string;
  /** Certificate to trust, PEM. */
  certificate: string;
  received: Received[];
  /** Decides about every request; 204 at first. */
  reply: (request: Received) => Reply;
  stop(): Promise<void>;
}

/** A receiver of callbacks over TLS on this machine. */
export async function startReceiver(): Promise<Receiver> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 86_400_000),
    notAfterDate: new Date(Date.now() + 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  const receiver: Omit<Receiver, 'host' | 'url' | 'stop'> = {
    certificate: cert,
    received: [],
    reply: () => ({ status: 204 }),
  };
  const server = createServer({ key, cert }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = {
        path: incoming.url ?? '',
        headers: Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        ),
        body: Buffer.concat(chunks).toString('utf8'),
      };
      receiver.received.push(request);
      const reply = receiver.reply(request);
      if (reply === 'dropped') incoming.socket.destroy();
      else if (reply !== 'silent') outgoing.writeHead(reply.status, reply.headers).end(reply.body);
    });
    outgoing.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  return Object.assign(receiver, {
    host,
    url: `https://${host}/hooks`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
}

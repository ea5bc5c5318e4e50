import { Agent, request as send } from 'node:http';

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  /** With query, percent-encoded, below the root of the host. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface WireAnswer {
  status: number;
  type: string;
  text: string;
}

/** How a connection that the other side has closed ends, by what was noticed first. */
const closed = ['ECONNRESET', 'EPIPE'];

/** Sends requests as they are, over a few connections that stay open. */
export class Wire {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  async send(request: WireRequest): Promise<WireAnswer> {
    const { method, path, headers = {}, body } = request;
    const { hostname, port } = new URL(this.url);
    return await new Promise((resolve, reject) => {
      const outgoing = send(
        {
          ...{ hostname, port, method, path, agent: this.#agent },
          headers: {
            'x-functions-key': this.key,
            'content-length': Buffer.byteLength(body ?? ''),
            ...headers,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              type: incoming.headers['content-type'] ?? '',
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The host closed a connection that was idle for long, just when it was taken again.
        if (outgoing.reusedSocket && closed.includes(error.code ?? '')) resolve(this.send(request));
        else reject(error);
      });
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
  /** Certificate authority to trust, PEM. */
  ca?: string;
}

export interface Answer<T = unknown> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The body read as JSON; undefined if there is none. */
  body: T;
}

/**
 * One HTTP exchange on a connection of its own, so that nothing stays open between exchanges.
 * Every status is an answer; only a broken connection rejects.
 */
export async function call<T = unknown>(url: string, options: Call = {}): Promise<Answer<T>> {
  const target = new URL(url);
  const text = typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
  return await new Promise((resolve, reject) => {
    const send = target.protocol === 'https:' ? tlsRequest : plainRequest;
    const outgoing = send(
      target,
      {
        method: options.method ?? 'GET',
        agent: false,
        ...(options.ca ? { ca: options.ca } : {}),
        headers: {
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          'content-length': Buffer.byteLength(text ?? ''),
          ...options.headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const received = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: read(received) as T });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

/** As `call`, but an answer other than 2xx rejects with its text. */
export async function expectOk<T>(url: string, options: Call = {}): Promise<T> {
  const answer = await call<T>(url, options);
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const { pathname } = new URL(url);
  throw new Error(`${options.method ?? 'GET'} ${pathname}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

function read(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

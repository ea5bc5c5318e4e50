import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { Agent, request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { parseRetryAfter } from '../azure/send';
import type { AttemptResult } from './state';
import { addressRefusal, type Target } from './target';

/** Resolves a name to all of its addresses; tests give their own. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface PostOptions {
  headers: Record<string, string>;
  body: string;
  /** Milliseconds of real time for all of it: name, connection, TLS, request, answer. */
  timeout?: number;
  resolve?: Resolve;
}

const usualTimeout = 20_000;
const largestHead = 16 * 1024;

class RefusedAddress extends Error {}

/**
 * Sends one callback. Redirects are not followed, and of the answer nothing but its head is read. Never throws: whatever
 * happens is the result of the attempt.
 */
export function post({ url, mayBePrivate }: Target, options: PostOptions): Promise<AttemptResult> {
  const { headers, body, timeout = usualTimeout, resolve = systemLookup } = options;
  return new Promise((settle) => {
    const call = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      agent: new Agent({ keepAlive: false, maxSockets: 1 }),
      lookup: pinnedLookup(mayBePrivate, resolve),
      maxHeaderSize: largestHead,
      minVersion: 'TLSv1.2',
      signal: AbortSignal.timeout(timeout),
    });
    call.once('response', (answer) => {
      settle(resultOf(answer.statusCode ?? 0, answer.headers['retry-after']));
      answer.destroy();
    });
    call.on('error', (error) => settle(failureOf(error, timeout)));
    call.end(body);
  });
}

/**
 * Checks every address that a name has and hands out exactly those, so that the connection goes to what was checked: a name
 * that resolves to something else a moment later changes nothing.
 */
export function pinnedLookup(mayBePrivate: boolean, resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses = []) => {
      const refusal = addresses.map(({ address }) => addressRefusal(address, mayBePrivate)).find(Boolean);
      const [first] = addresses;
      if (error) callback(error, '');
      else if (refusal !== undefined) callback(new RefusedAddress(`${hostname}: ${refusal}.`), '');
      else if (!first) callback(new Error(`${hostname} has no address.`), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function resultOf(status: number, retryAfter: string | undefined): AttemptResult {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === 410) {
    return {
      kind: 'final',
      status,
      code: 'Gone',
      message: 'The receiver wants no more callbacks at this URL.',
    };
  }
  const retryAfterSeconds = parseRetryAfter(retryAfter);
  return {
    kind: 'failed',
    status,
    code: `Http${status}`,
    message:
      status >= 300 && status < 400
        ? `The receiver answered ${status}. Redirects are not followed.`
        : `The receiver answered ${status}.`,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function failureOf(error: Error & { code?: string }, timeout: number): AttemptResult {
  if (error instanceof RefusedAddress)
    return { kind: 'final', code: 'AddressRefused', message: error.message };
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return { kind: 'failed', code: 'Timeout', message: `No answer within ${timeout / 1_000} seconds.` };
  }
  return { kind: 'failed', code: String(error.code ?? 'NoConnection'), message: error.message.slice(0, 300) };
}

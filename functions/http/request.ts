import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import { callerOf as identify, principalHeader, type Caller } from '../../shared/api/identity';
import { freshKey, operationId } from '../../shared/api/operationId';
import { Problem } from '../../shared/api/problems';
import { hostName, idempotencyKey, networkName } from '../../shared/api/schemas';
import { pointerTo, validate } from '../../shared/api/validate';
import { authentication } from '../../shared/config';
import type { Precondition } from '../../shared/records/types';

const largestBody = 128 * 1024;

/** The body as JSON; `absent` is what an empty one counts as, where that is allowed. */
export async function jsonBody(
  request: HttpRequest,
  absent?: object,
  { largest = largestBody, takes = 'application/json' }: { largest?: number; takes?: string } = {},
): Promise<unknown> {
  const bytes = await bodyUpTo(request, largest);
  if (bytes.byteLength === 0 && absent !== undefined) return absent;
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;.*)?$/i.test(type.trim())) {
    throw new Problem('unsupported-media-type', `Send the body as ${takes}.`);
  }
  const text = textOf(bytes, 'invalid-json');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Problem(
      'invalid-json',
      `The body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`,
    );
  }
}

/** A CSV text of at most so many bytes. */
export async function csvBody(request: HttpRequest, largest: number): Promise<string> {
  return textOf(await bodyUpTo(request, largest), 'invalid-csv');
}

async function bodyUpTo(request: HttpRequest, largest: number): Promise<ArrayBuffer> {
  const tooLarge = new Problem('body-too-large', `A body has at most ${largest} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > largest) throw tooLarge;
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > largest) throw tooLarge;
  return bytes;
}

/** What is no UTF-8 is refused: characters would be lost without a word. */
function textOf(bytes: ArrayBuffer, slug: 'invalid-json' | 'invalid-csv'): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(slug, 'The body is not text in UTF-8.');
  }
}

export function networkParam(request: HttpRequest): string {
  return validate(z.object({ network: networkName }), request.params).network;
}

export function hostParams(request: HttpRequest): { network: string; host: string } {
  return validate(z.object({ network: networkName, host: hostName }), request.params);
}

/** Query parameters without the function key, which may come as one. */
export function queryOf(request: HttpRequest): Record<string, string> {
  const { code: _, ...query } = Object.fromEntries(request.query.entries());
  // The host may have made one of them already.
  const names = [...new URL(request.url).searchParams.keys()].filter((name) => name !== 'code');
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
  refuseFields(twice, 'It is there twice.');
  return query;
}

/** Throws the Problem if a query came where none is looked at: whoever sent it means something by it. */
export function refuseQuery(request: HttpRequest): void {
  refuseFields(Object.keys(queryOf(request)), 'Unknown parameter. What is wanted stands in the body.');
}

function refuseFields(names: readonly string[], detail: string): void {
  if (names.length === 0) return;
  const errors = names.map((name) => ({ pointer: pointerTo([name]), detail }));
  throw new Problem('invalid-request', `The query: ${detail}`, { errors });
}

/** Who calls. Throws the Problem if that is nobody we know. */
export const callerOf = (request: HttpRequest): Caller =>
  identify(authentication(), request.headers.get(principalHeader));

/** Who calls, and the operation that the call would become. A call without key gets one, told in the answer. */
export interface Origin {
  id: string;
  caller: string;
  limited: true;
  headers: { 'idempotency-key': string };
}

export function originOf(request: HttpRequest): Origin {
  const sent = request.headers.get('idempotency-key');
  const key = sent === null ? { success: true as const, data: freshKey() } : idempotencyKey.safeParse(sent);
  if (!key.success) {
    throw new Problem('invalid-idempotency-key', key.error.issues[0]?.message ?? 'The key is not usable.');
  }
  const caller = callerOf(request).id;
  return {
    id: operationId({ kind: 'http', caller, idempotencyKey: key.data }),
    caller,
    limited: true,
    headers: { 'idempotency-key': `"${key.data.replace(/["\\]/g, '\\$&')}"` },
  };
}

/** What the caller expects of the thing that it changes. */
export function preconditionOf(request: HttpRequest): Precondition {
  const [ifMatch, ifNoneMatch] = ['if-match', 'if-none-match'].map((name) => request.headers.get(name));
  return {
    ...(typeof ifMatch === 'string' && { ifMatch }),
    ...(typeof ifNoneMatch === 'string' && { ifNoneMatch }),
  };
}

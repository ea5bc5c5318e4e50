import type { DurableResponse } from '../contracts';

const json = { 'content-type': 'application/json; charset=utf-8' };

/** A response with a JSON body. */
export const reply = (
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): DurableResponse => ({ status, headers: { ...json, ...headers }, body: JSON.stringify(body) });

export const empty = (status: number): DurableResponse => ({ status });

/** An error in the shape of the Durable HTTP API. */
export const failure = (status: number, message: string): DurableResponse =>
  reply(status, { Message: message });

/** The request cannot be answered as asked; the message goes to the caller with status 400. */
export class BadRequest extends Error {}

/** JSON text of a request body; an empty body gives null. */
export function jsonBody(body: string): string | null {
  if (body === '') return null;
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    throw new BadRequest('Invalid JSON content');
  }
}

/** Instant of a query parameter in epoch ms, undefined if absent. */
export function instant(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new BadRequest(`${name} is not a date`);
  return at;
}

/** Non-negative integer of a query parameter, undefined if absent. */
export function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new BadRequest(`${name} is not a number`);
  return Number(text);
}

/** Values of a comma-separated query parameter, undefined if absent. */
export const list = (query: URLSearchParams, name: string): string[] | undefined =>
  query
    .get(name)
    ?.split(',')
    .filter((part) => part !== '');

import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../json';
import type { ArmParts } from './armHandler';

/** One request below /admin. */
export interface AdminCall {
  parts: ArmParts;
  url: URL;
  body: JsonObject;
  outgoing: ServerResponse;
}

/** An answer other than success. */
export class AdminError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** By method and path; `id` is the last segment where the path addresses one entry of a collection. */
export type AdminRoutes = Record<string, (call: AdminCall, id: string | undefined) => unknown>;

export function required(url: URL, name: string): string {
  const value = url.searchParams.get(name);
  if (value === null) throw new AdminError(400, `The query parameter ${name} is missing.`);
  return value;
}

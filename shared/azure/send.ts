import type { SubnetsCreateOrUpdateOptionalParams } from '@azure/arm-network';
import type { AzureError } from './errors';
import { parseErrorBody, saysAbsent, toFailed } from './errors';
import type { Failed } from './outcome';
import { failed } from './outcome';

/** Carries a typed outcome through code that returns values; only the ensure driver catches it. */
export class AzureFailure extends Error {
  constructor(readonly failed: Failed) {
    super(`${failed.code}: ${failed.message}`);
    this.name = 'AzureFailure';
  }
}

/** Options that every SDK operation takes. */
export type CallOptions = Pick<SubnetsCreateOrUpdateOptionalParams, 'onResponse' | 'requestOptions'>;

/** The part of an SDK poller that may be touched. It is a thenable: awaiting or returning it would poll to the end. */
interface Submittable {
  submitted(): Promise<void>;
}

/** Answer to a write: the operation to follow, if Azure started one. */
export interface Sent {
  status: number;
  operation?: string;
  retryAfterSeconds?: number;
  /** The answer itself says that the resource is ready; nothing to follow. */
  settled: boolean;
}

const requestTimeoutMs = 60_000;

interface Captured {
  status: number;
  headers: { get(name: string): string | undefined };
  bodyAsText?: string | null | undefined;
}

/**
 * Sends one write through an SDK operation and leaves at once. `clientRequestId` (a GUID) is what Azure's activity log
 * will know the request by; absent: one that nobody remembers. Throws AzureFailure.
 */
export async function send(
  start: (options: CallOptions) => Submittable,
  clientRequestId?: string,
): Promise<Sent> {
  let response: Captured | undefined;
  try {
    await start({
      onResponse: (raw) => (response = raw),
      requestOptions: {
        timeout: requestTimeoutMs,
        ...(clientRequestId && { headers: { 'x-ms-client-request-id': clientRequestId } }),
      },
    }).submitted();
  } catch (error) {
    throw new AzureFailure(toFailed(errorOf(error, response)));
  }
  if (!response)
    throw new AzureFailure(failed('transient', 'NoResponse', 'The request was sent but not answered.'));
  return sentOf(response);
}

export function sentOf(response: Captured): Sent {
  const operation = response.headers.get('azure-asyncoperation') ?? response.headers.get('location');
  const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'));
  const body = parseJson(response.bodyAsText) as { properties?: { provisioningState?: string } } | undefined;
  return {
    status: response.status,
    settled: !operation && body?.properties?.provisioningState === 'Succeeded',
    ...(operation ? { operation } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** Reads through an SDK operation; undefined if Azure says that it is not there. Throws AzureFailure. */
export async function read<T>(get: (options: CallOptions) => Promise<T>): Promise<T | undefined> {
  let response: Captured | undefined;
  try {
    return await get({
      onResponse: (raw) => (response = raw),
      requestOptions: { timeout: requestTimeoutMs },
    });
  } catch (error) {
    const azureError = errorOf(error, response);
    if (saysAbsent(azureError)) return undefined;
    throw new AzureFailure(toFailed(azureError));
  }
}

/** Collects all pages of an SDK list; empty if the parent does not exist. Throws AzureFailure. */
export async function list<T>(pages: (options: CallOptions) => AsyncIterable<T>): Promise<T[]> {
  const items = await read(async (options) => {
    const all: T[] = [];
    for await (const item of pages(options)) all.push(item);
    return all;
  });
  return items ?? [];
}

/** Error of a call, from the response where there was one: the SDK's own error drops details. */
function errorOf(error: unknown, response: Captured | undefined): AzureError {
  if (response && response.status >= 400) {
    return parseErrorBody(
      parseJson(response.bodyAsText),
      response.status,
      parseRetryAfter(response.headers.get('retry-after')),
    );
  }
  const { code, message } = error as { code?: string; message?: string };
  return { httpStatus: 0, code: code ?? 'NetworkError', message: message ?? String(error), details: [] };
}

export function parseJson(text: string | null | undefined): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Retry-After as seconds; both forms (seconds, HTTP date) occur. */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1_000));
}

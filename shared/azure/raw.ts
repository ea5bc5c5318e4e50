import type { Pipeline, PipelineResponse } from '@azure/core-rest-pipeline';
import type { AzureClients } from './clients';
import { parseErrorBody, saysAbsent, toFailed } from './errors';
import type { Failed, Outcome } from './outcome';
import { failed } from './outcome';
import { AzureFailure, parseJson, parseRetryAfter, sentOf, type Sent } from './send';

/**
 * Requests through an SDK client's pipeline (credential, ids, logging) but without its models: the models drop
 * properties that they do not know, and the SDK's pollers drop the details of a failed operation.
 */
export interface RawRequest {
  method: 'GET' | 'PUT' | 'PATCH' | 'POST';
  url: string;
  body?: unknown;
  ifMatch?: string;
}

/** Newest api-version that the SDK speaks: an older one would drop properties that Azure has since added. */
export const networkApiVersion = '2026-01-01';

async function request(pipeline: Pipeline, options: RawRequest): Promise<PipelineResponse> {
  const { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } =
    await import('@azure/core-rest-pipeline');
  const headers = createHttpHeaders({ accept: 'application/json' });
  if (options.body !== undefined) headers.set('content-type', 'application/json');
  if (options.ifMatch !== undefined) headers.set('if-match', options.ifMatch);
  const call = createPipelineRequest({
    url: options.url,
    method: options.method,
    headers,
    timeout: 60_000,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  try {
    return await pipeline.sendRequest(createDefaultHttpClient(), call);
  } catch (error) {
    throw new AzureFailure(failed('transient', 'NetworkError', String(error)));
  }
}

const azureError = (response: PipelineResponse) =>
  parseErrorBody(
    parseJson(response.bodyAsText),
    response.status,
    parseRetryAfter(response.headers.get('retry-after')),
  );

const errorOf = (response: PipelineResponse) => toFailed(azureError(response));

/** Raw JSON of a resource, undefined if it is not there. Throws AzureFailure. */
export async function readRaw(pipeline: Pipeline, url: string): Promise<Record<string, unknown> | undefined> {
  const response = await request(pipeline, { method: 'GET', url });
  if (response.status >= 400) {
    if (saysAbsent(azureError(response))) return undefined;
    throw new AzureFailure(errorOf(response));
  }
  return parseJson(response.bodyAsText) as Record<string, unknown>;
}

/** All pages of a list, as raw JSON; none if what holds it does not exist. Throws AzureFailure. */
export async function listRaw(pipeline: Pipeline, url: string): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let next: unknown = url; typeof next === 'string';) {
    if (!URL.canParse(next) || new URL(next).origin !== new URL(url).origin) {
      throw new AzureFailure(
        failed(
          'fatal',
          'ForeignNextLink',
          'The link to the next page leads away from Azure Resource Manager.',
        ),
      );
    }
    const page = await readRaw(pipeline, next);
    if (Array.isArray(page?.['value'])) all.push(...(page['value'] as unknown[]));
    next = page?.['nextLink'];
  }
  return all;
}

/** Sends raw JSON back under the ETag it was read with. Throws AzureFailure. */
export async function writeRaw(
  pipeline: Pipeline,
  url: string,
  body: unknown,
  ifMatch: string,
): Promise<Sent> {
  const response = await request(pipeline, { method: 'PUT', url, body, ifMatch });
  if (response.status >= 400) throw new AzureFailure(errorOf(response));
  return sentOf(response);
}

/**
 * Sends raw JSON that says only what is to change; where somebody has deleted the resource since it was read, the next
 * read tells. Throws AzureFailure.
 */
export async function patchRaw(pipeline: Pipeline, url: string, body: unknown): Promise<Sent> {
  const response = await request(pipeline, { method: 'PATCH', url, body });
  if (response.status >= 400 && saysAbsent(azureError(response))) return { status: 404, settled: false };
  if (response.status >= 400) throw new AzureFailure(errorOf(response));
  return sentOf(response);
}

/** Raw JSON of the answer to a question that changes nothing. Throws AzureFailure. */
export async function askRaw(pipeline: Pipeline, url: string, body: unknown): Promise<unknown> {
  const response = await request(pipeline, { method: 'POST', url, body });
  if (response.status >= 400) throw new AzureFailure(errorOf(response));
  return parseJson(response.bodyAsText);
}

/**
 * One look at an asynchronous operation by its URL, used verbatim. `done` says only that the operation is over; the
 * resource itself is read again before anything is believed. A URL of another origin than ARM's is refused, because the
 * pipeline would send it the bearer token.
 */
export async function pollOperation(
  clients: AzureClients,
  subscriptionId: string,
  operation: string,
): Promise<Outcome> {
  if (isForeign(clients, operation)) return foreignOperation();
  const { pipeline } = await clients.network(subscriptionId);
  let response: PipelineResponse;
  try {
    response = await request(pipeline, { method: 'GET', url: operation });
  } catch (error) {
    if (error instanceof AzureFailure) return { ...error.failed, resumable: true };
    throw error;
  }
  // Azure forgets finished operations; the read that follows tells what became of the resource.
  if (response.status === 404) return { status: 'done', change: 'unchanged' };
  if (response.status >= 400) return { ...errorOf(response), resumable: true };
  const body = parseJson(response.bodyAsText) as { status?: string } | undefined;
  const state = body?.status?.toLowerCase() ?? (response.status === 202 ? 'inprogress' : 'succeeded');
  if (state === 'succeeded') return { status: 'done', change: 'unchanged' };
  if (state === 'failed' || state === 'canceled') {
    const error = parseErrorBody(body, 200);
    return toFailed(
      state === 'canceled' && error.code === 'Http200' ? { ...error, code: 'Canceled' } : error,
    );
  }
  const pollAfterSeconds = parseRetryAfter(response.headers.get('retry-after'));
  return { status: 'pending', operation, ...(pollAfterSeconds === undefined ? {} : { pollAfterSeconds }) };
}

const isForeign = ({ endpoint }: AzureClients, operation: string): boolean =>
  !URL.canParse(operation) || new URL(operation).origin !== new URL(endpoint).origin;

const foreignOperation = (): Failed =>
  failed('fatal', 'ForeignOperationUrl', 'The operation URL does not belong to Azure Resource Manager.');

/** How far Azure is with a question that it answers when it has the answer. */
export type Answer =
  | { status: 'answered'; body: unknown }
  /** `operation`: where the answer will be, verbatim. */
  | { status: 'pending'; operation: string; pollAfterSeconds?: number }
  | Failed;

/** Puts a question by POST; `path` from `/subscriptions` on, with its api-version. Nothing of it is thrown. */
export async function question(clients: AzureClients, subscriptionId: string, path: string): Promise<Answer> {
  return answerOf(clients, subscriptionId, { method: 'POST', url: `${clients.endpoint}${path}` });
}

/** One look at the place where the answer will be. Nothing of it is thrown. */
export async function answerAt(
  clients: AzureClients,
  subscriptionId: string,
  operation: string,
): Promise<Answer> {
  return isForeign(clients, operation)
    ? foreignOperation()
    : answerOf(clients, subscriptionId, { method: 'GET', url: operation });
}

async function answerOf(clients: AzureClients, subscriptionId: string, asked: RawRequest): Promise<Answer> {
  try {
    const { pipeline } = await clients.network(subscriptionId);
    const response = await request(pipeline, asked);
    if (response.status >= 400) return errorOf(response);
    if (response.status !== 202) return { status: 'answered', body: parseJson(response.bodyAsText) };
    // The answer is at the location; the other header tells only that it is there.
    const operation = response.headers.get('location') ?? (asked.method === 'GET' ? asked.url : undefined);
    if (operation === undefined)
      return failed('fatal', 'NoLocation', 'Azure took the question and named no place for its answer.');
    const pollAfterSeconds = parseRetryAfter(response.headers.get('retry-after'));
    return { status: 'pending', operation, ...(pollAfterSeconds === undefined ? {} : { pollAfterSeconds }) };
  } catch (error) {
    if (error instanceof AzureFailure) return error.failed;
    throw error;
  }
}

import { armBuckets, computeBuckets } from './buckets';
import type { ComputeBucket } from './buckets';
import type { Cloud } from './cloud';
import { ArmError, gatewayError } from './errors';
import { extension } from './extensions';
import { commonHeaders, counterOf } from './headers';
import type { HeaderContext } from './headers';
import { parsePath, subscriptionOf } from './ids';
import { kinds } from './kinds';
import type { Reply } from './kinds/kind';
import { route } from './routing';
import type { ArmRequest, ArmResponse } from './types';

/**
 * Answers one request at the cloud's present time: front door checks, limits, the resource provider, headers.
 * Authentication is done before, where tokens are known.
 */
export function answer(cloud: Cloud, request: ArmRequest): ArmResponse {
  const context: HeaderContext = { gateway: false, identifies: false };
  let reply: Reply;
  try {
    reply = checked(cloud, request, context);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    context.gateway = error.gateway;
    reply = { status: error.status, headers: error.headers, body: error };
  }
  return {
    status: reply.status,
    headers: {
      ...commonHeaders(cloud, request, context),
      ...(reply.body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
      ...reply.headers,
    },
    body: reply.body === undefined ? '' : text(reply.body, context),
  };
}

function checked(cloud: Cloud, request: ArmRequest, context: HeaderContext): Reply {
  const version = request.query.get('api-version');
  if (version === null) {
    throw gatewayError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  if (!/^\d{4}-\d\d-\d\d(-preview)?$/.test(version)) {
    throw gatewayError(400, 'InvalidApiVersionParameter', `The api-version '${version}' is invalid.`);
  }
  const extended = extension(cloud, request);
  if (extended) {
    countRequest(cloud, request, context);
    return extended;
  }
  const path = parsePath(request.path, (type) => kinds.get(type.toLowerCase())?.type);
  if (path.form === 'unknown') {
    throw gatewayError(404, 'NotFound', `No route was found that matches the request '${request.path}'.`);
  }
  cloud.subscriptions.assertKnown('target' in path ? path.target.subscription : path.subscription);
  countRequest(cloud, request, context);
  return route(cloud, request, path, context);
}

function countRequest(cloud: Cloud, request: ArmRequest, context: HeaderContext): void {
  const counter = counterOf(request.method);
  const subscription = subscriptionOf(request.path).toLowerCase();
  const taken = cloud.buckets.take(`arm/${subscription}/${counter}`, armBuckets[counter], cloud.now);
  if ('remaining' in taken) {
    context.remaining = taken.remaining;
  } else if (cloud.options.throttling) {
    throw new ArmError(
      429,
      'SubscriptionRequestsThrottled',
      `Number of '${counter.slice(0, -1)}' requests for subscription actor '${subscription}' exceeded. Please ` +
        `try again after '${taken.retryAfterSeconds}' seconds after additional tokens are available. Refer to ` +
        'https://aka.ms/arm-throttling for additional information.',
      { gateway: true, headers: { 'Retry-After': String(taken.retryAfterSeconds) } },
    );
  }
}

/** Takes a token of one of the buckets that Microsoft.Compute keeps per virtual machine. */
export function countCompute(cloud: Cloud, bucket: ComputeBucket, vmId: string): void {
  const taken = cloud.buckets.take(`${bucket}/${vmId.toLowerCase()}`, computeBuckets[bucket], cloud.now);
  if ('remaining' in taken || !cloud.options.throttling) return;
  // Unverified: the body, after the public article on throttling errors; decide by status.
  throw new ArmError(
    429,
    'TooManyRequests',
    `The request is being throttled as the limit has been reached for operation type - ${bucket}.`,
    {
      target: bucket,
      details: [
        {
          code: 'TooManyRequests',
          message: JSON.stringify({ operationGroup: bucket, retryAfterSeconds: taken.retryAfterSeconds }),
        },
      ],
      headers: { 'Retry-After': String(taken.retryAfterSeconds) },
    },
  );
}

/** Microsoft.Compute writes single resources over several lines, everybody else compact. */
function text(body: unknown, context: HeaderContext): string {
  const compute = context.provider === 'compute' || context.provider === 'disk';
  const list = typeof body === 'object' && body !== null && 'value' in body;
  if (!compute || list || context.gateway) return JSON.stringify(body);
  return JSON.stringify(body, null, 2).replaceAll('\n', '\r\n');
}

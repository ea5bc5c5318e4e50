import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { Problem } from '../../shared/api/problems';

/** On every answer: nothing of it is kept, guessed at, framed or run. */
export const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};
const headers = securityHeaders;

/** Runs the work of one HTTP call. Refusals become problem documents; what is unexpected is logged and told nobody. */
export async function answer(
  context: InvocationContext,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  try {
    return await work();
  } catch (error) {
    const traceId = traceIdOf(context);
    if (error instanceof Problem) return refusal(error, traceId);
    context.error('The request failed.', error);
    const hidden = new Problem('internal', 'The request could not be carried out. Try again later.');
    return refusal(hidden, traceId);
  }
}

export function ok(body: unknown, more: Record<string, string> = {}): HttpResponseInit {
  return { status: 200, jsonBody: body, headers: { ...headers, ...more } };
}

/** The work goes on; `location` tells how it stands. */
export function accepted(
  location: string,
  body: unknown,
  more: Record<string, string> = {},
): HttpResponseInit {
  return { status: 202, jsonBody: body, headers: { ...headers, ...more, location, 'retry-after': '5' } };
}

/** Under which the app's log is found: the trace of the request, or the invocation where nobody traces. */
function traceIdOf({ invocationId, traceContext }: InvocationContext): string {
  return /^00-([0-9a-f]{32})-/.exec(traceContext?.traceParent ?? '')?.[1] ?? invocationId;
}

function refusal(problem: Problem, traceId: string): HttpResponseInit {
  return {
    status: problem.status,
    body: JSON.stringify(problem.toDetails(traceId)),
    headers: {
      ...headers,
      'content-type': 'application/problem+json',
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(problem.status === 429 || problem.status === 503 ? { 'retry-after': '60' } : {}),
    },
  };
}

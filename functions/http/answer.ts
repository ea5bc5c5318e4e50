import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { Problem } from '../../shared/api/problems';

const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** Runs the work of one HTTP call. Refusals become problem documents; what is unexpected is logged and told nobody. */
export async function answer(
  context: InvocationContext,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) return refusal(error, context.invocationId);
    context.error('The request failed.', error);
    const hidden = new Problem('internal', 'The request could not be carried out. Try again later.');
    return refusal(hidden, context.invocationId);
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

function refusal(problem: Problem, traceId: string): HttpResponseInit {
  return {
    status: problem.status,
    body: JSON.stringify(problem.toDetails(traceId)),
    headers: { ...headers, 'content-type': 'application/problem+json' },
  };
}

import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Pipeline, PipelineRequest, PipelineResponse, SendRequest } from '@azure/core-rest-pipeline';
import { measure } from '../telemetry/metrics';
import { asGuid, tracer } from '../telemetry/trace';

const clientRequestId = 'x-ms-client-request-id';
const correlationId = 'x-ms-correlation-request-id';

/**
 * One span per request that leaves for Azure Resource Manager, and its correlation id from the trace: Azure's activity
 * log then finds by the trace's id what an operation did. Neither bodies nor queries are kept: those of operation URLs
 * carry tokens.
 */
export function traceRequests(pipeline: Pipeline): void {
  pipeline.addPolicy({ name: 'nestedHostsTracing', sendRequest: traced }, { afterPhase: 'Sign' });
}

async function traced(request: PipelineRequest, next: SendRequest): Promise<PipelineResponse> {
  const { pathname, host } = new URL(request.url);
  const type = typeOf(pathname);
  const span = tracer().startSpan(`${request.method} ${type}`, {
    kind: SpanKind.CLIENT,
    attributes: {
      'http.request.method': request.method,
      'server.address': host,
      'url.path': pathname,
      'azure.resource_type': type,
    },
  });
  const { traceId } = span.spanContext();
  if (trace.isSpanContextValid(span.spanContext()) && !request.headers.has(correlationId))
    request.headers.set(correlationId, asGuid(traceId));
  const note = (name: string, value: string | undefined): void => {
    if (value !== undefined) span.setAttribute(name, value);
  };
  note('azure.client_request_id', request.headers.get(clientRequestId));
  try {
    const response = await next(request);
    const { status, headers } = response;
    span.setAttribute('http.response.status_code', status);
    note('azure.correlation_id', headers.get(correlationId));
    note('azure.service_request_id', headers.get('x-ms-request-id'));
    if (status >= 400 && status !== 404) span.setStatus({ code: SpanStatusCode.ERROR });
    measure('armCalls', 1, { method: request.method, status });
    if (status === 429) measure('armThrottled', 1, { method: request.method });
    return response;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
    measure('armCalls', 1, { method: request.method, status: 0 });
    throw error;
  } finally {
    span.end();
  }
}

/** Type of the resource that a path names, with its provider; for paths without one, what the path ends in. */
function typeOf(path: string): string {
  const [, provider, rest] = /^.*\/providers\/([^/]+)\/(.+)$/i.exec(path) ?? [];
  if (provider === undefined || rest === undefined) return path.split('/').at(-2) ?? path;
  return [provider, ...rest.split('/').filter((_, index) => index % 2 === 0)].join('/');
}

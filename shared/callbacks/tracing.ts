import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { CallbackRecord } from '../records/callbacks';
import { tracer } from '../telemetry/trace';
import type { AttemptResult } from './state';

/** One span per attempt to deliver. Of the URL only the host is kept: the rest may hold a token of the receiver. */
export function traceAttempt(
  { id, event, url }: CallbackRecord,
  attempt: () => Promise<AttemptResult>,
): Promise<AttemptResult> {
  const attributes = {
    'server.address': new URL(url).host,
    'nestedHosts.callback': id,
    'nestedHosts.event': event,
  };
  return tracer().startActiveSpan('POST callback', { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      const result = await attempt();
      if (result.status !== undefined) span.setAttribute('http.response.status_code', result.status);
      if (result.kind !== 'delivered') span.setStatus({ code: SpanStatusCode.ERROR, message: result.code });
      return result;
    } finally {
      span.end();
    }
  });
}

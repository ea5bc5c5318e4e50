import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { OperationRecord } from '../records/types';
import { withSpanId } from './fixedId';
import { logLine } from './log';
import { measure } from './metrics';
import { operationSpan, parseTraceparent, tracer, under } from './trace';

/** What tells the lines and spans of one operation from those of others; no secret, no body. */
export function operationFacts(
  operation: Pick<OperationRecord, 'id' | 'network' | 'host' | 'ticket'>,
): Record<string, string> {
  const { id, network, host, ticket } = operation;
  return { operation: id, network, ...(host && { host }), ...(ticket && { ticket }) };
}

export const asAttributes = (facts: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [`nestedHosts.${name}`, value]));

/**
 * Spans and measurements of an operation that has ended, with its steps: orchestrators make none, they are replayed. The
 * times are those of the orchestration.
 */
export function tellOperation(operation: OperationRecord): void {
  const { kind, status, createdAt, finishedAt = createdAt, steps = [], failure } = operation;
  const why = failure ? `, ${failure.class} ${failure.code}: ${failure.message}` : '';
  logLine(status === 'failed' ? 'warn' : 'info', `The operation (${kind}) has ended: ${status}${why}`);
  measure('operations', 1, { kind, outcome: status });
  for (const { name, startedAt, finishedAt: end } of steps) {
    if (startedAt === undefined || end === undefined) continue;
    measure('stepSeconds', (Date.parse(end) - Date.parse(startedAt)) / 1_000, { kind, step: name });
  }
  const self = operationSpan(operation);
  if (!self) return;
  const attributes = asAttributes(operationFacts(operation));
  const failed = { code: SpanStatusCode.ERROR, ...(failure && { message: failure.code }) };
  const span = withSpanId(self.spanId, () =>
    tracer().startSpan(
      `operation ${kind}`,
      { kind: SpanKind.INTERNAL, startTime: new Date(createdAt), attributes },
      under(parseTraceparent(operation.traceparent)),
    ),
  );
  for (const step of steps) {
    if (step.startedAt === undefined || step.finishedAt === undefined) continue;
    const part = tracer().startSpan(
      `step ${step.name}`,
      { startTime: new Date(step.startedAt), attributes: { ...attributes, 'nestedHosts.step': step.name } },
      under(self),
    );
    if (step.change) part.setAttribute('nestedHosts.change', step.change);
    if (step.status === 'failed') part.setStatus(failed);
    part.end(new Date(step.finishedAt));
  }
  span.setAttribute('nestedHosts.outcome', status);
  if (status === 'failed') span.setStatus(failed);
  span.end(new Date(finishedAt));
}

import { createHash } from 'node:crypto';
import {
  context,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';

/** Name under which the app's spans and metrics are told from those of libraries. */
export const scope = 'nested-hosts';

/** Makes spans that go nowhere unless `startTelemetry` found somebody to send them to. */
export const tracer = (): Tracer => trace.getTracer(scope);

const pattern = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** W3C `traceparent` as a span of elsewhere; undefined for anything else. What is not recorded there may be here. */
export function parseTraceparent(text: string | null | undefined): SpanContext | undefined {
  const [, traceId, spanId] = pattern.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

/** `traceparent` of the span that is active; undefined if none is, or nobody takes spans. */
export function activeTraceparent(): string | undefined {
  const span = trace.getSpanContext(context.active());
  return span && trace.isSpanContextValid(span) ? `00-${span.traceId}-${span.spanId}-01` : undefined;
}

export const under = (span: SpanContext | undefined): Context =>
  span ? trace.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT;

/** Runs the work as if the span of that `traceparent` were active; without one, as it is. */
export function withTrace<T>(traceparent: string | undefined, work: () => T): T {
  const span = parseTraceparent(traceparent);
  return span ? context.with(under(span), work) : work();
}

/**
 * The span of a whole operation. It is written when the operation ends, after everything that hangs under it, so its id
 * is derived: every process knows it from the start.
 */
export function operationSpan(operation: { id: string; traceparent?: string }): SpanContext | undefined {
  const admitted = parseTraceparent(operation.traceparent);
  if (!admitted) return undefined;
  return { ...admitted, spanId: createHash('sha256').update(operation.id).digest('hex').slice(0, 16) };
}

/** A trace id in the form of a GUID, as Azure Resource Manager takes correlation ids. */
export const asGuid = (traceId: string): string =>
  traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

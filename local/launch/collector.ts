import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One span as it came in; instants are epoch milliseconds. */
export interface Span {
  traceId: string;
  spanId: string;
  /** Absent: the trace begins here. */
  parentSpanId?: string;
  name: string;
  start: number;
  end: number;
  attributes: Record<string, string | number | boolean>;
  failed: boolean;
}

/** Takes spans from the app over OTLP/HTTP, as an OpenTelemetry collector does, and keeps them. */
export interface Collector {
  /** Value of `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  endpoint: string;
  /** So far, in order of arrival. */
  spans: readonly Span[];
  /** Names of the metrics that came in so far. */
  metrics: ReadonlySet<string>;
  stop(): Promise<void>;
}

interface Payload {
  resourceSpans?: { scopeSpans?: { spans?: OtlpSpan[] }[] }[];
  resourceMetrics?: { scopeMetrics?: { metrics?: { name: string }[] }[] }[];
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: { key: string; value: Record<string, unknown> }[];
  status?: { code?: number };
}

const errorCode = 2;

export async function startCollector(): Promise<Collector> {
  const spans: Span[] = [];
  const metrics = new Set<string>();
  const take = ({ resourceSpans = [], resourceMetrics = [] }: Payload): void => {
    for (const { scopeSpans = [] } of resourceSpans)
      for (const scope of scopeSpans) spans.push(...(scope.spans ?? []).map(toSpan));
    for (const { scopeMetrics = [] } of resourceMetrics)
      for (const scope of scopeMetrics) for (const { name } of scope.metrics ?? []) metrics.add(name);
  };
  const server = createServer((request, response) => {
    void text(request).then(
      (body) => {
        take(JSON.parse(body) as Payload);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    metrics,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Settings that make the app send there, and soon: a killed app takes along what it has not sent. */
export const collectorSettings = ({ endpoint }: Collector): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_BSP_SCHEDULE_DELAY: '250',
});

const milliseconds = (nanoseconds: string): number => Number(BigInt(nanoseconds) / 1_000n) / 1_000;

function toSpan(span: OtlpSpan): Span {
  const { traceId, spanId, parentSpanId, name, attributes = [] } = span;
  return {
    ...{ traceId, spanId, name },
    ...(parentSpanId ? { parentSpanId } : {}),
    start: milliseconds(span.startTimeUnixNano),
    end: milliseconds(span.endTimeUnixNano),
    attributes: Object.fromEntries(
      attributes.map(({ key, value }) => [key, Object.values(value)[0] as string | number | boolean]),
    ),
    failed: span.status?.code === errorCode,
  };
}

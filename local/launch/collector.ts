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

/** One point of a metric: the sum of a counter, the last value of a level, the longest of durations. */
export interface Measurement {
  name: string;
  value: number;
  attributes: Record<string, string | number | boolean>;
}

/** Takes spans and metrics from the app over OTLP/HTTP, as an OpenTelemetry collector does, and keeps them. */
export interface Collector {
  /** Value of `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  endpoint: string;
  /** So far, in order of arrival. */
  spans: readonly Span[];
  /** What metrics came in so far, in order of arrival. */
  measurements: readonly Measurement[];
  stop(): Promise<void>;
}

interface Payload {
  resourceSpans?: { scopeSpans?: { spans?: OtlpSpan[] }[] }[];
  resourceMetrics?: { scopeMetrics?: { metrics?: OtlpMetric[] }[] }[];
}

interface OtlpMetric {
  name: string;
  sum?: { dataPoints: OtlpPoint[] };
  gauge?: { dataPoints: OtlpPoint[] };
  histogram?: { dataPoints: OtlpPoint[] };
}

type Attributes = { key: string; value: Record<string, unknown> }[];

interface OtlpPoint {
  attributes?: Attributes;
  asInt?: number | string;
  asDouble?: number;
  max?: number;
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: Attributes;
  status?: { code?: number };
}

const errorCode = 2;

export async function startCollector(): Promise<Collector> {
  const spans: Span[] = [];
  const measurements: Measurement[] = [];
  const take = ({ resourceSpans = [], resourceMetrics = [] }: Payload): void => {
    for (const { scopeSpans = [] } of resourceSpans)
      for (const scope of scopeSpans) spans.push(...(scope.spans ?? []).map(toSpan));
    for (const { scopeMetrics = [] } of resourceMetrics)
      for (const scope of scopeMetrics) measurements.push(...(scope.metrics ?? []).flatMap(toMeasurements));
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
    measurements,
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
  OTEL_METRIC_EXPORT_INTERVAL: '500',
});

const milliseconds = (nanoseconds: string): number => Number(BigInt(nanoseconds) / 1_000n) / 1_000;

function toSpan(span: OtlpSpan): Span {
  const { traceId, spanId, parentSpanId, name, attributes = [] } = span;
  return {
    ...{ traceId, spanId, name },
    ...(parentSpanId ? { parentSpanId } : {}),
    start: milliseconds(span.startTimeUnixNano),
    end: milliseconds(span.endTimeUnixNano),
    attributes: named(attributes),
    failed: span.status?.code === errorCode,
  };
}

function toMeasurements({ name, sum, gauge, histogram }: OtlpMetric): Measurement[] {
  const points = (sum ?? gauge ?? histogram)?.dataPoints ?? [];
  return points.map(({ attributes = [], asInt, asDouble, max }) => ({
    name,
    value: Number(asInt ?? asDouble ?? max),
    attributes: named(attributes),
  }));
}

const named = (attributes: Attributes): Record<string, string | number | boolean> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0] as string | number | boolean]),
  );

/** The latest point of each series of a metric. */
export function latest({ measurements }: Collector, name: string): Measurement[] {
  const series = new Map<string, Measurement>();
  for (const point of measurements)
    if (point.name === name) series.set(JSON.stringify(point.attributes), point);
  return [...series.values()];
}

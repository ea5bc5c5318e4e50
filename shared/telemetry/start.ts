import type { TelemetrySettings } from '../config';
import { takeMetrics } from './metrics';

/**
 * Sends spans and metrics to Application Insights and to an OTLP endpoint, whichever the settings name. With neither
 * nothing is loaded, and every span and measurement is a call that does nothing.
 * @returns sends what is left and stops
 */
export async function startTelemetry(settings: TelemetrySettings): Promise<() => Promise<void>> {
  const exporters = [
    ...(settings.applicationInsights ? [await azureMonitor(settings.applicationInsights)] : []),
    ...(settings.otlp ? [await otlp()] : []),
  ];
  if (exporters.length === 0) return () => Promise.resolve();
  const [{ metrics }, traces, { MeterProvider, PeriodicExportingMetricReader }, resources, { Ids }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/resources'),
      import('./ids'),
    ]);
  const resource = resources
    .defaultResource()
    .merge(resources.resourceFromAttributes({ 'service.name': settings.serviceName }));
  const tracing = new traces.NodeTracerProvider({
    resource,
    idGenerator: new Ids(),
    // The platform marks as not recorded what it does not record itself: no reason to leave gaps here.
    sampler: new traces.AlwaysOnSampler(),
    spanProcessors: exporters.map(({ spans }) => new traces.BatchSpanProcessor(spans)),
  });
  tracing.register();
  const measuring = new MeterProvider({
    resource,
    readers: exporters.map(
      ({ metrics: exporter }) =>
        new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: settings.metricInterval }),
    ),
  });
  metrics.setGlobalMeterProvider(measuring);
  takeMetrics();
  return async () => {
    // Whoever takes them may be gone before the app is.
    await Promise.allSettled([tracing.shutdown(), measuring.shutdown()]);
  };
}

/** Endpoint, headers and timeouts are read by the exporters from the `OTEL_EXPORTER_OTLP_*` variables. */
async function otlp() {
  const [{ OTLPTraceExporter }, { OTLPMetricExporter }] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
  ]);
  return { spans: new OTLPTraceExporter(), metrics: new OTLPMetricExporter() };
}

async function azureMonitor(to: NonNullable<TelemetrySettings['applicationInsights']>) {
  const [{ AzureMonitorTraceExporter, AzureMonitorMetricExporter }, { ManagedIdentityCredential }] =
    await Promise.all([import('@azure/monitor-opentelemetry-exporter'), import('@azure/identity')]);
  const options = {
    connectionString: to.connectionString,
    ...(to.clientId === undefined
      ? {}
      : { credential: new ManagedIdentityCredential({ clientId: to.clientId }) }),
    disableOfflineStorage: true,
  };
  return { spans: new AzureMonitorTraceExporter(options), metrics: new AzureMonitorMetricExporter(options) };
}

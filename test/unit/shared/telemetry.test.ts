import { createHttpHeaders, createPipelineRequest, type PipelinePolicy } from '@azure/core-rest-pipeline';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { context, trace } from '@opentelemetry/api';
import { operationOfCallback } from '../../../shared/callbacks/state';
import { parseTelemetry } from '../../../shared/config';
import { traceRequests } from '../../../shared/azure/tracing';
import { Ids } from '../../../shared/telemetry/ids';
import { logLine, logTo, withFacts } from '../../../shared/telemetry/log';
import { findingLevels, poolLevels } from '../../../shared/telemetry/levels';
import { tellOperation } from '../../../shared/telemetry/operation';
import {
  activeTraceparent,
  asGuid,
  operationSpan,
  parseTraceparent,
  withTrace,
} from '../../../shared/telemetry/trace';
import type { FindingRecord } from '../../../shared/records/reconciliation';
import type { NetworkRecord, OperationRecord } from '../../../shared/records/types';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-00`;

const taken = new InMemorySpanExporter();
const provider = new NodeTracerProvider({
  idGenerator: new Ids(),
  spanProcessors: [new SimpleSpanProcessor(taken)],
});
beforeAll(() => provider.register());
beforeEach(() => taken.reset());
afterAll(async () => {
  await provider.shutdown();
  trace.disable();
  context.disable();
});

describe('a traceparent', () => {
  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['of another version', traceparent.replace('00-', '01-')],
    ['without a trace', traceparent.replace(traceId, '0'.repeat(32))],
    ['without a span', traceparent.replace('b7ad6b7169203331', '0'.repeat(16))],
    ['in capitals', traceparent.toUpperCase()],
    ['with something behind it', `${traceparent}-x`],
  ])('that is %s is none', (_, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
    expect(withTrace(text, activeTraceparent)).toBeUndefined();
  });

  it('is taken over, recorded elsewhere or not', () => {
    expect(withTrace(traceparent, activeTraceparent)).toBe(traceparent.replace(/-00$/, '-01'));
  });
});

describe('requests to Azure', () => {
  let policy: PipelinePolicy | undefined;
  traceRequests({ addPolicy: (added: PipelinePolicy) => (policy = added) } as never);
  const url =
    'https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n';
  const send = async (status: number, query = '') => {
    const request = createPipelineRequest({ url: url + query, method: 'PUT', body: '{"secret":1}' });
    request.headers.set('x-ms-client-request-id', 'mine');
    const answer = { status, request, headers: createHttpHeaders({ 'x-ms-request-id': 'theirs' }) };
    await withTrace(traceparent, () => policy?.sendRequest(request, () => Promise.resolve(answer)));
    return request.headers.get('x-ms-correlation-request-id');
  };

  it('carry the trace as their correlation id and leave one span each, without query and body', async () => {
    expect(await send(201, '?api-version=1&t=token')).toBe(asGuid(traceId));
    expect(asGuid(traceId)).toBe('0af76519-16cd-43dd-8448-eb211c80319c');
    const [span, ...others] = taken.getFinishedSpans();
    expect(others).toEqual([]);
    expect(span).toMatchObject({
      name: 'PUT Microsoft.Network/virtualNetworks/subnets',
      status: { code: 0 },
      attributes: {
        'azure.client_request_id': 'mine',
        'azure.service_request_id': 'theirs',
        'http.response.status_code': 201,
      },
    });
    expect(JSON.stringify(span?.attributes)).not.toMatch(/token|secret/);
  });

  it.each([
    [404, 0],
    [409, 2],
    [500, 2],
  ])('are an error or not by their status: %d', async (status, code) => {
    await send(status);
    expect(taken.getFinishedSpans()[0]?.status.code).toBe(code);
  });
});

describe('an operation that has ended', () => {
  const operation: OperationRecord = {
    id: 'abc',
    kind: 'provision',
    network: 'n',
    host: 'h',
    ticket: 'CHG1',
    status: 'failed',
    caller: 'somebody',
    fingerprint: 'f',
    request: { kind: 'teardown', force: false, keepDisks: false },
    createdAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:01:00.000Z',
    failure: { class: 'quota', code: 'QuotaExceeded', message: 'Too many.' },
    steps: [
      {
        name: 'plan',
        status: 'failed',
        startedAt: '2026-01-01T00:00:10Z',
        finishedAt: '2026-01-01T00:00:20Z',
      },
      { name: 'verify', status: 'pending' },
    ],
  };

  it('is one span under the request, known by its id before, with one for each step that ran', () => {
    tellOperation({ ...operation, traceparent });
    const [step, whole, ...others] = taken.getFinishedSpans();
    expect(others).toEqual([]);
    expect(whole?.spanContext()).toMatchObject({
      traceId,
      spanId: operationSpan({ ...operation, traceparent })?.spanId,
    });
    expect(whole?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(whole).toMatchObject({ duration: [60, 0], status: { code: 2, message: 'QuotaExceeded' } });
    expect(whole?.attributes).toEqual({
      'nestedHosts.operation': 'abc',
      'nestedHosts.network': 'n',
      'nestedHosts.host': 'h',
      'nestedHosts.ticket': 'CHG1',
      'nestedHosts.outcome': 'failed',
    });
    expect(step).toMatchObject({ name: 'step plan', duration: [10, 0] });
    expect(step?.parentSpanContext?.spanId).toBe(whole?.spanContext().spanId);
  });

  it('has no span where its admission had none, and is logged with what it is about', () => {
    const lines: string[] = [];
    const write = (level: string, message: string) => lines.push(`${level} ${withFacts(message)}`);
    logTo({ write, facts: { operation: 'abc' } }, () => tellOperation(operation));
    expect(taken.getFinishedSpans()).toEqual([]);
    expect(lines).toEqual([
      'warn The operation (provision) has ended: failed, quota QuotaExceeded: Too many. {"operation":"abc"}',
    ]);
    expect(() => logLine('info', 'nobody hears it')).not.toThrow();
  });
});

it('goes nowhere unless the settings say where', () => {
  expect(parseTelemetry({ OTEL_METRIC_EXPORT_INTERVAL: 'soon' })).toEqual({
    otlp: false,
    serviceName: 'nested-hosts',
    metricInterval: 60_000,
  });
  expect(
    parseTelemetry({
      APPLICATIONINSIGHTS_CONNECTION_STRING: 'c',
      AZURE_CLIENT_ID: 'i',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector',
      OTEL_METRIC_EXPORT_INTERVAL: '5000',
      WEBSITE_SITE_NAME: 'func-prod',
    }),
  ).toEqual({
    applicationInsights: { connectionString: 'c', clientId: 'i' },
    otlp: true,
    serviceName: 'func-prod',
    metricInterval: 5_000,
  });
});

describe('levels', () => {
  const finding = (kind: string, verdict: string, more: Partial<FindingRecord> = {}) =>
    ({ kind, action: { verdict }, policy: 'report', remedy: 'delete', ...more }) as FindingRecord;

  it('tell how many findings of a kind came to the same', () => {
    const findings = [
      finding('missingRoute', 'done'),
      finding('missingRoute', 'done'),
      finding('missingRoute', 'failed'),
    ];
    const of = (kind: string, verdict: string) => ({ network: 'n', kind, verdict });
    expect(findingLevels({ network: 'n', findings })).toEqual([
      { name: 'findings', value: 2, attributes: of('missingRoute', 'done') },
      { name: 'findings', value: 1, attributes: of('missingRoute', 'failed') },
    ]);
  });

  it('tell what waits for its time from what waits for somebody', () => {
    const findings = [
      finding('leftoverDisk', 'withheld'),
      finding('leftoverDisk', 'withheld', { policy: 'delete' }),
      finding('leftoverDisk', 'withheld', { policy: 'delete', blockedBy: ['A lock.'] }),
    ];
    expect(
      findingLevels({ network: 'n', findings }).map(({ value, attributes }) => [
        value,
        attributes['verdict'],
      ]),
    ).toEqual([
      [2, 'withheld'],
      [1, 'waiting'],
    ]);
  });

  it('tell how much of each pool is promised or not ours', () => {
    const definition = { ghosted: { pools: ['10.0.2.0/24', '10.1.0.0/22'], prefixLength: 24 } };
    const ledger = [{ ghostedPrefix: '10.0.2.0/24' }, { ghostedPrefix: '10.1.2.0/24' }];
    const level = (pool: string, value: number) => ({
      ...{ name: 'ledgerUsedPercent', value },
      attributes: { network: 'n', pool },
    });
    const ranges = [{ prefix: '10.1.3.128/25', by: 'theirs' }];
    expect(poolLevels({ name: 'n', definition } as NetworkRecord, ledger, { ranges })).toEqual([
      level('10.0.2.0/24', 100),
      level('10.1.0.0/22', 50),
    ]);
  });
});

it('finds the operation that a callback tells of in its id', () => {
  expect(operationOfCallback('cb-abc-completed')).toBe('abc');
  expect(operationOfCallback('abc')).toBeUndefined();
});

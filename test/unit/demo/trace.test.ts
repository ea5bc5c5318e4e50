import { traceOf } from '../../../local/cli/demo/trace';
import type { LoggedRequest } from '../../../local/launch/adminClient';
import type { Span } from '../../../local/launch/collector';

const own = '0'.repeat(31) + '1';
const other = '0'.repeat(31) + '2';
const guid = '00000000-0000-0000-0000-000000000001';
const at = '2026-11-22T12:00:00.000Z';

function span(name: string, more: Partial<Span> = {}): Span {
  const attributes = { 'nestedHosts.operation': 'op-1', ...more.attributes };
  const [start, end] = [Date.parse(at), Date.parse(at) + 1_000];
  return { name, traceId: own, spanId: name, start, end, failed: false, ...more, attributes };
}
const call = (id: string, more: Partial<Span> = {}) =>
  span(`PUT ${id}`, { attributes: { 'azure.client_request_id': id }, ...more });
const request = (clientRequestId: string): LoggedRequest => ({
  ...{ seq: 1, at, method: 'PUT', path: `/${clientRequestId}`, status: 200 },
  ...{ correlationId: guid, clientRequestId, created: false },
});

const whole = span('operation provision', { attributes: { 'nestedHosts.host': 'hv-01' } });
const breaksOf = (spans: Span[], requests: LoggedRequest[]) =>
  traceOf([whole, ...spans], requests, { kind: 'provision', host: 'hv-01' }).breaks;

it('one trace from the operation to every request breaks nowhere', () => {
  expect(breaksOf([span('activity plan'), call('a')], [request('a')])).toEqual([]);
});

it.each([
  [
    'a span of the operation in another trace',
    [span('activity x', { traceId: other })],
    [],
    'activity x is in',
  ],
  ['a call that Azure never saw', [call('a')], [], 'Azure has no PUT a'],
  ['a request that no span tells', [], [request('a')], 'No span tells of PUT /a'],
])('%s is a break', (_what, spans, requests, told) => {
  expect(breaksOf(spans, requests)).toEqual([expect.stringContaining(told)]);
});

it('an operation that no span tells of is one, too', () => {
  expect(traceOf([], [], { kind: 'provision', host: 'hv-01' }).breaks).toHaveLength(1);
});

it('an operation lasts from its first step on: when it was asked for is the time of another clock', () => {
  const later = (seconds: number) => Date.parse(at) + seconds * 1_000;
  const step = (name: string, start: number, end: number) =>
    span(name, { parentSpanId: whole.spanId, start: later(start), end: later(end) });
  const spans = [{ ...whole, end: later(900) }, step('step plan', 300, 301), step('step verify', 800, 890)];
  const { lines } = traceOf(spans, [], { kind: 'provision', host: 'hv-01' });
  expect(lines.filter((line) => line.includes(' s')).map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
    'operation provision 600.0 s',
    'step plan 1.0 s',
    'step verify 90.0 s',
    expect.stringContaining('spans'),
    expect.stringContaining('simulated'),
  ]);
});

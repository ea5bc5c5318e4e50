import type { LoggedRequest } from '../../launch/adminClient';
import type { Span } from '../../launch/collector';

interface Node {
  span: Span;
  children: Node[];
}

/** Spans whose times are those of the orchestration; every other span has real ones. */
const isSimulated = ({ name }: Span): boolean => /^(operation|step) /.test(name);

/** A trace as a tree, and where it is not one trace from the call to the last request. */
export interface Told {
  lines: string[];
  breaks: string[];
}

/**
 * The trace in which an operation of that kind on that host ran, as a tree: what the app did hangs under the step during
 * which it reached Azure. It breaks where a span that names the operation is in another trace, where Azure did not log what
 * a span tells, and where no span tells what Azure logged under the trace.
 */
export function traceOf(
  spans: readonly Span[],
  requests: readonly LoggedRequest[],
  { kind, host }: { kind: string; host: string },
): Told {
  const whole = spans.find(
    ({ name, attributes }) => name === `operation ${kind}` && attributes['nestedHosts.host'] === host,
  );
  if (!whole) return { lines: [], breaks: [`No span tells of operation ${kind} on ${host}.`] };
  const own = spans.filter(({ traceId }) => traceId === whole.traceId);
  const id = whole.attributes['nestedHosts.operation'];
  const apart = spans.filter(
    ({ traceId, attributes }) => traceId !== whole.traceId && attributes['nestedHosts.operation'] === id,
  );
  const logged = new Map(requests.map((request) => [request.clientRequestId, request]));
  const calls = new Map(own.filter(isCall).map((call) => [requestId(call), call]));
  const unlogged = [...calls].filter(([request]) => !logged.has(request)).map(([, call]) => call);
  const untold = requests.filter(
    ({ correlationId, clientRequestId }) =>
      correlationId.replaceAll('-', '') === whole.traceId && !calls.has(clientRequestId),
  );
  return {
    lines: [
      `Trace ${whole.traceId}`,
      ...treeOf(own, logged).flatMap((node) => lines(node, '')),
      `${own.length} spans; ${calls.size - unlogged.length} of ${calls.size} requests to Azure are in its log.`,
      'Durations of operation and steps are simulated time, all others real time.',
    ],
    breaks: [
      ...apart.map(({ name, traceId }) => `${name} is in the trace ${traceId}, not in ${whole.traceId}.`),
      ...unlogged.map(({ name }) => `Azure has no ${name} in its log.`),
      ...untold.map(({ method, path }) => `No span tells of ${method} ${path}.`),
    ],
  };
}

const requestId = ({ attributes }: Span): string => String(attributes['azure.client_request_id']);

const isCall = ({ attributes }: Span): boolean => attributes['azure.client_request_id'] !== undefined;

function treeOf(spans: readonly Span[], logged: ReadonlyMap<string, LoggedRequest>): Node[] {
  const nodes = new Map(spans.map((span) => [span.spanId, { span, children: [] as Node[] }]));
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.span.parentSpanId ?? '');
    (parent?.children ?? roots).push(node);
  }
  for (const node of nodes.values()) {
    node.children.sort((a, b) => a.span.start - b.span.start);
    if (node.span.name.startsWith('operation ')) node.children = underSteps(node.children, logged);
  }
  return roots.sort((a, b) => a.span.start - b.span.start);
}

/** What did not call Azure is counted to the step of what ran before it. */
function underSteps(children: Node[], logged: ReadonlyMap<string, LoggedRequest>): Node[] {
  const steps = children.filter(({ span }) => isSimulated(span));
  const rest: Node[] = [];
  let current: Node | undefined;
  for (const child of children.filter(({ span }) => !isSimulated(span))) {
    const call = child.children.map(({ span }) => logged.get(requestId(span))).find(Boolean);
    const at = call && Date.parse(call.at);
    if (at !== undefined) current = steps.findLast(({ span }) => span.start <= at) ?? current;
    (current?.children ?? rest).push(child);
  }
  return [...rest, ...steps];
}

function lines(node: Node, indent: string): string[] {
  const { span, children } = node;
  const { name, attributes } = span;
  const told = [
    attributes['http.response.status_code'],
    attributes['nestedHosts.change'],
    attributes['nestedHosts.outcome'],
    ...(span.failed && attributes['http.response.status_code'] === undefined ? ['failed'] : []),
  ].filter((one) => one !== undefined);
  const line = `${indent}${name}${told.length > 0 ? ` ${told.join(' ')}` : ''}`;
  return [
    `${line.padEnd(88)} ${duration(node).padStart(9)}`,
    ...children.flatMap((child) => lines(child, `${indent}  `)),
  ];
}

/** An operation begins with its first step: when it was asked for is told by the clock of this machine. */
function duration({ span, children }: Node): string {
  const steps = span.name.startsWith('operation ') ? children.filter((child) => isSimulated(child.span)) : [];
  const length =
    span.end - (steps.length > 0 ? Math.min(...steps.map((step) => step.span.start)) : span.start);
  return isSimulated(span) ? `${(length / 1_000).toFixed(1)} s` : `${length.toFixed(0)} ms`;
}

import type { LoggedRequest } from '../../launch/adminClient';
import type { Span } from '../../launch/collector';

interface Node {
  span: Span;
  children: Node[];
}

/** Spans whose times are those of the orchestration; every other span has real ones. */
const isSimulated = ({ name }: Span): boolean => /^(operation|step) /.test(name);

/**
 * The trace in which an operation of that kind on that host ran, as a tree: what the app did hangs under the step during
 * which it reached Azure. Empty if there is no such operation.
 */
export function traceLines(
  spans: readonly Span[],
  requests: readonly LoggedRequest[],
  operation: { kind: string; host: string },
): string[] {
  const whole = spans.find(
    ({ name, attributes }) =>
      name === `operation ${operation.kind}` && attributes['nestedHosts.host'] === operation.host,
  );
  if (!whole) return [];
  const own = spans.filter(({ traceId }) => traceId === whole.traceId);
  const calls = own.filter(isCall);
  const logged = new Map(requests.map((request) => [request.clientRequestId, request]));
  const matched = calls.filter((call) => logged.has(requestId(call)));
  return [
    `Trace ${whole.traceId}`,
    ...treeOf(own, logged).flatMap((node) => lines(node, '')),
    `${own.length} spans, one trace id; ${matched.length} of ${calls.length} requests to Azure are in its log.`,
    'Durations of operation and steps are simulated time, all others real time.',
  ];
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

function lines({ span, children }: Node, indent: string): string[] {
  const { name, attributes } = span;
  const told = [
    attributes['http.response.status_code'],
    attributes['nestedHosts.change'],
    attributes['nestedHosts.outcome'],
    ...(span.failed && attributes['http.response.status_code'] === undefined ? ['failed'] : []),
  ].filter((one) => one !== undefined);
  const line = `${indent}${name}${told.length > 0 ? ` ${told.join(' ')}` : ''}`;
  return [
    `${line.padEnd(88)} ${duration(span).padStart(9)}`,
    ...children.flatMap((child) => lines(child, `${indent}  `)),
  ];
}

function duration(span: Span): string {
  const length = span.end - span.start;
  return isSimulated(span) ? `${(length / 1_000).toFixed(1)} s` : `${length.toFixed(0)} ms`;
}

import { app, type InvocationContext } from '@azure/functions';
import { context, SpanKind, SpanStatusCode, trace, type Link } from '@opentelemetry/api';
import { operationOfCallback } from '../shared/callbacks/state';
import { parseTelemetry } from '../shared/config';
import type { OperationRecord } from '../shared/records/types';
import { asAttributes, operationFacts } from '../shared/telemetry/operation';
import { logTo, withFacts, type Level } from '../shared/telemetry/log';
import { measure } from '../shared/telemetry/metrics';
import { startTelemetry } from '../shared/telemetry/start';
import { operationSpan, parseTraceparent, tracer, under } from '../shared/telemetry/trace';
import { records } from './app';

/** Orchestrators and entities are replayed and decide only: they have no spans. */
const traced: Record<string, { kind: SpanKind; name: string }> = {
  httpTrigger: { kind: SpanKind.SERVER, name: 'HTTP' },
  queueTrigger: { kind: SpanKind.CONSUMER, name: 'queue' },
  timerTrigger: { kind: SpanKind.INTERNAL, name: 'timer' },
  activityTrigger: { kind: SpanKind.INTERNAL, name: 'activity' },
};

let stop: () => Promise<void> = () => Promise.resolve();

app.hook.appStart(async () => {
  stop = await startTelemetry(parseTelemetry(process.env));
});
app.hook.appTerminate(() => stop());

app.hook.log((line) => {
  line.message = withFacts(line.message);
});

app.hook.preInvocation((hook) => {
  const { invocationContext, functionHandler } = hook;
  const trigger = traced[invocationContext.options.trigger.type];
  if (!trigger) return;
  hook.functionHandler = async (...args) => {
    const operation =
      trigger === traced['activityTrigger'] ? await operationOf(args[0], invocationContext) : undefined;
    const log = {
      facts: operation && operationFacts(operation),
      write: (level: Level, message: string) => invocationContext[level](message),
    };
    return logTo(log, () =>
      inSpan(
        invocationContext,
        trigger,
        operation,
        async (): Promise<unknown> => await functionHandler(...args),
      ),
    );
  };
});

/**
 * What belongs to an operation hangs under its span, in whatever trace the platform has put the invocation; that one is
 * linked. Everything else is where the platform has put it.
 */
async function inSpan(
  invocation: InvocationContext,
  trigger: { kind: SpanKind; name: string },
  operation: Operation | undefined,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const given = parseTraceparent(invocation.traceContext?.traceParent);
  const whole = operation && operationSpan(operation);
  const links: Link[] = whole && given ? [{ context: given }] : [];
  const attributes = {
    'faas.invocation_id': invocation.invocationId,
    ...(operation && asAttributes(operationFacts(operation))),
  };
  const span = tracer().startSpan(
    `${trigger.name} ${invocation.functionName}`,
    { kind: trigger.kind, attributes, links },
    under(whole ?? given),
  );
  const inserted = invocation.triggerMetadata?.['insertionTime'];
  if (trigger.name === 'queue' && typeof inserted === 'string')
    measure('queueAgeSeconds', Math.max(0, Date.now() - Date.parse(inserted)) / 1_000);
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    // Messages may say what a caller sent; the log of the host has them, with its access.
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
    throw error;
  } finally {
    span.end();
  }
}

type Operation = Pick<OperationRecord, 'id' | 'network' | 'host' | 'ticket' | 'traceparent'>;

const known = new Map<string, Operation | undefined>();
const mostKnown = 500;

/**
 * The operation that an activity works on: the one it is told of, else the one whose orchestration it belongs to, since that
 * bears the operation's id. None of what is kept of it changes, nor does an orchestration get an operation later.
 */
async function operationOf(input: unknown, invocation: InvocationContext): Promise<Operation | undefined> {
  const id = toldOperation(input) ?? invocation.triggerMetadata?.['instanceId'];
  if (typeof id !== 'string') return undefined;
  if (known.has(id)) return known.get(id);
  let operation: Operation | undefined;
  try {
    operation = (await records().operations.get(id))?.record;
  } catch {
    // Telemetry must not fail what it tells of; the next activity asks again.
    return undefined;
  }
  known.set(id, operation && identityOf(operation));
  const [oldest] = known.keys();
  if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  return operation;
}

/** Callbacks are delivered for an operation, long after it has ended. */
function toldOperation(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return undefined;
  if ('operation' in input) return input.operation;
  return 'callback' in input && typeof input.callback === 'string'
    ? operationOfCallback(input.callback)
    : undefined;
}

/** Without its request and its report, which may be large. */
function identityOf({ id, network, host, ticket, traceparent }: Operation): Operation {
  return {
    id,
    network,
    ...(host !== undefined && { host }),
    ...(ticket !== undefined && { ticket }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

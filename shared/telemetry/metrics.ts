import { metrics, type Attributes } from '@opentelemetry/api';
import { scope } from './trace';

/** Names by which alert rules and the workbook know what is measured. */
export const metricNames = {
  operations: 'nestedHosts.operations.ended',
  stepSeconds: 'nestedHosts.step.seconds',
  queueAgeSeconds: 'nestedHosts.queue.ageSeconds',
  armCalls: 'nestedHosts.arm.calls',
  armThrottled: 'nestedHosts.arm.throttled',
} as const;

type Name = keyof typeof metricNames;
type Record = (value: number, attributes?: Attributes) => void;

const counters: readonly Name[] = ['operations', 'armCalls', 'armThrottled'];
const known = new Map<Name, Record>();

/** Adds to a counter, or notes a duration in seconds. Lost unless somebody takes metrics. */
export function measure(name: Name, value: number, attributes?: Attributes): void {
  const record = known.get(name) ?? instrument(name);
  // What is made before telemetry has started measures nothing, so none is made before it is needed.
  known.set(name, record);
  record(value, attributes);
}

function instrument(name: Name): Record {
  const meter = metrics.getMeter(scope);
  if (counters.includes(name)) {
    const counter = meter.createCounter(metricNames[name]);
    return (value, attributes) => counter.add(value, attributes);
  }
  const histogram = meter.createHistogram(metricNames[name], { unit: 's' });
  return (value, attributes) => histogram.record(value, attributes);
}

import { metrics, type Attributes } from '@opentelemetry/api';
import { scope } from './trace';

/** Names by which alert rules and the workbook know what is measured. */
export const metricNames = {
  operations: 'nestedHosts.operations.ended',
  stepSeconds: 'nestedHosts.step.seconds',
  queueAgeSeconds: 'nestedHosts.queue.ageSeconds',
  queueOldestSeconds: 'nestedHosts.queue.oldestSeconds',
  poisonMessages: 'nestedHosts.queue.poisonMessages',
  armCalls: 'nestedHosts.arm.calls',
  armThrottled: 'nestedHosts.arm.throttled',
  ledgerUsedPercent: 'nestedHosts.ledger.usedPercent',
  findings: 'nestedHosts.findings',
  callbacksUndelivered: 'nestedHosts.callbacks.undelivered',
} as const;

export type Name = keyof typeof metricNames;
type Record = (value: number, attributes?: Attributes) => void;

/** Levels are measured again and again; what counts is the last one. All others are durations. */
const kinds: { readonly [name in Name]?: 'counter' | 'level' } = {
  operations: 'counter',
  poisonMessages: 'counter',
  armCalls: 'counter',
  armThrottled: 'counter',
  callbacksUndelivered: 'counter',
  queueOldestSeconds: 'level',
  ledgerUsedPercent: 'level',
  findings: 'level',
};

let taken = false;

/** Somebody takes metrics from now on. */
export const takeMetrics = (): void => void (taken = true);

/** False: what costs a request to find out is not worth it. */
export const areMetricsTaken = (): boolean => taken;

const known = new Map<Name, Record>();

/** Adds to a counter, or notes a level or a duration in seconds. Lost unless somebody takes metrics. */
export function measure(name: Name, value: number, attributes?: Attributes): void {
  const record = known.get(name) ?? instrument(name);
  // What is made before telemetry has started measures nothing, so none is made before it is needed.
  known.set(name, record);
  record(value, attributes);
}

function instrument(name: Name): Record {
  const meter = metrics.getMeter(scope);
  if (kinds[name] === 'counter') {
    const counter = meter.createCounter(metricNames[name]);
    return (value, attributes) => counter.add(value, attributes);
  }
  if (kinds[name] === 'level') {
    const level = meter.createGauge(metricNames[name]);
    return (value, attributes) => level.record(value, attributes);
  }
  const histogram = meter.createHistogram(metricNames[name], { unit: 's' });
  return (value, attributes) => histogram.record(value, attributes);
}

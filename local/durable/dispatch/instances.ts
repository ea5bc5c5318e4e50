import { randomUUID } from 'node:crypto';
import { EventType, stamp } from '../engine/history';
import type { HistoryEvent, ParentInstance } from '../engine/history';
import { isTerminal } from '../store/instances';
import type { InstanceRow } from '../store/instances';
import type { Store } from '../store/store';
import { rank } from '../store/work';

/** Id in the form of a .NET GUID with format "N": 32 hexadecimal digits. */
export const newId = (): string => randomUUID().replaceAll('-', '');

export interface Start {
  id: string;
  name: string;
  /** JSON text. */
  input: string | null;
  version?: string;
  parent?: ParentInstance;
  /** W3C trace context of whoever starts it. */
  traceParent?: string | undefined;
}

/**
 * Creates an instance with the message that starts it. A finished instance of the same id is replaced.
 * @returns false if an instance of that id has not finished
 */
export function startInstance(store: Store, start: Start, now: number): boolean {
  const existing = store.instances.get(start.id);
  if (existing && !isTerminal(existing.status)) return false;
  store.instances.remove(start.id);
  store.work.forget(start.id);
  beginExecution(
    store,
    {
      id: start.id,
      executionId: newId(),
      name: start.name,
      status: 'Pending',
      input: start.input,
      output: null,
      customStatus: null,
      parent: start.parent ?? null,
      createdAt: now,
      updatedAt: now,
    },
    now,
    start,
  );
  return true;
}

/** Writes the row of a new execution and posts its first event. */
export function beginExecution(
  store: Store,
  row: InstanceRow,
  now: number,
  { version = '', traceParent }: Pick<Start, 'version' | 'traceParent'> = {},
): void {
  store.instances.put(row);
  const started: HistoryEvent = {
    EventType: EventType.ExecutionStarted,
    ...stamp(now),
    Name: row.name,
    Version: version,
    Input: row.input,
    OrchestrationInstance: { InstanceId: row.id, ExecutionId: row.executionId },
    ParentInstance: row.parent,
    ...(traceParent === undefined ? {} : { ParentTraceContext: { TraceParent: traceParent } }),
    Tags: null,
  };
  store.work.post(row.id, started, { executionId: row.executionId, rank: rank.start });
}

/**
 * Posts an event to a running instance.
 * @param executionId the execution it is meant for, undefined for whichever is current
 * @returns false if the instance is unknown, finished, or in another execution
 */
export function postEvent(store: Store, id: string, event: HistoryEvent, executionId?: string): boolean {
  const instance = store.instances.get(id);
  if (!instance || isTerminal(instance.status)) return false;
  if (executionId !== undefined && executionId !== instance.executionId) return false;
  store.work.post(id, event, { executionId });
  return true;
}

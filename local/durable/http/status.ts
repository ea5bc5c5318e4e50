import { EventType } from '../engine/history';
import type { HistoryEvent } from '../engine/history';
import type { InstanceRow } from '../store/instances';

const seconds = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

const value = (json: string | null): unknown => (json === null ? null : (JSON.parse(json) as unknown));

/** Status document of an instance; `input` and `output` are present even when null. */
export const statusBody = (row: InstanceRow, showInput: boolean): Record<string, unknown> => ({
  name: row.name,
  instanceId: row.id,
  runtimeStatus: row.status,
  input: showInput ? value(row.input) : null,
  customStatus: value(row.customStatus),
  output: value(row.output),
  createdTime: seconds(row.createdAt),
  lastUpdatedTime: seconds(row.updatedAt),
});

const names = new Map<number, string>(Object.entries(EventType).map(([name, number]) => [number, name]));

const hidden = new Set<number>([EventType.OrchestratorStarted, EventType.OrchestratorCompleted]);

/**
 * History as the status document shows it: event types by name, scheduling events merged into their outcomes.
 * @param showOutput whether results are included
 */
export function historyBody(history: HistoryEvent[], showOutput: boolean): object[] {
  const scheduled = new Map<number, { name: string; at: string }>();
  const finished = new Set<number>();
  for (const event of history) {
    if (
      event.EventType === EventType.TaskScheduled ||
      event.EventType === EventType.SubOrchestrationInstanceCreated
    ) {
      scheduled.set(event.EventId, { name: event.Name, at: event.Timestamp });
    }
    if ('TaskScheduledId' in event) finished.add(event.TaskScheduledId);
  }
  return history
    .filter((event) => !hidden.has(event.EventType))
    .filter((event) => !(scheduled.has(event.EventId) && finished.has(event.EventId)))
    .map(({ EventType: type, EventId: _id, IsPlayed: _played, ...event }) => {
      const start = 'TaskScheduledId' in event ? scheduled.get(event.TaskScheduledId) : undefined;
      return {
        EventType: names.get(type),
        ...event,
        ...(start ? { FunctionName: start.name, ScheduledTime: start.at } : {}),
        ...('Result' in event && !showOutput ? { Result: undefined } : {}),
      };
    });
}

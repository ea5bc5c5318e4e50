import type { HistoryEvent } from './history';
import type { ExecutionStarted } from './history';

/** Trigger input of an orchestrator function: the whole history of its execution, this episode's events last. */
export function orchestratorInput(
  past: HistoryEvent[],
  fresh: HistoryEvent[],
  started: ExecutionStarted,
): string {
  return JSON.stringify({
    history: [...past, ...fresh],
    input: started.Input === null ? null : (JSON.parse(started.Input) as unknown),
    instanceId: started.OrchestrationInstance.InstanceId,
    isReplaying: past.length > 0,
    parentInstanceId: started.ParentInstance?.instanceId ?? null,
    upperSchemaVersion: 1,
    // 2 = what today's generally available extension bundle offers; entity locks need more and fail here as there.
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    // The protocol's own spelling.
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  });
}

/** Trigger input of an activity function, from the recorded one-element array: text stays as it is. */
export function activityInput(recorded: string): string {
  const [input] = JSON.parse(recorded) as unknown[];
  return typeof input === 'string' ? input : JSON.stringify(input ?? null);
}

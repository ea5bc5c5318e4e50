import { EventType, stamp } from '../engine/history';
import type { HistoryEvent } from '../engine/history';
import { activityInput } from '../engine/input';
import type { Store } from '../store/store';
import type { ActivityRow } from '../store/work';
import { postEvent } from './instances';
import type { InvocationOutcome, WorkItem } from './item';

/** One activity to run; its answer goes to the execution that scheduled it, if that still runs. */
export const activityItem = (store: Store, activity: ActivityRow, now: () => number): WorkItem => ({
  kind: 'activity',
  functionName: activity.name,
  input: activityInput(activity.input),
  metadata: { instanceId: activity.instanceId },
  traceParent: store.instances.traceParent(activity.instanceId),
  finish: (outcome) => {
    if (!store.work.removeActivity(activity.number)) return undefined;
    postEvent(store, activity.instanceId, answer(activity, outcome, now()), activity.executionId);
    return undefined;
  },
});

function answer(activity: ActivityRow, outcome: InvocationOutcome, now: number): HistoryEvent {
  const common = { ...stamp(now), TaskScheduledId: activity.taskId };
  if (outcome.ok) {
    return {
      EventType: EventType.TaskCompleted,
      ...common,
      Result: outcome.value === undefined ? null : JSON.stringify(outcome.value),
    };
  }
  return {
    EventType: EventType.TaskFailed,
    ...common,
    Reason: `Activity function '${activity.name}' failed: ${outcome.message}`,
    Details: outcome.stack,
  };
}

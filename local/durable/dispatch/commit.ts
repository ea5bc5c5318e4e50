import { completionEvent, decisionEvent } from '../engine/decisions';
import type { Completion, Decision } from '../engine/decisions';
import type { EpisodeResult } from '../engine/episode';
import { EventType, stamp } from '../engine/history';
import type { HistoryEvent } from '../engine/history';
import type { InstanceRow, RuntimeStatus } from '../store/instances';
import type { Store } from '../store/store';
import { rank } from '../store/work';
import { beginExecution, newId, postEvent, startInstance } from './instances';

export interface Episode {
  /** Events already in the stored history. */
  known: number;
  fresh: HistoryEvent[];
  result: EpisodeResult;
}

/** Writes everything an episode changes. Runs inside the transaction that also removes the episode's messages. */
export function commitEpisode(store: Store, instance: InstanceRow, episode: Episode, now: number): void {
  const { decisions, completion, customStatus, suspended, cancelledTimers, carried } = episode.result;
  for (const decision of decisions) enact(store, instance, decision, now);
  for (const timerId of cancelledTimers) store.work.removeTimer(instance.id, timerId);
  const row: InstanceRow = {
    ...instance,
    customStatus: customStatus === undefined ? instance.customStatus : customStatus,
    updatedAt: now,
  };
  if (completion?.status === 'ContinuedAsNew') {
    store.instances.clearHistory(instance.id);
    store.work.removeTimers(instance.id);
    const next: InstanceRow = { ...row, executionId: newId(), status: 'Running', input: completion.result };
    beginExecution(store, next, now);
    for (const event of carried) {
      store.work.post(next.id, event, { executionId: next.executionId, rank: rank.inherited });
    }
    return;
  }
  store.instances.append(instance.id, episode.known, [
    ...episode.fresh,
    ...decisions.map((decision) => decisionEvent(decision, now)),
    ...(completion ? [completionEvent(completion, now)] : []),
    { EventType: EventType.OrchestratorCompleted, ...stamp(now) },
  ]);
  if (completion) {
    const status: RuntimeStatus = completion.status;
    store.instances.put({ ...row, status, output: outputOf(completion) });
    store.work.forget(instance.id);
    tellParent(store, instance, completion, now);
  } else {
    store.instances.put({ ...row, status: suspended ? 'Suspended' : 'Running' });
  }
}

const outputOf = ({ status, result }: Completion): string | null =>
  status === 'Completed' ? result : JSON.stringify(result);

function enact(store: Store, instance: InstanceRow, decision: Decision, now: number): void {
  const { id: instanceId, executionId } = instance;
  switch (decision.kind) {
    case 'activity':
      store.work.addActivity({
        instanceId,
        executionId,
        taskId: decision.id,
        name: decision.name,
        input: decision.input,
      });
      break;
    case 'timer':
      if (decision.cancelled) break;
      store.work.addTimer({ instanceId, executionId, timerId: decision.id, fireAt: decision.fireAt });
      break;
    case 'send':
      store.work.post(decision.target, JSON.parse(decision.input) as object);
      break;
    case 'child': {
      const parent = { instanceId, executionId, taskId: decision.id };
      const { instanceId: id, name, input } = decision;
      if (startInstance(store, { id, name, input, parent }, now)) break;
      const text = `An Orchestration instance with the id ${id} already exists.`;
      postEvent(store, instanceId, childFailed(decision.id, text, text, now), executionId);
      break;
    }
  }
}

const childFailed = (
  taskId: number,
  reason: string | null,
  details: string | null,
  now: number,
): HistoryEvent => ({
  EventType: EventType.SubOrchestrationInstanceFailed,
  ...stamp(now),
  TaskScheduledId: taskId,
  Reason: reason,
  Details: details,
});

function tellParent(store: Store, instance: InstanceRow, { status, result }: Completion, now: number): void {
  const { parent } = instance;
  if (!parent) return;
  const event: HistoryEvent =
    status === 'Completed'
      ? {
          EventType: EventType.SubOrchestrationInstanceCompleted,
          ...stamp(now),
          TaskScheduledId: parent.taskId,
          Result: result,
        }
      : childFailed(parent.taskId, result, status === 'Failed' ? result : null, now);
  postEvent(store, parent.instanceId, event, parent.executionId);
}

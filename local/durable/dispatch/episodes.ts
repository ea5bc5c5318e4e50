import { readFailure, readState } from '../engine/actions';
import { replay } from '../engine/episode';
import { EventType, stamp } from '../engine/history';
import type { ExecutionStarted, HistoryEvent } from '../engine/history';
import { orchestratorInput } from '../engine/input';
import { isTerminal } from '../store/instances';
import type { InstanceRow } from '../store/instances';
import type { Store } from '../store/store';
import type { Message } from '../store/work';
import { commitEpisode } from './commit';
import type { WorkItem } from './item';

/**
 * The next episode of an instance: everything in its mailbox.
 * @returns undefined if nothing in the mailbox concerns it; the mailbox is then empty
 */
export function nextEpisode(store: Store, id: string, now: () => number): WorkItem | undefined {
  const messages = store.work.mailbox(id);
  const instance = store.instances.get(id);
  const past = instance ? store.instances.history(id) : [];
  const relevant = instance && !isTerminal(instance.status) ? relevantEvents(instance, past, messages) : [];
  const started = startOf([...past, ...relevant]);
  if (!instance || relevant.length === 0 || !started) {
    store.commit(() => store.work.removeMessages(messages));
    return undefined;
  }
  const fresh: HistoryEvent[] = [{ EventType: EventType.OrchestratorStarted, ...stamp(now()) }, ...relevant];
  return {
    kind: 'orchestration',
    functionName: instance.name,
    input: orchestratorInput(past, fresh, started),
    metadata: { instanceId: id },
    traceParent: started.ParentTraceContext?.TraceParent,
    finish: (outcome) => {
      store.work.removeMessages(messages);
      const { executionId, name } = instance;
      const result = replay(
        { instanceId: id, executionId, name },
        [...past, ...fresh],
        outcome.ok ? readState(outcome.value) : readFailure(outcome.message),
      );
      commitEpisode(store, instance, { known: past.length, fresh, result }, now());
      const { completion } = result;
      if (!completion || completion.status === 'ContinuedAsNew') return undefined;
      const why = completion.status === 'Completed' ? '' : `: ${completion.result ?? 'no reason given'}`;
      return `Orchestration '${name}' (${id}) ${completion.status}${why}`;
    },
  };
}

const startOf = (events: HistoryEvent[]): ExecutionStarted | undefined =>
  events.find((event): event is ExecutionStarted => event.EventType === EventType.ExecutionStarted);

/** Messages for another execution and a second start are dropped. */
function relevantEvents(instance: InstanceRow, past: HistoryEvent[], messages: Message[]): HistoryEvent[] {
  let started = startOf(past) !== undefined;
  return messages
    .filter(({ executionId }) => executionId === null || executionId === instance.executionId)
    .map(({ body }) => JSON.parse(body) as HistoryEvent)
    .filter((event) => {
      if (event.EventType !== EventType.ExecutionStarted) return true;
      const first = !started;
      started = true;
      return first;
    });
}

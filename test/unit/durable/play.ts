import type { Action, OrchestratorOutcome } from '../../../local/durable/engine/actions';
import { decisionEvent } from '../../../local/durable/engine/decisions';
import { replay } from '../../../local/durable/engine/episode';
import type { EpisodeResult } from '../../../local/durable/engine/episode';
import { EventType, stamp } from '../../../local/durable/engine/history';
import type { HistoryEvent } from '../../../local/durable/engine/history';

export const execution = { instanceId: 'i', executionId: 'e', name: 'orchestrator' };

const at = Date.UTC(2026, 0, 1);

export const opening: HistoryEvent[] = [
  { EventType: EventType.OrchestratorStarted, ...stamp(at) },
  {
    EventType: EventType.ExecutionStarted,
    ...stamp(at),
    Name: 'orchestrator',
    Version: '',
    Input: null,
    OrchestrationInstance: { InstanceId: 'i', ExecutionId: 'e' },
    ParentInstance: null,
    Tags: null,
  },
];

export const completed = (id: number): HistoryEvent => ({
  EventType: EventType.TaskCompleted,
  ...stamp(at),
  TaskScheduledId: id,
  Result: 'null',
});

export const failed = (id: number): HistoryEvent => ({
  EventType: EventType.TaskFailed,
  ...stamp(at),
  TaskScheduledId: id,
  Reason: 'r',
  Details: 'd',
});

export const fired = (id: number): HistoryEvent => ({
  EventType: EventType.TimerFired,
  ...stamp(at),
  TimerId: id,
  FireAt: new Date(at).toISOString(),
});

export const raised = (name: string): HistoryEvent => ({
  EventType: EventType.EventRaised,
  ...stamp(at),
  Name: name,
  Input: '1',
});

export const terminated: HistoryEvent = {
  EventType: EventType.ExecutionTerminated,
  ...stamp(at),
  Input: 'stop',
};
export const suspended: HistoryEvent = {
  EventType: EventType.ExecutionSuspended,
  ...stamp(at),
  Reason: null,
};
export const resumed: HistoryEvent = { EventType: EventType.ExecutionResumed, ...stamp(at), Reason: null };

/** The events that record what an episode decided. */
export const recorded = (result: EpisodeResult): HistoryEvent[] =>
  result.decisions.map((decision) => decisionEvent(decision, at));

export const activity = (functionName: string): Action => ({ actionType: 0, functionName });
export const timer = (isCanceled = false): Action => ({
  actionType: 5,
  fireAt: new Date(at + 60_000).toISOString(),
  isCanceled,
});
export const wait = (externalEventName: string): Action => ({ actionType: 6, externalEventName });
export const any = (...compoundActions: Action[]): Action => ({ actionType: 11, compoundActions });
export const all = (...compoundActions: Action[]): Action => ({ actionType: 12, compoundActions });

type State = Extract<OrchestratorOutcome, { kind: 'state' }>;

export const waiting = (...actions: Action[]): State => ({ kind: 'state', actions, isDone: false });
export const done = (...actions: Action[]): State => ({
  kind: 'state',
  actions,
  isDone: true,
  output: 'out',
});
export const threw = (...actions: Action[]): State => ({
  kind: 'state',
  actions,
  isDone: false,
  error: 'oops',
});

/** Plays events after the opening. */
export const play = (outcome: OrchestratorOutcome, ...events: HistoryEvent[]): EpisodeResult =>
  replay(execution, [...opening, ...events], outcome);

/** Decisions in short: number, kind and what it is about. */
export const brief = (result: EpisodeResult): string[] =>
  result.decisions.map((decision) => {
    const about = 'name' in decision ? decision.name : 'target' in decision ? decision.target : '';
    return `${decision.id} ${decision.kind} ${about}`.trim();
  });

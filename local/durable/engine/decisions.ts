import { EventType, stamp } from './history';
import type { HistoryEvent } from './history';

/** Something an orchestration decided and that history does not hold yet. `id` is its sequence number. */
export type Decision =
  | { kind: 'activity'; id: number; name: string; input: string }
  | { kind: 'timer'; id: number; fireAt: number; cancelled: boolean }
  | { kind: 'child'; id: number; name: string; instanceId: string; input: string | null }
  | { kind: 'send'; id: number; target: string; input: string };

/** How an execution ended. `result` is JSON text for Completed and ContinuedAsNew, plain text otherwise. */
export interface Completion {
  id: number;
  status: 'Completed' | 'ContinuedAsNew' | 'Failed' | 'Terminated';
  result: string | null;
}

/** The event that records a decision. */
export function decisionEvent(decision: Decision, at: number): HistoryEvent {
  const common = stamp(at, decision.id);
  switch (decision.kind) {
    case 'activity':
      return {
        EventType: EventType.TaskScheduled,
        ...common,
        Name: decision.name,
        Version: '',
        Input: decision.input,
        Tags: null,
      };
    case 'timer':
      return {
        EventType: EventType.TimerCreated,
        ...common,
        FireAt: new Date(decision.fireAt).toISOString(),
      };
    case 'child':
      return {
        EventType: EventType.SubOrchestrationInstanceCreated,
        ...common,
        Name: decision.name,
        Version: '',
        InstanceId: decision.instanceId,
        Input: decision.input,
      };
    case 'send':
      return {
        EventType: EventType.EventSent,
        ...common,
        InstanceId: decision.target,
        Name: 'op',
        Input: decision.input,
      };
  }
}

/** Numbers of the .NET enumeration OrchestrationStatus. */
const statusNumber = { Completed: 1, ContinuedAsNew: 2, Failed: 3, Terminated: 5 } as const;

/** The event that records the end of an execution. */
export const completionEvent = (completion: Completion, at: number): HistoryEvent => ({
  EventType: EventType.ExecutionCompleted,
  ...stamp(at, completion.id),
  OrchestrationStatus: statusNumber[completion.status],
  Result: completion.result,
  FailureDetails: null,
});

const nonDeterministic = (event: HistoryEvent, what: string, found: string): string =>
  `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ${what} ` +
  `with sequence ID ${event.EventId}, but the current replay execution ${found}. ` +
  'Was a change made to the orchestrator code after this instance had already started running?';

/**
 * Compares a scheduling event of history with what the replay decided under the same sequence number.
 * @returns the error text if they differ
 */
export function mismatch(event: HistoryEvent, decision: Decision | undefined): string | undefined {
  const found =
    decision === undefined
      ? "hasn't (yet?) scheduled this task"
      : `scheduled ${describe(decision)} with this sequence ID instead`;
  switch (event.EventType) {
    case EventType.TaskScheduled:
      if (decision?.kind === 'activity' && decision.name === event.Name) return undefined;
      return nonDeterministic(event, `an activity task named '${event.Name}'`, found);
    case EventType.TimerCreated:
      return decision?.kind === 'timer' ? undefined : nonDeterministic(event, 'a timer task', found);
    case EventType.SubOrchestrationInstanceCreated:
      if (decision?.kind === 'child' && decision.name === event.Name) return undefined;
      return nonDeterministic(event, `a sub-orchestration task named '${event.Name}'`, found);
    case EventType.EventSent:
      if (decision?.kind === 'send' && decision.target === event.InstanceId) return undefined;
      return nonDeterministic(event, `a message to '${event.InstanceId}'`, found);
    default:
      return undefined;
  }
}

function describe(decision: Decision): string {
  switch (decision.kind) {
    case 'activity':
      return `an activity task named '${decision.name}'`;
    case 'timer':
      return 'a timer task';
    case 'child':
      return `a sub-orchestration task named '${decision.name}'`;
    case 'send':
      return `a message to '${decision.target}'`;
  }
}

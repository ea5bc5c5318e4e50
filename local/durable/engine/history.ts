/** History events as the out-of-process protocol carries them: PascalCase, dates as ISO text, nulls kept. */

export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  ContinueAsNew: 16,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

interface Common {
  /** Sequence number of a scheduling event, -1 for all others. */
  EventId: number;
  /** True for events of earlier episodes. */
  IsPlayed: boolean;
  Timestamp: string;
}

type Kind = typeof EventType;

/** Who started a sub-orchestration and which of its tasks waits for it. */
export interface ParentInstance {
  instanceId: string;
  executionId: string;
  taskId: number;
}

export interface ExecutionStarted extends Common {
  EventType: Kind['ExecutionStarted'];
  Name: string;
  Version: string;
  /** JSON text. */
  Input: string | null;
  OrchestrationInstance: { InstanceId: string; ExecutionId: string };
  ParentInstance: ParentInstance | null;
  /** Of the request that started the instance, if it told one. */
  ParentTraceContext?: { TraceParent: string };
  Tags: null;
}

export interface ExecutionCompleted extends Common {
  EventType: Kind['ExecutionCompleted'];
  /** Number in the .NET enumeration OrchestrationStatus. */
  OrchestrationStatus: number;
  Result: string | null;
  FailureDetails: null;
}

export interface ExecutionTerminated extends Common {
  EventType: Kind['ExecutionTerminated'];
  /** The reason. */
  Input: string | null;
}

export interface TaskScheduled extends Common {
  EventType: Kind['TaskScheduled'];
  Name: string;
  Version: string;
  /** JSON text of an array with the one input. */
  Input: string;
  Tags: null;
}

export interface TaskCompleted extends Common {
  EventType: Kind['TaskCompleted'];
  TaskScheduledId: number;
  Result: string | null;
}

export interface TaskFailed extends Common {
  EventType: Kind['TaskFailed'];
  TaskScheduledId: number;
  Reason: string;
  Details: string;
}

export interface SubOrchestrationInstanceCreated extends Common {
  EventType: Kind['SubOrchestrationInstanceCreated'];
  Name: string;
  Version: string;
  InstanceId: string;
  Input: string | null;
}

export interface SubOrchestrationInstanceCompleted extends Common {
  EventType: Kind['SubOrchestrationInstanceCompleted'];
  TaskScheduledId: number;
  Result: string | null;
}

export interface SubOrchestrationInstanceFailed extends Common {
  EventType: Kind['SubOrchestrationInstanceFailed'];
  TaskScheduledId: number;
  Reason: string | null;
  /** Null for a terminated child, which the library cannot report to user code: the parent then fails. */
  Details: string | null;
}

export interface TimerCreated extends Common {
  EventType: Kind['TimerCreated'];
  FireAt: string;
}

export interface TimerFired extends Common {
  EventType: Kind['TimerFired'];
  TimerId: number;
  FireAt: string;
}

export interface OrchestratorStarted extends Common {
  EventType: Kind['OrchestratorStarted'];
}

export interface OrchestratorCompleted extends Common {
  EventType: Kind['OrchestratorCompleted'];
}

export interface EventSent extends Common {
  EventType: Kind['EventSent'];
  InstanceId: string;
  Name: string;
  /** JSON text of an EntityRequest. */
  Input: string;
}

export interface EventRaised extends Common {
  EventType: Kind['EventRaised'];
  Name: string;
  /** JSON text. */
  Input: string | null;
}

export interface ExecutionSuspended extends Common {
  EventType: Kind['ExecutionSuspended'];
  Reason: string | null;
}

export interface ExecutionResumed extends Common {
  EventType: Kind['ExecutionResumed'];
  Reason: string | null;
}

export type HistoryEvent =
  | ExecutionStarted
  | ExecutionCompleted
  | ExecutionTerminated
  | TaskScheduled
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationInstanceCreated
  | SubOrchestrationInstanceCompleted
  | SubOrchestrationInstanceFailed
  | TimerCreated
  | TimerFired
  | OrchestratorStarted
  | OrchestratorCompleted
  | EventSent
  | EventRaised
  | ExecutionSuspended
  | ExecutionResumed;

/** The fields every event has; `id` is the sequence number of a scheduling event. */
export const stamp = (at: number, id = -1): Common => ({
  EventId: id,
  IsPlayed: false,
  Timestamp: new Date(at).toISOString(),
});

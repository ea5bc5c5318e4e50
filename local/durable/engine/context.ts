import { createHash } from 'node:crypto';
import type { Completion, Decision } from './decisions';
import { mismatch } from './decisions';
import type { EntityRequest } from './entity';
import { ExternalEvents } from './events';
import { EventType } from './history';
import type { EventRaised, ExecutionStarted, HistoryEvent } from './history';
import { Task } from './task';

export interface Execution {
  instanceId: string;
  executionId: string;
  name: string;
}

/**
 * Plays history against the tasks of one execution. Numbers tasks in creation order exactly as the library does, so
 * that both sides mean the same task by the same number.
 */
export class OrchestrationContext {
  private nextId = 0;
  private readonly open = new Map<number, Task>();
  private readonly decided = new Map<number, Decision>();
  private readonly events = new ExternalEvents();
  private readonly duringSuspension: HistoryEvent[] = [];
  /** Instant of the latest episode played. */
  now = 0;
  suspended = false;
  completion: Completion | undefined;
  /** Input of the next generation, once the orchestration asked for one. */
  nextGeneration: { input: string } | undefined;
  readonly cancelledTimers: number[] = [];
  /** Events for the next generation. */
  readonly carried: EventRaised[] = [];

  constructor(
    readonly execution: Execution,
    private readonly begin: (started: ExecutionStarted) => void,
  ) {}

  /** Decisions that history does not hold, by number; none while suspended. */
  get decisions(): Decision[] {
    return this.suspended ? [] : [...this.decided.values()];
  }

  /** Open activities, children and uncancelled timers keep an execution from completing. */
  get hasOpenTasks(): boolean {
    return this.open.size > 0;
  }

  scheduleActivity(name: string, input: string): Task {
    return this.openTask((id) => ({ kind: 'activity', id, name, input }));
  }

  startChild(name: string, instanceId: string | undefined, input: string | null): Task {
    return this.openTask((id) => ({
      kind: 'child',
      id,
      name,
      instanceId: instanceId ?? `${this.execution.executionId}:${id}`,
      input,
    }));
  }

  createTimer(fireAt: number, cancelled: boolean): Task {
    const task = this.openTask((id) => ({ kind: 'timer', id, fireAt, cancelled }));
    if (cancelled) {
      const id = this.nextId - 1;
      this.open.delete(id);
      this.cancelledTimers.push(id);
      task.settle('failed');
    }
    return task;
  }

  /** Sends an entity operation. A signal has no answer; its task has already succeeded. */
  sendToEntity(target: string, operation: string, input: string | undefined, signal: boolean): Task {
    const id = this.nextId++;
    const request: EntityRequest = {
      op: operation,
      signal,
      ...(input === undefined ? {} : { input }),
      id: requestId(this.execution.executionId, id),
      parent: this.execution.instanceId,
      parentExecution: this.execution.executionId,
    };
    this.decided.set(id, { kind: 'send', id, target, input: JSON.stringify(request) });
    if (!signal) return this.waitForEvent(request.id);
    const sent = new Task();
    sent.settle('succeeded');
    return sent;
  }

  waitForEvent(name: string): Task {
    return this.events.wait(name);
  }

  complete(status: Completion['status'], result: string | null): void {
    this.completion ??= { id: this.nextId++, status, result };
  }

  /** Plays one event, in history order. */
  process(event: HistoryEvent): void {
    if (this.completion) {
      return;
    }
    const always =
      event.EventType === EventType.ExecutionResumed || event.EventType === EventType.ExecutionTerminated;
    if (this.suspended && !always) {
      this.duringSuspension.push(event);
      return;
    }
    switch (event.EventType) {
      case EventType.OrchestratorStarted:
        this.now = Math.max(this.now, Date.parse(event.Timestamp));
        break;
      case EventType.ExecutionStarted:
        this.begin(event);
        break;
      case EventType.TaskScheduled:
      case EventType.TimerCreated:
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.EventSent:
        this.confirm(event);
        break;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        this.close(event.TaskScheduledId, 'succeeded');
        break;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        this.close(event.TaskScheduledId, 'failed');
        break;
      case EventType.TimerFired:
        this.close(event.TimerId, 'succeeded');
        break;
      case EventType.EventRaised:
        this.raise(event);
        break;
      case EventType.ExecutionTerminated:
        this.complete('Terminated', event.Input);
        break;
      case EventType.ExecutionSuspended:
        this.suspended = true;
        break;
      case EventType.ExecutionResumed:
        this.resume();
        break;
      case EventType.ExecutionCompleted:
      case EventType.OrchestratorCompleted:
        break;
    }
  }

  private openTask(decide: (id: number) => Decision): Task {
    const id = this.nextId++;
    const task = new Task();
    this.open.set(id, task);
    this.decided.set(id, decide(id));
    return task;
  }

  private confirm(event: HistoryEvent): void {
    const error = mismatch(event, this.decided.get(event.EventId));
    if (error === undefined) {
      this.decided.delete(event.EventId);
    } else {
      this.decided.clear();
      this.complete('Failed', error);
    }
  }

  /** A second answer for a task, or one for a cancelled timer, is ignored. */
  private close(id: number, state: 'succeeded' | 'failed'): void {
    const task = this.open.get(id);
    this.open.delete(id);
    task?.settle(state);
  }

  private raise(event: EventRaised): void {
    if (this.nextGeneration) this.carried.push(event);
    else this.events.raise(event.Name);
  }

  private resume(): void {
    this.suspended = false;
    for (const event of this.duringSuspension.splice(0)) this.process(event);
  }
}

/** Same for every replay, so that the answer finds its waiter. */
function requestId(executionId: string, id: number): string {
  const hex = createHash('sha256').update(`${executionId}:${id}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

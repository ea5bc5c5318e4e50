import type { Action, OrchestratorOutcome, RetryOptions } from './actions';
import type { OrchestrationContext } from './context';
import { Task, whenAll, whenAny } from './task';
import { withRetry } from './retry';

type State = Extract<OrchestratorOutcome, { kind: 'state' }>;

/**
 * Runs the action list of one invocation on a context: creates the task of each action, waits until it ends however
 * it ends, then takes the next. When the list is done `finished` is called; an orchestration that is merely waiting
 * ends its list and stays parked.
 */
export function runActions(state: State, context: OrchestrationContext, finished: () => void): void {
  let next = 0;
  const advance = (): void => {
    for (;;) {
      const action = state.actions[next];
      if (action === undefined) {
        if (state.isDone || state.error !== undefined) finished();
        return;
      }
      next += 1;
      const task = taskOf(action, context);
      if (task.state === 'pending') {
        task.whenSettled(advance);
        return;
      }
    }
  };
  advance();
}

function taskOf(action: Action, context: OrchestrationContext): Task {
  switch (action.actionType) {
    case 0:
      return activity(context, action.functionName, action.input);
    case 1:
      return retrying(context, action.retryOptions, () =>
        activity(context, action.functionName, action.input),
      );
    case 2:
      return child(context, action);
    case 3:
      return retrying(context, action.retryOptions, () => child(context, action));
    case 4:
      context.nextGeneration = { input: json(action.input) ?? 'null' };
      return ended();
    case 5:
      return context.createTimer(Date.parse(action.fireAt), action.isCanceled);
    case 6:
      return context.waitForEvent(action.externalEventName);
    case 7:
      return context.sendToEntity(action.instanceId, action.operation, json(action.input), false);
    case 9:
      return context.sendToEntity(action.instanceId, action.operation, json(action.input), true);
    case 11:
      return whenAny(action.compoundActions.map((inner) => taskOf(inner, context)));
    case 12:
      return whenAll(action.compoundActions.map((inner) => taskOf(inner, context)));
  }
}

const activity = (context: OrchestrationContext, name: string, input: unknown): Task =>
  context.scheduleActivity(name, JSON.stringify([input ?? null]));

const child = (
  context: OrchestrationContext,
  action: { functionName: string; instanceId?: string | null | undefined; input?: unknown },
): Task =>
  context.startChild(action.functionName, action.instanceId ?? undefined, json(action.input) ?? null);

const retrying = (context: OrchestrationContext, options: RetryOptions, attempt: () => Task): Task =>
  withRetry(options, {
    attempt,
    now: () => context.now,
    sleepUntil: (at) => context.createTimer(at, false),
  });

function ended(): Task {
  const task = new Task();
  task.settle('succeeded');
  return task;
}

/** JSON text, or undefined for an absent value. */
function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

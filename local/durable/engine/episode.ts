import type { OrchestratorOutcome } from './actions';
import { OrchestrationContext } from './context';
import type { Execution } from './context';
import type { Completion, Decision } from './decisions';
import type { EventRaised, HistoryEvent } from './history';
import { EventType } from './history';
import { runActions } from './shim';

/** What one episode changes. */
export interface EpisodeResult {
  decisions: Decision[];
  /** Numbers of all timers the execution has cancelled so far. */
  cancelledTimers: number[];
  completion: Completion | undefined;
  /** JSON text; null when none is set, undefined to keep the one before. */
  customStatus: string | null | undefined;
  suspended: boolean;
  /** Events for the next generation after continueAsNew. */
  carried: EventRaised[];
}

/** Azure refuses a custom status of more than 16 KB of UTF-16 text. */
const maxCustomStatusLength = 8 * 1024;

/**
 * One episode: plays history from its beginning against the action list the orchestrator just returned.
 * Pure: the same arguments give the same result.
 * @param history all events of the execution, this episode's included
 */
export function replay(
  execution: Execution,
  history: HistoryEvent[],
  outcome: OrchestratorOutcome,
): EpisodeResult {
  if (outcome.kind === 'broken') return broken(execution, history, outcome.message);
  const customStatus = outcome.customStatus ? JSON.stringify(outcome.customStatus) : null;
  if (customStatus !== null && customStatus.length > maxCustomStatusLength) {
    return broken(execution, history, 'The custom status must not exceed 16 KB of UTF-16 text.');
  }
  let finished = false;
  const context: OrchestrationContext = new OrchestrationContext(execution, () =>
    runActions(outcome, context, () => (finished = true)),
  );
  for (const event of history) context.process(event);
  if (finished && !context.hasOpenTasks && !context.suspended) {
    if (outcome.error !== undefined) context.complete('Failed', failure(execution.name, outcome.error));
    else if (context.nextGeneration) context.complete('ContinuedAsNew', context.nextGeneration.input);
    else context.complete('Completed', JSON.stringify(outcome.output) ?? null);
  }
  return {
    decisions: context.decisions,
    cancelledTimers: context.cancelledTimers,
    completion: context.completion,
    customStatus,
    suspended: context.suspended,
    carried: context.carried,
  };
}

/** Without a usable action list the execution ends: as terminated if it was, otherwise as failed. */
function broken(execution: Execution, history: HistoryEvent[], message: string): EpisodeResult {
  const terminated = history.find((event) => event.EventType === EventType.ExecutionTerminated);
  const ids = history.map((event) => event.EventId);
  const completion: Completion = {
    id: Math.max(-1, ...ids) + 1,
    ...(terminated
      ? { status: 'Terminated', result: terminated.Input }
      : { status: 'Failed', result: failure(execution.name, message) }),
  };
  return {
    decisions: [],
    cancelledTimers: [],
    completion,
    customStatus: undefined,
    suspended: false,
    carried: [],
  };
}

const failure = (name: string, message: string): string =>
  `Orchestrator function '${name}' failed: ${message}`;

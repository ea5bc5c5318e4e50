import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import type { Activities } from '../../orchestrations/activities';
import { activities } from '../../orchestrations/activities';

/** One entry of the action list that the library hands to the host. */
export interface Action {
  actionType: number;
  functionName?: string;
  input?: unknown;
  instanceId?: string;
  operation?: string;
  externalEventName?: string;
  fireAt?: Date;
  isCanceled?: boolean;
  compoundActions?: Action[];
}

export const ActionType = { activity: 0, timer: 5, event: 6, entity: 7, any: 11 } as const;

export interface OrchestratorState {
  isDone: boolean;
  actions: Action[][];
  output?: unknown;
  customStatus?: unknown;
}

export interface Trigger {
  history: object[];
  input: unknown;
  instanceId: string;
  isReplaying: boolean;
  parentInstanceId: string | null;
  upperSchemaVersion: number;
  upperSchemaVersionNew: number;
  longRunningTimerIntervalDuration: string;
  maximumShortTimerDuration: string;
  defaultHttpAsyncRequestSleepTimeMillseconds: number;
}

/** Replays a whole history through the real library and gives the whole action list. */
export type Orchestrator = (trigger: Trigger, context: { df: undefined }) => Promise<OrchestratorState>;

// The library ships no types for these files and no other way to run its replay without a host.
const { createOrchestrator } = jest.requireActual<{
  createOrchestrator: (handler: OrchestrationHandler) => Orchestrator;
}>('durable-functions/lib/src/util/testingUtils');
const { RegisteredActivityTask } = jest.requireActual<{
  RegisteredActivityTask: new (name: string, input: unknown) => Task;
}>('durable-functions/lib/src/task/RegisteredActivityTask');

/** Handles such as registration gives, for every activity that the app registers. */
const handles = Object.fromEntries(
  [...Object.keys(activities), 'raiseGranted', 'inspectHolder', 'startDelivery'].map((name) => [
    name,
    (input: unknown) => new RegisteredActivityTask(name, input),
  ]),
) as unknown as Activities;

export function load(
  orchestrator: (handles: Activities) => (context: OrchestrationContext) => Generator<Task, unknown, unknown>,
): Orchestrator {
  return createOrchestrator(orchestrator(handles) as OrchestrationHandler);
}

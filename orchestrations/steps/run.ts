import type { OrchestrationContext, Task } from 'durable-functions';
import { failed, type Change, type Failed } from '../../shared/azure/outcome';
import type { Ending } from '../../shared/closing';
import type { FailureRecord, StepRecord } from '../../shared/records/types';
import type { Activities } from '../activities';
import { cancelEvent } from '../names';

/** A piece of an orchestration: yields tasks, is given their results. */
export type Steps<T> = Generator<Task, T, unknown>;

/** One operation while it runs. */
export interface Run {
  readonly context: OrchestrationContext;
  readonly operation: string;
  readonly activities: Activities;
  readonly steps: StepRecord[];
  /** Created once per orchestration; raced only by `pause`. */
  readonly cancel: Task;
  /** Waits for an event so far. Every wait has an event name of its own, so that a late event never ends another one. */
  readonly waits: { count: number };
  /** Undo and clean-up go on whatever is cancelled. */
  ignoreCancel: boolean;
  /** When Windows started, as it said last; absent: it was not asked. */
  bootTime?: string;
}

/** A step could not be done; carries the typed outcome to the orchestrator. */
export class StepFailed extends Error {
  constructor(readonly failed: Failed) {
    super(failed.message);
    this.name = 'StepFailed';
  }
}

export class Cancelled extends Error {
  constructor() {
    super('The operation was cancelled.');
    this.name = 'Cancelled';
  }
}

export function startRun(
  context: OrchestrationContext,
  activities: Activities,
  operation: string,
  steps: readonly string[],
): Run {
  return {
    context,
    operation,
    activities,
    steps: steps.map((name) => ({ name, status: 'pending' })),
    cancel: context.df.waitForExternalEvent(cancelEvent),
    waits: { count: 0 },
    ignoreCancel: false,
  };
}

/** Time of the orchestration, epoch milliseconds; the same on every replay. */
export const now = (run: Run): number => run.context.df.currentUtcDateTime.getTime();

const timestamp = (run: Run): string => run.context.df.currentUtcDateTime.toISOString();

/** What an operation closes with that does not end with a verification of Windows. */
export const bootSeen = ({ bootTime }: Run): { bootTime?: string } =>
  bootTime === undefined ? {} : { bootTime };

export const isCancelled = (run: Run): boolean => !run.ignoreCancel && run.cancel.isCompleted;

export function throwIfCancelled(run: Run): void {
  if (isCancelled(run)) throw new Cancelled();
}

/** Runs one named step and shows it in the custom status, which is the live progress of the operation. */
export function* step<T>(run: Run, name: string, body: () => Steps<T>): Steps<T> {
  throwIfCancelled(run);
  const record = recordOf(run, name);
  Object.assign(record, { status: 'running', startedAt: timestamp(run) });
  publish(run);
  try {
    const result = yield* body();
    Object.assign(record, { status: 'done', finishedAt: timestamp(run) });
    publish(run);
    return result;
  } catch (error) {
    Object.assign(record, { status: 'failed', finishedAt: timestamp(run), detail: briefOf(error) });
    publish(run);
    throw error;
  }
}

/** Says what the step at hand did to Azure; the most telling change of several wins. */
export function note(run: Run, name: string, change: Change): void {
  const rank: Change[] = ['unchanged', 'updated', 'created', 'deleted'];
  const record = recordOf(run, name);
  if (rank.indexOf(change) >= rank.indexOf(record.change ?? 'unchanged')) record.change = change;
}

/** Shows what a step that has not begun waits for; `undefined` when it waits no longer. */
export function show(run: Run, name: string, detail: string | undefined): void {
  const record = recordOf(run, name);
  if (record.detail === detail) return;
  if (detail === undefined) delete record.detail;
  else record.detail = detail;
  publish(run);
}

/** Shows these steps instead of those that have not begun: what is to be done became clear only now. */
export function showSteps(run: Run, names: readonly string[]): void {
  const begun = run.steps.filter(({ status }) => status !== 'pending');
  const rest = names.filter((name) => !begun.some((record) => record.name === name));
  run.steps.splice(0, Infinity, ...begun, ...rest.map((name): StepRecord => ({ name, status: 'pending' })));
}

/** What has not begun by now is not going to. */
export function skipRest(run: Run): void {
  for (const record of run.steps) if (record.status === 'pending') record.status = 'skipped';
}

function recordOf(run: Run, name: string): StepRecord {
  const existing = run.steps.find((record) => record.name === name);
  if (existing) return existing;
  const added: StepRecord = { name, status: 'pending' };
  run.steps.push(added);
  return added;
}

function publish(run: Run): void {
  run.context.df.setCustomStatus({ steps: run.steps });
}

const briefOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 300);

/** Typed outcome of whatever a step threw. An error of another kind is a mistake in this code, and is said to be one. */
export function failureOf(error: unknown): Failed {
  if (error instanceof StepFailed) return error.failed;
  if (error instanceof Cancelled) return failed('fatal', 'Cancelled', error.message);
  return failed('fatal', 'InternalError', briefOf(error));
}

/** Status and failure record of an operation, from what stopped it. */
export function endingOf(
  run: Run,
  failed: Failed | undefined,
  leftovers: string[] = [],
): { status: Ending['status']; failure?: FailureRecord } {
  if (!failed) return { status: 'succeeded' };
  const failedStep = run.steps.find((record) => record.status === 'failed')?.name;
  return {
    status: failed.code === 'Cancelled' ? 'cancelled' : 'failed',
    failure: {
      class: failed.class,
      code: failed.code,
      message: failed.message,
      ...(failed.errors ? { errors: failed.errors } : {}),
      ...(failedStep === undefined ? {} : { step: failedStep }),
      ...(leftovers.length > 0 ? { leftovers } : {}),
    },
  };
}

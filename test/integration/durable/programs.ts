import fc from 'fast-check';
import type { OrchestrationContext, Task, TimerTask } from 'durable-functions';
import type { App } from './app';

/** A step of a random orchestrator program. */
export type Leaf =
  | { do: 'activity'; fails: boolean }
  | { do: 'timer'; minutes: number }
  | { do: 'event'; name: string }
  | { do: 'entity'; fails: boolean }
  | { do: 'child' };

export type Step =
  | Leaf
  | { do: 'signal' }
  | { do: 'status' }
  | { do: 'retry'; fails: boolean; attempts: number }
  | { do: 'all' | 'any'; leaves: Leaf[] };

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record({ do: fc.constant('activity' as const), fails: fc.boolean() }),
  fc.record({ do: fc.constant('timer' as const), minutes: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ do: fc.constant('event' as const), name: fc.constantFrom('x', 'y') }),
  fc.record({ do: fc.constant('entity' as const), fails: fc.boolean() }),
  fc.record({ do: fc.constant('child' as const) }),
);

const leaves = fc.array(leaf, { minLength: 1, maxLength: 4 });

/** Retries stand alone: beside failing siblings the library and Azure number them differently. */
const step: fc.Arbitrary<Step> = fc.oneof(
  leaf,
  fc.record({ do: fc.constant('signal' as const) }),
  fc.record({ do: fc.constant('status' as const) }),
  fc.record({
    do: fc.constant('retry' as const),
    fails: fc.boolean(),
    attempts: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ do: fc.constantFrom('all' as const, 'any' as const), leaves }),
);

export const programs = fc.array(step, { minLength: 1, maxLength: 6 });

/** Registers what random programs need, and the orchestrator `program` that runs one. */
export function defineProgram(df: App['df']): void {
  df.app.activity('work', {
    handler: (input: { n: number; fails: boolean }) => {
      if (input.fails) throw new Error(`step ${input.n}`);
      return input.n;
    },
  });
  df.app.entity<number>('Tally', (context) => {
    context.df.setState((context.df.getState(() => 0) ?? 0) + 1);
    if (context.df.operationName === 'fail') throw new Error('never');
    context.df.return(context.df.getInput());
  });
  df.app.orchestration('child', function* (context) {
    yield context.df.callActivity('work', { n: 0, fails: false });
    return context.df.getInput();
  });
  df.app.orchestration('program', function* (context) {
    const results: unknown[] = [];
    const steps = context.df.getInput<Step[]>() ?? [];
    for (const [n, step] of steps.entries()) results.push(yield* runStep(df, context, step, n));
    return results;
  });
}

/** @returns what the step gave, as far as it does not depend on who came first */
function* runStep(
  df: App['df'],
  context: OrchestrationContext,
  step: Step,
  n: number,
): Generator<Task, unknown, unknown> {
  try {
    switch (step.do) {
      case 'signal':
        context.df.signalEntity(new df.EntityId('Tally', 't'), 'add', n);
        return 'signalled';
      case 'status':
        context.df.setCustomStatus({ n });
        return 'set';
      case 'retry': {
        const options = new df.RetryOptions(60_000, step.attempts);
        return yield context.df.callActivityWithRetry('work', options, { n, fails: step.fails });
      }
      case 'all':
        yield context.df.Task.all(step.leaves.map((leaf) => taskOf(df, context, leaf, n)));
        return 'all';
      case 'any': {
        const tasks = step.leaves.map((leaf) => taskOf(df, context, leaf, n));
        yield context.df.Task.any(tasks);
        for (const task of tasks) if (isTimer(task) && !task.isCompleted && !task.isFaulted) task.cancel();
        return 'any';
      }
      case 'event':
      case 'timer':
        yield taskOf(df, context, step, n);
        return step.do;
      default:
        return yield taskOf(df, context, step, n);
    }
  } catch (error) {
    return `caught ${error instanceof Error ? error.name : typeof error}`;
  }
}

function taskOf(df: App['df'], context: OrchestrationContext, leaf: Leaf, n: number): Task {
  switch (leaf.do) {
    case 'activity':
      return context.df.callActivity('work', { n, fails: leaf.fails });
    case 'timer':
      return context.df.createTimer(
        new Date(context.df.currentUtcDateTime.getTime() + leaf.minutes * 60_000),
      );
    case 'event':
      return context.df.waitForExternalEvent(leaf.name);
    case 'entity':
      return context.df.callEntity(new df.EntityId('Tally', 't'), leaf.fails ? 'fail' : 'add', n);
    case 'child':
      return context.df.callSubOrchestrator('child', n);
  }
}

const isTimer = (task: Task): task is TimerTask => 'cancel' in task;

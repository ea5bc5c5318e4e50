import type { OrchestrationContext } from 'durable-functions';
import type { Activities } from './activities';
import type { ReconcileInput } from './activities/reconcile';
import { converge } from './steps/converge';
import { failureOf, now, startRun, step, type Steps } from './steps/run';

/** One reconciliation of one network; leaves a report. Never throws. */
export const reconcileNetwork = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: string; message?: string }> {
    const input = context.df.getInput<ReconcileInput>();
    if (!input) return { status: 'failed', message: 'No network was named.' };
    const run = startRun(context, activities, input.id, ['observe']);
    const startedAt = now(run);
    try {
      yield* step(run, 'observe', () =>
        converge(run, { name: 'observe', pace: 'quick' }, () =>
          activities.reconcile({ ...input, startedAt, now: now(run) }),
        ),
      );
      return { status: 'succeeded' };
    } catch (error) {
      return { status: 'failed', message: failureOf(error).message };
    }
  };

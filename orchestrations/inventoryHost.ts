import type { OrchestrationContext } from 'durable-functions';
import type { Failed } from '../shared/azure/outcome';
import type { Activities } from './activities';
import type { FinishInput } from './activities/finish';
import { call, close } from './steps/converge';
import { guestPhase } from './steps/guest';
import { bootSeen, endingOf, failureOf, now, startRun, step, type Run, type Steps } from './steps/run';

/** Asks Windows which guests the host has; changes nothing but the run command that it takes. Never throws. */
export const inventoryHost = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: FinishInput['status'] }> {
    const { operation } = context.df.getInput<{ operation: string }>() ?? {
      operation: context.df.instanceId,
    };
    const run = startRun(context, activities, operation, ['inventory']);
    let seen: Pick<FinishInput, 'inventory'> = {};
    let failure: Failed | undefined;
    try {
      seen = yield* step(run, 'inventory', () => asked(run));
    } catch (error) {
      failure = failureOf(error);
    }
    const ending = endingOf(run, failure);
    yield* close(run, () =>
      activities.finishHostOperation({
        kind: 'inventory',
        operation,
        steps: run.steps,
        now: now(run),
        ...ending,
        ...seen,
        ...bootSeen(run),
      }),
    );
    return { status: ending.status };
  };

function* asked(run: Run): Steps<Pick<FinishInput, 'inventory'>> {
  yield* call(run, 'beginOperation', () =>
    run.activities.beginOperation({ operation: run.operation, now: now(run) }),
  );
  const { inventory } = yield* guestPhase(run, 'inventory');
  return inventory ? { inventory } : {};
}

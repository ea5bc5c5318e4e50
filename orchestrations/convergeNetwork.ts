import type { OrchestrationContext } from 'durable-functions';
import type { Failed } from '../shared/azure/outcome';
import type { Activities } from './activities';
import type { RollOutFacts } from './activities/converge';
import { call, close } from './steps/converge';
import { rollOutHost } from './steps/rollOut';
import {
  endingOf,
  failureOf,
  now,
  show,
  startRun,
  step,
  throwIfCancelled,
  type Run,
  type Steps,
} from './steps/run';
import { pause } from './steps/wait';

/** A host that another operation has is asked for again at this interval, and so often; a provisioning takes a while. */
const askAgainSeconds = 60;
const mostRounds = 50;

/** Rolls the definition of a network out to its hosts, one after another; undoes nothing, interrupts nobody. */
export const convergeNetwork = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: string }> {
    const { operation } = context.df.getInput<{ operation: string }>() ?? {
      operation: context.df.instanceId,
    };
    const run = startRun(context, activities, operation, ['hosts']);
    let failure: Failed | undefined;
    try {
      yield* step(run, 'hosts', () => rolledOut(run));
    } catch (error) {
      failure = failureOf(error);
    }
    const ending = endingOf(run, failure);
    yield* close(run, () =>
      activities.finishRollOut({ operation, steps: run.steps, now: now(run), ...ending }),
    );
    return { status: ending.status };
  };

function* rolledOut(run: Run): Steps<void> {
  const { hosts, leases } = yield* call<RollOutFacts>(run, 'beginRollOut', () =>
    run.activities.beginRollOut({ operation: run.operation, now: now(run) }),
  );
  // A cancel is seen only once it has been raced, and a roll-out that finds all as it should be waits for nothing.
  yield* pause(run, 1);
  let open = Array.from({ length: hosts }, (_, index) => index);
  for (let round = 1; open.length > 0; round += 1) {
    const busy: number[] = [];
    for (const index of open) {
      throwIfCancelled(run);
      show(run, 'hosts', `host ${index + 1} of ${hosts}`);
      const done = yield* rollOutHost(run, { index, leases, giveUp: round === mostRounds });
      if (!done) busy.push(index);
    }
    open = busy;
    if (open.length === 0) break;
    show(run, 'hosts', `waiting for ${open.length} of ${hosts} hosts that other operations have`);
    yield* pause(run, askAgainSeconds);
  }
  show(run, 'hosts', undefined);
}

import type { OrchestrationContext } from 'durable-functions';
import type { Activities } from './activities';
import { cancelEvent } from './names';
import { call } from './steps/converge';
import { now, startRun, type Steps } from './steps/run';
import { pause } from './steps/wait';

/** Rounds between which a batch looks at its rows again. */
const roundSeconds = 20;
/** After so many rounds the history is begun anew: a large batch takes hours. */
const roundsPerHistory = 60;

/** Puts the rows of a batch into the queue, round by round, until all are over. Everything it knows stands in the rows. */
export const dispatchBatch = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: string } | undefined> {
    const { batch } = context.df.getInput<{ batch: string }>() ?? { batch: context.df.instanceId };
    const run = startRun(context, activities, batch, []);
    for (let round = 0; round < roundsPerHistory; round += 1) {
      try {
        const { finished, stop = [] } = yield* call<{ finished: boolean; stop?: string[] }>(
          run,
          'dispatchRound',
          () => activities.dispatchRound({ batch, now: now(run) }),
        );
        for (const instance of stop) {
          yield* call(run, 'raiseGranted', () => activities.raiseGranted({ instance, event: cancelEvent }));
        }
        if (finished) return { status: 'finished' };
      } catch {
        // Storage has been away for minutes. A dispatch never gives up: its rows would wait for ever.
      }
      yield* pause(run, roundSeconds);
    }
    context.df.continueAsNew({ batch });
    return undefined;
  };

import type { OrchestrationContext, Task } from 'durable-functions';
import type { Activities } from './activities';
import type { DeliveryInput } from './activities/callbacks';

/** Attempts that could not even be made, in a row: with the waits between them about a day. */
const mostFailures = 100;
const longestWait = 900;

/** Sends one callback until it is delivered or given up; its row tells how that went. Never throws. */
export const deliverCallback = (activities: Activities) =>
  function* (context: OrchestrationContext): Generator<Task, { failures: number }, unknown> {
    const { callback, round } = context.df.getInput<DeliveryInput>() ?? {
      callback: context.df.instanceId,
      round: 1,
    };
    const now = () => context.df.currentUtcDateTime.getTime();
    let failures = 0;
    while (failures < mostFailures) {
      let seconds: number | undefined;
      try {
        const answer = (yield activities.attemptCallback({ callback, round, now: now() })) as {
          againSeconds?: number;
        };
        seconds = answer.againSeconds;
        failures = 0;
        if (seconds === undefined) break;
      } catch {
        failures += 1;
        seconds = Math.min(2 ** failures, longestWait);
      }
      yield context.df.createTimer(new Date(now() + seconds * 1_000));
    }
    return { failures };
  };

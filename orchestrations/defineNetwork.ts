import type { OrchestrationContext } from 'durable-functions';
import type { Failed } from '../shared/azure/outcome';
import type { Activities } from './activities';
import type { NetworkFacts } from './activities/network';
import { call, close, converge } from './steps/converge';
import { withLease } from './steps/lease';
import { endingOf, failureOf, note, now, startRun, step, type Run, type Steps } from './steps/run';

export const networkSteps = ['check', 'virtualNetwork', 'routedSubnets'] as const;

/** Makes or checks the VNet and the routed subnets of a definition. NAT and Hyper-V-LAN come with the first host. */
export const defineNetwork = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: string }> {
    const { operation } = context.df.getInput<{ operation: string }>() ?? {
      operation: context.df.instanceId,
    };
    const run = startRun(context, activities, operation, networkSteps);
    let failure: Failed | undefined;
    try {
      yield* sequence(run);
    } catch (error) {
      failure = failureOf(error);
    }
    const ending = endingOf(run, failure);
    yield* close(run, () =>
      run.activities.finishNetwork({ operation, steps: run.steps, now: now(run), ...ending }),
    );
    return { status: ending.status };
  };

function* sequence(run: Run): Steps<void> {
  const { lease, routedSubnets } = yield* call<NetworkFacts>(run, 'beginNetwork', () =>
    run.activities.beginNetwork({ operation: run.operation, now: now(run) }),
  );
  yield* step(run, 'check', () =>
    converge(run, { name: 'check', pace: 'quick' }, () =>
      run.activities.checkNetwork({ operation: run.operation }),
    ),
  );
  yield* withLease(run, lease, function* () {
    yield* step(run, 'virtualNetwork', () => ensured(run, 'virtualNetwork', 'virtualNetwork'));
    yield* step(run, 'routedSubnets', function* () {
      for (let index = 0; index < routedSubnets; index += 1) {
        yield* ensured(run, 'routedSubnets', { routedSubnet: index });
      }
    });
  });
}

function* ensured(run: Run, name: string, part: 'virtualNetwork' | { routedSubnet: number }): Steps<void> {
  const { change } = yield* converge(run, { name, pace: 'quick' }, (resume) =>
    run.activities.ensureNetwork({ operation: run.operation, part, resume }),
  );
  note(run, name, change);
}

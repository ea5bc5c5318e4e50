import type { OrchestrationContext } from 'durable-functions';
import type { Failed } from '../shared/azure/outcome';
import type { Activities } from './activities';
import type { FinishInput } from './activities/finish';
import type { PlanFacts } from './activities/plan';
import type { HostResource } from './activities/resources';
import { close, converge } from './steps/converge';
import { throughGate } from './steps/gate';
import { configureGuest } from './steps/guest';
import { withLease } from './steps/lease';
import { addRoute } from './steps/routes';
import { endingOf, failureOf, note, now, show, startRun, step, type Run, type Steps } from './steps/run';
import { undo } from './steps/undo';
import type { Pace } from '../shared/azure/retry';

/** The fixed sequence; its order is the contract, and is judged on the requests that reach Azure. */
export const provisionSteps = [
  'plan',
  'createSubnets',
  'createVirtualMachine',
  'attachSecondNic',
  'enableIpForwarding',
  'configureGuest',
  'addRoute',
  'verify',
] as const;

/** Brings one admitted host to the ready state, or back to nothing; never throws. */
export const provisionHost = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: FinishInput['status'] }> {
    const { operation } = context.df.getInput<{ operation: string }>() ?? {
      operation: context.df.instanceId,
    };
    const run = startRun(context, activities, operation, provisionSteps);
    try {
      return yield* throughGate(run, 'plan', () => inFlight(run));
    } catch (error) {
      // It never came through: the rest of what is done here throws nothing.
      return yield* finish(run, failureOf(error), [], { undone: false, untouched: true });
    }
  };

/** From plan to closing; a failure is undone here too, so that what comes next finds quota and addresses free again. */
function* inFlight(run: Run): Steps<{ status: FinishInput['status'] }> {
  let plan: PlanFacts | undefined;
  let guest: FinishInput['guest'];
  let failure: Failed | undefined;
  try {
    plan = yield* step(run, 'plan', () => planned(run));
    guest = yield* sequence(run, plan);
  } catch (error) {
    failure = failureOf(error);
  }
  // Without a plan nothing was written, so there is nothing to undo.
  const untouched = plan === undefined;
  const undone = failure !== undefined && plan?.onFailure === 'undo';
  const leftovers = undone && plan ? yield* undo(run, plan) : [];
  return yield* finish(run, failure, leftovers, { undone, untouched, ...(guest ? { guest } : {}) });
}

function* planned(run: Run): Steps<PlanFacts> {
  const { facts } = yield* converge<PlanFacts>(run, { name: 'plan', pace: 'quick' }, () =>
    run.activities.planHost({ operation: run.operation, now: now(run) }),
  );
  if (!facts) throw new Error('planHost answers with facts');
  if (facts.warning !== undefined) show(run, 'plan', facts.warning);
  return facts;
}

function* sequence(run: Run, plan: PlanFacts): Steps<{ os: string; bootTime: string }> {
  yield* step(run, 'createSubnets', () =>
    withLease(run, plan.leases.virtualNetwork, function* () {
      for (const subnet of plan.missingSubnets) yield* ensured(run, 'createSubnets', subnet);
      yield* ensured(run, 'createSubnets', 'ghostedSubnet');
    }),
  );
  yield* step(run, 'createVirtualMachine', function* () {
    if (plan.publicIp) yield* ensured(run, 'createVirtualMachine', 'publicIp');
    yield* ensured(run, 'createVirtualMachine', 'nic1');
    yield* ensured(run, 'createVirtualMachine', 'nic2');
    yield* ensured(run, 'createVirtualMachine', 'virtualMachine', 'virtualMachine');
    yield* converge(run, { name: 'agent', pace: 'quick' }, () =>
      run.activities.checkAgent({ operation: run.operation }),
    );
  });
  yield* step(run, 'attachSecondNic', () => ensured(run, 'attachSecondNic', 'attachment'));
  yield* step(run, 'enableIpForwarding', function* () {
    yield* ensured(run, 'enableIpForwarding', 'nic2Forwarding');
    yield* ensured(run, 'enableIpForwarding', 'nic1Forwarding');
  });
  const guest = yield* step(run, 'configureGuest', () => configureGuest(run));
  note(run, 'configureGuest', 'updated');
  yield* step(run, 'addRoute', () => addRoute(run, plan.leases));
  yield* step(run, 'verify', () =>
    converge(run, { name: 'verify', pace: 'quick' }, () =>
      run.activities.verifyAzure({ operation: run.operation }),
    ),
  );
  return { os: guest.os, bootTime: guest.bootTime };
}

function* ensured(run: Run, name: string, resource: HostResource, pace: Pace = 'quick'): Steps<void> {
  const { change } = yield* converge(run, { name: resource, pace }, (resume) =>
    run.activities.ensureResource({ operation: run.operation, resource, resume }),
  );
  note(run, name, change);
}

function* finish(
  run: Run,
  failed: Failed | undefined,
  leftovers: string[],
  extra: Pick<FinishInput, 'undone' | 'untouched' | 'guest'>,
): Steps<{ status: FinishInput['status'] }> {
  const ending = endingOf(run, failed, leftovers);
  yield* close(run, () =>
    run.activities.finishHostOperation({
      kind: 'provision',
      operation: run.operation,
      steps: run.steps,
      now: now(run),
      ...ending,
      ...extra,
    }),
  );
  return { status: ending.status };
}

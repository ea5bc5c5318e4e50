import type { PlanFacts } from './activities/plan';
import type { FinishInput } from './activities/finish';
import { asked } from './steps/converge';
import { orchestrate } from './steps/course';
import { agentReady, ensured, ensuredInTurn, forwardingThenFeatures, verified } from './steps/ensured';
import { configureGuest } from './steps/guest';
import { withLease } from './steps/lease';
import { addRoute } from './steps/routes';
import { note, now, show, step, StepFailed, type Run, type Steps } from './steps/run';
import { undo } from './steps/undo';

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
export const provisionHost = orchestrate<PlanFacts>({
  kind: 'provision',
  steps: provisionSteps,
  begin: planned,
  sequence,
  undo: (run, plan) => (plan.onFailure === 'undo' ? undo(run, plan) : undefined),
  untouched: (plan) => ({ untouched: plan === undefined }),
});

function* planned(run: Run): Steps<PlanFacts> {
  const facts = yield* asked<PlanFacts>(run, 'plan', () =>
    run.activities.planHost({ operation: run.operation, now: now(run) }),
  );
  if (facts.warning !== undefined) show(run, 'plan', facts.warning);
  return facts;
}

function* sequence(run: Run, plan: PlanFacts): Steps<FinishInput['guest']> {
  const subnets = (missing: PlanFacts['missingSubnets']) =>
    withLease(run, plan.leases.virtualNetwork, () => {
      const [first, ...rest] = [...missing, 'ghostedSubnet' as const];
      return ensuredInTurn(run, 'createSubnets', [first ?? 'ghostedSubnet', ...rest]);
    });
  yield* step(run, 'createSubnets', () => subnets(plan.missingSubnets));
  const { attached } = yield* step(run, 'createVirtualMachine', function* () {
    if (plan.publicIp) yield* ensured(run, 'createVirtualMachine', 'publicIp');
    const machine = yield* withSubnets(
      () => ensuredInTurn(run, 'createVirtualMachine', ['nic1', 'nic2', 'virtualMachine']),
      () => subnets(['natSubnet', 'lanSubnet']),
    );
    if (!machine.agentReady)
      yield* agentReady(run, undefined, machine.agentReady === false ? 'notReady' : undefined);
    return machine;
  });
  yield* step(run, 'attachSecondNic', function* () {
    if (attached) note(run, 'attachSecondNic', 'unchanged');
    else yield* ensured(run, 'attachSecondNic', 'attachment');
  });
  const features = yield* step(run, 'enableIpForwarding', () =>
    forwardingThenFeatures(run, 'enableIpForwarding'),
  );
  const { os, bootTime } = yield* step(run, 'configureGuest', () => configureGuest(run, 1, features));
  note(run, 'configureGuest', 'updated');
  yield* step(run, 'addRoute', () => addRoute(run, plan.leases));
  yield* step(run, 'verify', () => verified(run));
  return { os, bootTime };
}

/** Once more with subnets that are made anew, should one have been taken away after it was looked at. */
function* withSubnets<T>(body: () => Steps<T>, makeAgain: () => Steps<unknown>): Steps<T> {
  try {
    return yield* body();
  } catch (error) {
    if (!(error instanceof StepFailed) || error.failed.code !== 'SubnetTaken') throw error;
    yield* makeAgain();
    return yield* body();
  }
}

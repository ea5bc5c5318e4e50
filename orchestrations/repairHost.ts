import type { FinishInput } from './activities/finish';
import type { RepairFacts } from './activities/repair';
import { adoptGuest } from './steps/adoptGuest';
import { attachSecondNic } from './steps/attach';
import { asked } from './steps/converge';
import { orchestrate } from './steps/course';
import { agentReady, ensured, forwarding, verified } from './steps/ensured';
import { configureGuest } from './steps/guest';
import { withLease } from './steps/lease';
import { addRoute } from './steps/routes';
import { now, step, type Run, type Steps } from './steps/run';

export const repairSteps = [
  'plan',
  'createSubnets',
  'createVirtualMachine',
  'attachSecondNic',
  'enableIpForwarding',
  'configureGuest',
  'addRoute',
  'verify',
] as const;

/**
 * The fixed sequence once more on a host that is there. Nothing is undone, whatever happens, and guests of a VM that was
 * not made just now are interrupted only with leave. Never throws.
 */
export const repairHost = orchestrate<RepairFacts>({
  kind: 'repair',
  steps: repairSteps,
  begin: (run) =>
    asked(run, 'plan', () => run.activities.planRepair({ operation: run.operation, now: now(run) })),
  sequence,
  untouched: (facts) => ({ untouched: facts === undefined }),
});

function* sequence(
  run: Run,
  { leases, publicIp, allowInterruption }: RepairFacts,
): Steps<FinishInput['guest']> {
  yield* step(run, 'createSubnets', () =>
    withLease(run, leases.virtualNetwork, function* () {
      yield* ensured(run, 'createSubnets', 'lanSubnet');
      yield* ensured(run, 'createSubnets', 'ghostedSubnet');
    }),
  );
  const isNew = yield* step(run, 'createVirtualMachine', () => machine(run, publicIp === true));
  yield* step(run, 'attachSecondNic', () => attachSecondNic(run, allowInterruption));
  yield* step(run, 'enableIpForwarding', () => forwarding(run, 'enableIpForwarding'));
  const { os, bootTime } = yield* step(run, 'configureGuest', () =>
    isNew ? configureGuest(run) : adoptGuest(run, allowInterruption),
  );
  yield* step(run, 'addRoute', () => addRoute(run, leases));
  yield* step(run, 'verify', () => verified(run));
  return { os, bootTime };
}

/** Whether the VM had to be made: then nobody is interrupted in it. */
function* machine(run: Run, publicIp: boolean): Steps<boolean> {
  const name = 'createVirtualMachine';
  if (publicIp) yield* ensured(run, name, 'publicIp');
  yield* ensured(run, name, 'nic1');
  yield* ensured(run, name, 'nic2');
  const { change, agentReady: ready } = yield* ensured(run, name, 'virtualMachine');
  if (!ready) yield* agentReady(run);
  return change === 'created';
}

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
import { now, showSteps, step, type Run, type Steps } from './steps/run';

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

/** The same where the metadata security protocol is asked for. */
const protectingSteps = [...repairSteps.slice(0, 5), 'protectMetadata', ...repairSteps.slice(5)];

/**
 * The fixed sequence once more on a host that is there. Nothing is undone, whatever happens, and guests of a VM that was
 * not made just now are interrupted only with leave. Never throws.
 */
export const repairHost = orchestrate<RepairFacts>({
  kind: 'repair',
  steps: repairSteps,
  begin: planned,
  sequence,
  untouched: (facts) => ({ untouched: facts === undefined }),
});

function* planned(run: Run): Steps<RepairFacts> {
  const facts = yield* asked<RepairFacts>(run, 'plan', () =>
    run.activities.planRepair({ operation: run.operation, now: now(run) }),
  );
  if (facts.protocol) showSteps(run, protectingSteps);
  return facts;
}

function* sequence(
  run: Run,
  { leases, publicIp, allowInterruption, protocol }: RepairFacts,
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
  // Before Windows is looked at, which shows that its agent works under the protocol.
  if (protocol) {
    yield* step(run, 'protectMetadata', () => ensured(run, 'protectMetadata', 'securityProtocol'));
  }
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

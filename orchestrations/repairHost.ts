import type { OrchestrationContext } from 'durable-functions';
import type { Change, Failed } from '../shared/azure/outcome';
import type { Activities } from './activities';
import type { FinishInput } from './activities/finish';
import type { RepairFacts } from './activities/repair';
import type { HostResource } from './activities/resources';
import { adoptGuest } from './steps/adoptGuest';
import { attachSecondNic } from './steps/attach';
import { close, converge } from './steps/converge';
import { throughGate } from './steps/gate';
import { configureGuest } from './steps/guest';
import { withLease } from './steps/lease';
import { addRoute } from './steps/routes';
import { endingOf, failureOf, note, now, startRun, step, type Run, type Steps } from './steps/run';

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
export const repairHost = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: FinishInput['status'] }> {
    const { operation } = context.df.getInput<{ operation: string }>() ?? {
      operation: context.df.instanceId,
    };
    const run = startRun(context, activities, operation, repairSteps);
    try {
      return yield* throughGate(run, 'plan', () => inFlight(run));
    } catch (error) {
      return yield* finish(run, failureOf(error), { untouched: true });
    }
  };

function* inFlight(run: Run): Steps<{ status: FinishInput['status'] }> {
  let facts: RepairFacts | undefined;
  let guest: FinishInput['guest'];
  let failure: Failed | undefined;
  try {
    facts = yield* step(run, 'plan', () => planned(run));
    guest = yield* sequence(run, facts);
  } catch (error) {
    failure = failureOf(error);
  }
  return yield* finish(run, failure, { untouched: facts === undefined, ...(guest ? { guest } : {}) });
}

function* planned(run: Run): Steps<RepairFacts> {
  const { facts } = yield* converge<RepairFacts>(run, { name: 'plan', pace: 'quick' }, () =>
    run.activities.planRepair({ operation: run.operation, now: now(run) }),
  );
  if (!facts) throw new Error('planRepair answers with facts');
  return facts;
}

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
  yield* step(run, 'enableIpForwarding', function* () {
    yield* ensured(run, 'enableIpForwarding', 'nic2Forwarding');
    yield* ensured(run, 'enableIpForwarding', 'nic1Forwarding');
  });
  const { os, bootTime } = yield* step(run, 'configureGuest', () =>
    isNew ? configureGuest(run) : adoptGuest(run, allowInterruption),
  );
  yield* step(run, 'addRoute', () => addRoute(run, leases));
  yield* step(run, 'verify', () =>
    converge(run, { name: 'verify', pace: 'quick' }, () =>
      run.activities.verifyAzure({ operation: run.operation }),
    ),
  );
  return { os, bootTime };
}

/** Whether the VM had to be made: then nobody is interrupted in it. */
function* machine(run: Run, publicIp: boolean): Steps<boolean> {
  const name = 'createVirtualMachine';
  if (publicIp) yield* ensured(run, name, 'publicIp');
  yield* ensured(run, name, 'nic1');
  yield* ensured(run, name, 'nic2');
  const change = yield* ensured(run, name, 'virtualMachine');
  yield* converge(run, { name: 'agent', pace: 'quick' }, () =>
    run.activities.checkAgent({ operation: run.operation }),
  );
  return change === 'created';
}

function* ensured(run: Run, name: string, resource: HostResource): Steps<Change> {
  const pace = resource === 'virtualMachine' ? 'virtualMachine' : 'quick';
  const { change } = yield* converge(run, { name: resource, pace }, (resume) =>
    run.activities.ensureResource({ operation: run.operation, resource, resume }),
  );
  note(run, name, change);
  return change;
}

function* finish(
  run: Run,
  failure: Failed | undefined,
  extra: Pick<FinishInput, 'untouched' | 'guest'>,
): Steps<{ status: FinishInput['status'] }> {
  const ending = endingOf(run, failure);
  yield* close(run, () =>
    run.activities.finishHostOperation({
      kind: 'repair',
      operation: run.operation,
      steps: run.steps,
      now: now(run),
      ...ending,
      ...extra,
    }),
  );
  return { status: ending.status };
}

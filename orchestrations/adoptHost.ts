import type { OrchestrationContext } from 'durable-functions';
import type { Failed } from '../shared/azure/outcome';
import type { Activities } from './activities';
import type { AdoptionFacts } from './activities/adopt';
import type { FinishInput } from './activities/finish';
import type { HostResource } from './activities/resources';
import { adoptGuest } from './steps/adoptGuest';
import { attachSecondNic } from './steps/attach';
import { close, converge } from './steps/converge';
import { throughGate } from './steps/gate';
import { withLease } from './steps/lease';
import { addRoute } from './steps/routes';
import { endingOf, failureOf, note, now, startRun, step, type Run, type Steps } from './steps/run';

/** The fixed sequence over a VM that is there; on a host that is right already no step changes anything. */
export const adoptSteps = [
  'recognise',
  'createSubnets',
  'attachSecondNic',
  'enableIpForwarding',
  'configureGuest',
  'addRoute',
  'verify',
] as const;

/**
 * Takes over a host that somebody else built. Never undoes: Azure is left as it is then, and only the promise and the row
 * are given back. Never throws.
 */
export const adoptHost = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: FinishInput['status'] }> {
    const { operation } = context.df.getInput<{ operation: string }>() ?? {
      operation: context.df.instanceId,
    };
    const run = startRun(context, activities, operation, adoptSteps);
    try {
      return yield* throughGate(run, 'recognise', () => inFlight(run));
    } catch (error) {
      return yield* finish(run, failureOf(error), {});
    }
  };

function* inFlight(run: Run): Steps<{ status: FinishInput['status'] }> {
  let dryRun = false;
  let guest: FinishInput['guest'];
  let failure: Failed | undefined;
  try {
    const facts = yield* step(run, 'recognise', () => recognised(run));
    ({ dryRun } = facts);
    if (!dryRun) guest = yield* sequence(run, facts);
  } catch (error) {
    failure = failureOf(error);
  }
  return yield* finish(run, failure, { ...(dryRun ? { untouched: true } : {}), ...(guest ? { guest } : {}) });
}

function* recognised(run: Run): Steps<AdoptionFacts> {
  const { facts } = yield* converge<AdoptionFacts>(run, { name: 'recognise', pace: 'quick' }, () =>
    run.activities.recogniseHost({ operation: run.operation, now: now(run) }),
  );
  if (!facts) throw new Error('recogniseHost answers with facts');
  return facts;
}

function* sequence(run: Run, { leases, allowInterruption }: AdoptionFacts): Steps<FinishInput['guest']> {
  yield* step(run, 'createSubnets', () =>
    withLease(run, leases.virtualNetwork, function* () {
      yield* ensured(run, 'createSubnets', 'lanSubnet');
      yield* ensured(run, 'createSubnets', 'ghostedSubnet');
    }),
  );
  yield* step(run, 'attachSecondNic', function* () {
    yield* ensured(run, 'attachSecondNic', 'nic2');
    yield* attachSecondNic(run, allowInterruption);
    yield* converge(run, { name: 'agent', pace: 'quick' }, () =>
      run.activities.checkAgent({ operation: run.operation }),
    );
  });
  yield* step(run, 'enableIpForwarding', function* () {
    for (const resource of ['nic2Address', 'nic1Address', 'nic2Forwarding', 'nic1Forwarding'] as const)
      yield* ensured(run, 'enableIpForwarding', resource);
  });
  const { os, bootTime } = yield* step(run, 'configureGuest', () => adoptGuest(run, allowInterruption));
  yield* step(run, 'addRoute', () => addRoute(run, leases));
  yield* step(run, 'verify', () =>
    converge(run, { name: 'verify', pace: 'quick' }, () =>
      run.activities.verifyAzure({ operation: run.operation }),
    ),
  );
  return { os, bootTime };
}

function* ensured(run: Run, name: string, resource: HostResource): Steps<void> {
  const { change } = yield* converge(run, { name: resource, pace: 'quick' }, (resume) =>
    run.activities.ensureResource({ operation: run.operation, resource, resume }),
  );
  note(run, name, change);
}

function* finish(
  run: Run,
  failure: Failed | undefined,
  extra: Pick<FinishInput, 'untouched' | 'guest'>,
): Steps<{ status: FinishInput['status'] }> {
  const ending = endingOf(run, failure);
  if (extra.untouched) {
    for (const record of run.steps.filter(({ status }) => status === 'pending')) record.status = 'skipped';
  }
  yield* close(run, () =>
    run.activities.finishHostOperation({
      kind: 'adopt',
      operation: run.operation,
      steps: run.steps,
      now: now(run),
      ...ending,
      ...extra,
    }),
  );
  return { status: ending.status };
}

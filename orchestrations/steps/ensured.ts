import type { Resume } from '../../shared/azure/ensure';
import type { Change, Outcome } from '../../shared/azure/outcome';
import type { Pace } from '../../shared/azure/retry';
import type { HostResource, ResourceFacts } from '../activities/resources';
import type { PhaseFacts } from '../activities/guest';
import type { VerifyFacts } from '../activities/verify';
import { converge } from './converge';
import { isCancelled, note, now, show, type Run, type Steps } from './run';

const paces: Partial<Record<HostResource, Pace>> = {
  virtualMachine: 'virtualMachine',
  natSubnet: 'subnet',
  lanSubnet: 'subnet',
  ghostedSubnet: 'subnet',
};

/** Brings one resource of the host to its desired state; `name` is the step that shows what that changed. */
export const ensured = (run: Run, name: string, resource: HostResource): Steps<Ensured> =>
  ensuredInTurn(run, name, [resource]);

type Ensured = ResourceFacts & { change: Change };

/**
 * Brings several resources to their desired states, each when those before it are there. What needs no wait costs no await
 * of its own: the look at one begins the next. Gives what is known of the last one.
 */
export function* ensuredInTurn(
  run: Run,
  name: string,
  [resource, ...rest]: [HostResource, ...HostResource[]],
  begun?: Outcome<ResourceFacts>,
): Steps<Ensured> {
  const what = { name: resource, pace: paces[resource] ?? 'quick' };
  const look = (resume: Resume) =>
    run.activities.ensureResource({
      operation: run.operation,
      resource,
      resume,
      ...(rest.length > 0 && !isCancelled(run) ? { then: rest } : {}),
    });
  const { change, facts } = yield* converge<ResourceFacts>(run, what, look, begun);
  note(run, name, change);
  const [next, ...others] = rest;
  return next === undefined
    ? { ...facts, change }
    : yield* ensuredInTurn(run, name, [next, ...others], facts?.begun);
}

/** On at NIC 2, off at NIC 1, which hardly ever needs a look of its own. */
export function* forwarding(run: Run, name: string): Steps<void> {
  const { nic1Forwarding } = yield* ensured(run, name, 'nic2Forwarding');
  if (!nic1Forwarding) yield* ensured(run, name, 'nic1Forwarding');
}

/** The same of a new VM; gives how the phase `features` was begun, if it was. */
export function* forwardingThenFeatures(run: Run, name: string): Steps<Outcome<PhaseFacts> | undefined> {
  const what = { name: 'nic2Forwarding', pace: 'quick' } as const;
  const { change, facts } = yield* converge<ResourceFacts>(run, what, (resume) =>
    run.activities.ensureResource({
      operation: run.operation,
      resource: 'nic2Forwarding',
      resume,
      ...(isCancelled(run) ? {} : { features: { now: now(run) } }),
    }),
  );
  note(run, name, change);
  if (!facts?.nic1Forwarding) yield* ensured(run, name, 'nic1Forwarding');
  return facts?.features;
}

/**
 * What was written to Azure is read back and compared with what was promised, and Azure is asked by which routes it really
 * forwards. What that cannot prove is shown with the step.
 */
export function* verified(run: Run): Steps<void> {
  const { facts } = yield* converge<VerifyFacts>(run, { name: 'verify', pace: 'quick' }, () =>
    run.activities.verifyAzure({ operation: run.operation, now: now(run) }),
  );
  if (facts?.warning !== undefined) show(run, 'verify', facts.warning);
}

/** Waits until the VM runs and its agent is ready; `patience` in seconds. `seen`: a moment ago it was not. */
export function* agentReady(run: Run, patience?: number, seen?: 'notReady'): Steps<void> {
  const what = { name: 'agent', pace: 'quick', ...(patience === undefined ? {} : { patience }) } as const;
  const look = () => run.activities.checkAgent({ operation: run.operation });
  yield* converge(run, what, look, seen && { status: 'pending' });
}

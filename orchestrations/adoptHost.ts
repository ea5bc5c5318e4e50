import type { AdoptionFacts } from './activities/adopt';
import type { FinishInput } from './activities/finish';
import { adoptGuest } from './steps/adoptGuest';
import { attachSecondNic } from './steps/attach';
import { asked } from './steps/converge';
import { orchestrate } from './steps/course';
import { agentReady, ensured, verified } from './steps/ensured';
import { withLease } from './steps/lease';
import { addRoute } from './steps/routes';
import { now, step, type Run, type Steps } from './steps/run';

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
export const adoptHost = orchestrate<AdoptionFacts>({
  kind: 'adopt',
  steps: adoptSteps,
  begin: (run) =>
    asked(run, 'recognise', () => run.activities.recogniseHost({ operation: run.operation, now: now(run) })),
  sequence,
  untouched: (facts) => (facts?.dryRun ? { untouched: true } : {}),
});

function* sequence(
  run: Run,
  { leases, allowInterruption, dryRun }: AdoptionFacts,
): Steps<FinishInput['guest']> {
  if (dryRun) return undefined;
  yield* step(run, 'createSubnets', () =>
    withLease(run, leases.virtualNetwork, function* () {
      yield* ensured(run, 'createSubnets', 'lanSubnet');
      yield* ensured(run, 'createSubnets', 'ghostedSubnet');
    }),
  );
  yield* step(run, 'attachSecondNic', function* () {
    yield* ensured(run, 'attachSecondNic', 'nic2');
    yield* attachSecondNic(run, allowInterruption);
    yield* agentReady(run);
  });
  yield* step(run, 'enableIpForwarding', function* () {
    for (const resource of ['nic2Address', 'nic1Address', 'nic2Forwarding', 'nic1Forwarding'] as const)
      yield* ensured(run, 'enableIpForwarding', resource);
  });
  const { os, bootTime } = yield* step(run, 'configureGuest', () => adoptGuest(run, allowInterruption));
  yield* step(run, 'addRoute', () => addRoute(run, leases));
  yield* step(run, 'verify', () => verified(run));
  return { os, bootTime };
}

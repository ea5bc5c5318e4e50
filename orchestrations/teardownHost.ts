import type { OrchestrationContext } from 'durable-functions';
import type { Failed } from '../shared/azure/outcome';
import type { Activities } from './activities';
import type { FinishInput } from './activities/finish';
import type { Removable } from './activities/removal';
import type { TeardownFacts, TeardownStart } from './activities/teardown';
import { routesUnread } from '../shared/azure/unread';
import { cancelEvent } from './names';
import { call, close, converge } from './steps/converge';
import { refuseGuests } from './steps/countGuests';
import { releaseSequence, releaseSteps } from './steps/release';
import { removeOne } from './steps/remove';
import {
  bootSeen,
  endingOf,
  failureOf,
  now,
  show,
  showSteps,
  skipRest,
  startRun,
  step,
  StepFailed,
  throwIfCancelled,
  type Run,
  type Steps,
} from './steps/run';
import { subnetRemoved, unrouted } from './steps/unroute';
import { pause } from './steps/wait';

/** Reverse of the provisioning: the route goes first, so that nobody is sent to a dying router. */
export const teardownSteps = [
  'checkGuests',
  'removeRoute',
  'removeRouteTable',
  'deleteVirtualMachine',
  'deleteNetworkInterfaces',
  'deleteDisks',
  'deleteSubnet',
  'releaseLedger',
] as const;

/** How often a teardown looks whether the provisioning that it waits for has ended, and asks it to stop again. */
const askAgainSeconds = 30;
const cancelAgainRounds = 10;

/** Takes one host away; after its route is gone it only goes forward. Never throws. */
export const teardownHost = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: FinishInput['status'] }> {
    const { operation } = context.df.getInput<{ operation: string }>() ?? {
      operation: context.df.instanceId,
    };
    const run = startRun(context, activities, operation, teardownSteps);
    let failure: Failed | undefined;
    let untouched = true;
    let unread: string[] = [];
    try {
      const facts = yield* step(run, 'checkGuests', () => checked(run));
      throwIfCancelled(run);
      run.ignoreCancel = true;
      if (facts) {
        untouched = false;
        unread = yield* facts.keepVirtualMachine ? releaseSequence(run, facts) : sequence(run, facts);
        if (unread.length > 0) throw new StepFailed(routesUnread(unread));
      } else skipRest(run);
    } catch (error) {
      failure = failureOf(error);
    }
    return yield* finish(run, failure, untouched, unread);
  };

/** Refuses while a guest exists in any state, or when guests cannot be counted. No VM means no guests. */
function* checked(run: Run): Steps<TeardownFacts | undefined> {
  const facts = yield* begun(run);
  if (facts?.keepVirtualMachine) showSteps(run, releaseSteps);
  if (facts && !facts.force) yield* refuseGuests(run, facts);
  return facts;
}

/**
 * Waits for a provisioning of the host to end, which is asked to stop, now and then again: a request that is lost costs
 * time. Undefined if it left no host.
 */
function* begun(run: Run): Steps<TeardownFacts | undefined> {
  for (let round = 0; ; round += 1) {
    const start = yield* call<TeardownStart>(run, 'beginTeardown', () =>
      run.activities.beginTeardown({ operation: run.operation, now: now(run) }),
    );
    if ('gone' in start) return undefined;
    if (!('waitsFor' in start)) {
      show(run, 'checkGuests', undefined);
      return start;
    }
    const { waitsFor } = start;
    if (round % cancelAgainRounds === 0) {
      yield* call(run, 'raiseGranted', () =>
        run.activities.raiseGranted({ instance: waitsFor, event: cancelEvent }),
      );
    }
    show(run, 'checkGuests', `waiting for the end of operation ${waitsFor}, which was asked to stop`);
    yield* pause(run, askAgainSeconds);
    throwIfCancelled(run);
  }
}

function* sequence(run: Run, { leases, publicIp, dataDisk, keepDisks }: TeardownFacts): Steps<string[]> {
  const unread = yield* unrouted(run, leases);
  yield* step(run, 'deleteVirtualMachine', function* () {
    if (keepDisks) yield* detachDisks(run);
    yield* removed(run, 'deleteVirtualMachine', ['virtualMachine']);
  });
  yield* step(run, 'deleteNetworkInterfaces', () =>
    removed(run, 'deleteNetworkInterfaces', ['nic2', 'nic1', ...(publicIp ? ['publicIp' as const] : [])]),
  );
  yield* step(run, 'deleteDisks', () =>
    removed(run, 'deleteDisks', ['osDisk', ...(dataDisk && !keepDisks ? ['dataDisk' as const] : [])]),
  );
  yield* step(run, 'deleteSubnet', () => subnetRemoved(run, leases));
  return unread;
}

function* detachDisks(run: Run): Steps<void> {
  yield* converge(run, { name: 'detachedDisks', pace: 'quick' }, (resume) =>
    run.activities.ensureResource({ operation: run.operation, resource: 'detachedDisks', resume }),
  );
}

function* removed(run: Run, name: string, resources: Removable[]): Steps<void> {
  for (const resource of resources) yield* removeOne(run, { resource }, 'teardown', name);
}

function* finish(
  run: Run,
  failure: Failed | undefined,
  untouched: boolean,
  unread: string[],
): Steps<{ status: FinishInput['status'] }> {
  const ending = endingOf(
    run,
    failure,
    unread.map((id) => `routes in ${id}: not read`),
  );
  // The last step is the closing of the records itself; it is shown as done in what that closing writes.
  const at = run.context.df.currentUtcDateTime.toISOString();
  const last = run.steps.find((record) => record.name === 'releaseLedger');
  if (last && !failure) Object.assign(last, { status: 'done', startedAt: at, finishedAt: at });
  yield* close(run, () =>
    run.activities.finishHostOperation({
      kind: 'teardown',
      operation: run.operation,
      steps: run.steps,
      now: now(run),
      untouched,
      ...ending,
      ...bootSeen(run),
    }),
  );
  return { status: ending.status };
}

import type { OrchestrationContext } from 'durable-functions';
import { failed, type Failed } from '../shared/azure/outcome';
import type { Activities } from './activities';
import type { FinishInput } from './activities/finish';
import type { Removable } from './activities/removal';
import type { TeardownFacts, TeardownStart } from './activities/teardown';
import { cancelEvent } from './names';
import { call, close, converge } from './steps/converge';
import { guestPhase } from './steps/guest';
import { withLease } from './steps/lease';
import { removeOne } from './steps/remove';
import { removeRoutes, removeTable } from './steps/routes';
import {
  endingOf,
  failureOf,
  now,
  show,
  skipRest,
  startRun,
  step,
  StepFailed,
  throwIfCancelled,
  type Run,
  type Steps,
} from './steps/run';
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
    try {
      const facts = yield* step(run, 'checkGuests', () => checked(run));
      throwIfCancelled(run);
      run.ignoreCancel = true;
      if (facts) {
        untouched = false;
        yield* sequence(run, facts);
      } else skipRest(run);
    } catch (error) {
      failure = failureOf(error);
    }
    return yield* finish(run, failure, untouched);
  };

/** Refuses while a guest exists in any state, or when guests cannot be counted. No VM means no guests. */
function* checked(run: Run): Steps<TeardownFacts | undefined> {
  const facts = yield* begun(run);
  if (!facts || facts.force) return facts;
  const found = yield* converge<{ exists: boolean }>(run, { name: 'findVirtualMachine', pace: 'quick' }, () =>
    run.activities.findVirtualMachine({ operation: run.operation }),
  );
  if (found.facts?.exists) refuseIfGuests(yield* counted(run));
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

function* counted(run: Run): Steps<number | undefined> {
  try {
    const inventory = yield* guestPhase(run, 'inventory');
    return inventory.guests;
  } catch (error) {
    throwIfCancelled(run);
    const { code, message } = failureOf(error);
    throw new StepFailed(
      failed(
        'fatal',
        'GuestsUnknown',
        `The guests could not be counted (${code}: ${message}) Use force to go on.`,
      ),
    );
  }
}

function refuseIfGuests(guests: number | undefined): void {
  if (guests === 0) return;
  throw new StepFailed(
    guests === undefined
      ? failed('fatal', 'GuestsUnknown', 'The guests could not be counted. Use force to go on.')
      : failed('fatal', 'GuestsPresent', `The host still has ${guests} guests. Remove them, or use force.`),
  );
}

function* sequence(run: Run, { leases, publicIp, dataDisk, keepDisks }: TeardownFacts): Steps<void> {
  yield* step(run, 'removeRoute', () =>
    removeRoutes(run, leases, (tableId) => removeOne(run, { routeIn: tableId }, 'teardown', 'removeRoute')),
  );
  yield* step(run, 'removeRouteTable', () => removeTable(run, leases, 'teardown', 'removeRouteTable'));
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
  yield* step(run, 'deleteSubnet', () =>
    withLease(run, leases.virtualNetwork, () => removed(run, 'deleteSubnet', ['ghostedSubnet'])),
  );
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
): Steps<{ status: FinishInput['status'] }> {
  const ending = endingOf(run, failure);
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
    }),
  );
  return { status: ending.status };
}

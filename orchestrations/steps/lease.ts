import { EntityId } from 'durable-functions';
import type { AcquireAnswer } from '../../shared/leases';
import { leaseEntity } from '../names';
import { call } from './converge';
import { now, throwIfCancelled, type Run, type Steps } from './run';
import { pause } from './wait';

/**
 * A waiter asks again at this interval, should the event that grants it the lease get lost: about the time that as many as
 * the gate lets through need one after the other.
 */
const askAgainSeconds = 300;

/** Runs `body` while holding the write lease of one ARM parent; `key` comes from the plan. */
export function* withLease<T>(run: Run, key: string, body: () => Steps<T>): Steps<T> {
  try {
    yield* acquire(run, key);
    return yield* body();
  } finally {
    // Also takes a waiter that gave up out of the queue.
    try {
      yield* giveBack(run, key, holderOf(run));
    } catch {
      // It runs out by itself: the next to ask finds that its holder is over. What happened before counts more.
    }
  }
}

/** The instance, since it is what a waiter's event is raised to and what is looked at when a lease has expired. */
const holderOf = (run: Run): string => run.context.df.instanceId;

function* acquire(run: Run, key: string): Steps<void> {
  const { df } = run.context;
  for (;;) {
    const event = `granted-${key}-${run.waits.count++}`;
    const answer = yield* call<AcquireAnswer>(run, 'acquire', () =>
      df.callEntity(new EntityId(leaseEntity, key), 'acquire', { id: holderOf(run), event, now: now(run) }),
    );
    if (answer.granted) return;
    if (answer.suspect) {
      const { running } = yield* call<{ running: boolean }>(run, 'inspectHolder', () =>
        run.activities.inspectHolder({ holder: answer.holder }),
      );
      if (!running) {
        yield* giveBack(run, key, answer.holder);
        continue;
      }
    }
    const woken = yield* pause(run, askAgainSeconds, df.waitForExternalEvent(event));
    throwIfCancelled(run);
    // Raised only when the lease had become this wait's own, and nobody takes it from an operation that runs.
    if (woken) return;
  }
}

/** Releases a lease, or a place in its queue, and tells who is granted now. */
export function* giveBack(run: Run, key: string, holder: string): Steps<void> {
  const { df } = run.context;
  const { granted } = yield* call<{ granted: { id: string; event: string } | null }>(run, 'release', () =>
    df.callEntity(new EntityId(leaseEntity, key), 'release', { id: holder, now: now(run) }),
  );
  if (granted && granted.id !== holderOf(run)) {
    yield* call(run, 'raiseGranted', () =>
      run.activities.raiseGranted({ instance: granted.id, event: granted.event }),
    );
  }
}

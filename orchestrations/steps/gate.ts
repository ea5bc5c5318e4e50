import { EntityId } from 'durable-functions';
import type { GateAnswer, Wake } from '../../shared/gate';
import type { GateTicket } from '../activities/gate';
import { gateEntity } from '../names';
import { call } from './converge';
import { now, show, throwIfCancelled, type Run, type Steps } from './run';
import { pause } from './wait';

/**
 * A waiter asks again at this interval, should the event that lets it pass get lost; its position is shown anew then. Who is
 * behind more than the gate lets through at once asks less often: each question costs two awaits, and those in front ask.
 */
const askAgainSeconds = 3_600;
const mostIntervals = 4;

/**
 * Runs `body` as one of the operations in flight of its subscription; `first` is the step that shows the wait. Whoever
 * comes here holds nothing that another operation might need in order to leave.
 */
export function* throughGate<T>(run: Run, first: string, body: () => Steps<T>): Steps<T> {
  throwIfCancelled(run);
  const { gate, ...ticket } = yield* call<GateTicket>(run, 'gateTicket', () =>
    run.activities.gateTicket({ operation: run.operation }),
  );
  try {
    yield* acquire(run, gate, ticket, first);
    return yield* body();
  } finally {
    // Also takes a waiter that gave up out of the queue.
    try {
      yield* leave(run, gate, run.operation);
    } catch {
      // Its time in flight runs out by itself, and who waits then finds that it is over. What happened before counts more.
    }
  }
}

function* acquire(run: Run, gate: string, ticket: Omit<GateTicket, 'gate'>, first: string): Steps<void> {
  const { df } = run.context;
  const entity = new EntityId(gateEntity, gate);
  for (;;) {
    const event = `passed-${run.waits.count++}`;
    const answer = yield* call<GateAnswer>(run, 'acquire', () =>
      df.callEntity(entity, 'acquire', { ...ticket, id: run.operation, event, now: now(run) }),
    );
    yield* tell(run, answer.wake);
    if (answer.granted) break;
    const { suspect } = answer;
    if (suspect !== undefined) {
      const { running } = yield* call<{ running: boolean }>(run, 'inspectHolder', () =>
        run.activities.inspectHolder({ holder: suspect }),
      );
      if (!running) {
        yield* leave(run, gate, suspect);
        continue;
      }
    }
    show(run, first, `waiting at the gate, position ${answer.position}`);
    const intervals = Math.min(Math.ceil(answer.position / ticket.limit), mostIntervals);
    const woken = yield* pause(run, intervals * askAgainSeconds, df.waitForExternalEvent(event));
    throwIfCancelled(run);
    if (woken) break;
  }
  show(run, first, undefined);
}

function* leave(run: Run, gate: string, holder: string): Steps<void> {
  const { df } = run.context;
  const { wake } = yield* call<{ wake: Wake[] }>(run, 'release', () =>
    df.callEntity(new EntityId(gateEntity, gate), 'release', { id: holder, now: now(run) }),
  );
  yield* tell(run, wake);
}

/** Who is not told asks again by itself: failing to tell costs time, never a place. */
function* tell(run: Run, wake: Wake[]): Steps<void> {
  for (const { id, event } of wake) {
    if (id === run.operation) continue;
    yield* call(run, 'raiseGranted', () => run.activities.raiseGranted({ instance: id, event }));
  }
}

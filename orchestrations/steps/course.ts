import type { OrchestrationContext } from 'durable-functions';
import type { Failed } from '../../shared/azure/outcome';
import type { Activities } from '../activities';
import type { FinishInput } from '../activities/finish';
import { close } from './converge';
import { throughGate } from './gate';
import { bootSeen, endingOf, failureOf, now, skipRest, startRun, step, type Run, type Steps } from './run';

/** What is special about one kind of operation that brings a host to its end state. */
export interface Course<Facts> {
  kind: FinishInput['kind'];
  /** Names of all steps; the first is `begin`, and shows the wait at the gate. */
  steps: readonly [string, ...string[]];
  /** Looks at what is there and decides; writes nothing to Azure. */
  begin(run: Run): Steps<Facts>;
  /** All other steps, and what the guest said last. */
  sequence(run: Run, facts: Facts): Steps<FinishInput['guest']>;
  /** Takes back what was made, if that is what becomes of a failure, and says what stayed. Throws nothing. */
  undo?(run: Run, facts: Facts): Steps<string[]> | undefined;
  /** Whether it left Azure as it was; without facts nothing was begun. */
  untouched(facts: Facts | undefined): Pick<FinishInput, 'untouched'>;
}

type Result = Steps<{ status: FinishInput['status'] }>;

/**
 * The orchestrator of such an operation: through the gate, first step, the others, closing. Never throws. A failure is
 * closed before the gate is left, so that what comes next finds quota and addresses free again.
 */
export const orchestrate =
  <Facts>(course: Course<Facts>) =>
  (activities: Activities) =>
    function* (context: OrchestrationContext): Result {
      const { operation } = context.df.getInput<{ operation: string }>() ?? {
        operation: context.df.instanceId,
      };
      const run = startRun(context, activities, operation, course.steps);
      try {
        return yield* throughGate(run, course.steps[0], () => inFlight(run, course));
      } catch (error) {
        // It never came through: the rest of what is done there throws nothing.
        return yield* finish(run, course, { failure: failureOf(error) });
      }
    };

function* inFlight<Facts>(run: Run, course: Course<Facts>): Result {
  let facts: Facts | undefined;
  let guest: FinishInput['guest'];
  let failure: Failed | undefined;
  try {
    facts = yield* step(run, course.steps[0], () => course.begin(run));
    guest = yield* course.sequence(run, facts);
  } catch (error) {
    failure = failureOf(error);
  }
  return yield* finish(run, course, { facts, failure, guest });
}

function* finish<Facts>(
  run: Run,
  course: Course<Facts>,
  { facts, failure, guest }: { facts?: Facts; failure?: Failed | undefined; guest?: FinishInput['guest'] },
): Result {
  const undo = failure && facts !== undefined ? course.undo?.(run, facts) : undefined;
  const leftovers = undo ? yield* undo : [];
  if (!failure) skipRest(run);
  const ending = endingOf(run, failure, leftovers);
  yield* close(run, () =>
    run.activities.finishHostOperation({
      kind: course.kind,
      operation: run.operation,
      steps: run.steps,
      now: now(run),
      ...ending,
      ...(course.undo ? { undone: undo !== undefined } : {}),
      ...course.untouched(facts),
      ...(guest ? { guest } : bootSeen(run)),
    }),
  );
  return { status: ending.status };
}

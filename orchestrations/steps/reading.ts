import type { OrchestrationContext, Task } from 'durable-functions';
import type { DocumentKind } from '../../shared/records/documents';
import type { Activities } from '../activities';
import { close, converge } from './converge';
import { failureOf, now, startRun, type Run, type Steps } from './run';

/**
 * An orchestration that only reads. `look` calls an activity that leaves a document under the id and answers `done`; it
 * is called again as the class of a failure allows. A failure is left as the
 * document. Never throws.
 */
export const reading = <Input extends { id: string }>(
  activities: Activities,
  kind: DocumentKind,
  look: (run: Run, input: Input) => Task,
) =>
  function* (context: OrchestrationContext): Steps<{ status: string }> {
    const input = context.df.getInput<Input>();
    if (!input) return { status: 'failed' };
    const run = startRun(context, activities, input.id, []);
    try {
      yield* converge(run, { name: kind, pace: 'quick' }, () => look(run, input));
      return { status: 'succeeded' };
    } catch (error) {
      const { class: kindOfFailure, code, message } = failureOf(error);
      yield* close(run, () =>
        activities.noteUnread({
          id: input.id,
          kind,
          now: now(run),
          failure: { class: kindOfFailure, code, message },
        }),
      );
      return { status: 'failed' };
    }
  };

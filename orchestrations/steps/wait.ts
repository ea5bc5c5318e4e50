import type { Task } from 'durable-functions';
import { now, type Run, type Steps } from './run';

/**
 * Sleeps until the time is over, `wake` is raised or the operation is cancelled, whichever comes first; true if it was
 * `wake`. The only place that races tasks: what lost is cancelled, and a cancel that has been seen is not raced again, since a child that is
 * complete already would never be noticed.
 */
export function* pause(run: Run, seconds: number, wake?: Task): Steps<boolean> {
  const { df } = run.context;
  const timer = df.createTimer(new Date(now(run) + seconds * 1_000));
  const others = [wake, run.ignoreCancel || run.cancel.isCompleted ? undefined : run.cancel].filter(
    (task) => task !== undefined,
  );
  if (others.length === 0) {
    yield timer;
    return false;
  }
  const winner = yield df.Task.any([timer, ...others]);
  if (winner !== timer) timer.cancel();
  return wake !== undefined && winner === wake;
}

import type { RemovalFacts } from '../../shared/azure/remove';
import type { Pace } from '../../shared/azure/retry';
import type { RemoveInput } from '../activities/removal';
import { converge } from './converge';
import { note, now, type Run, type Steps } from './run';

const paceOf = (target: RemoveInput['target']): Pace =>
  'resource' in target && target.resource === 'virtualMachine' ? 'deleteVirtualMachine' : 'quick';

function nameOf(target: RemoveInput['target']): string {
  if ('resource' in target) return target.resource;
  if ('runCommand' in target) return target.runCommand;
  return 'routeIn' in target ? `route in ${target.routeIn}` : target.routeTable;
}

/** Removes one resource, or learns why it stays and says so; `name` is the step that shows it. */
export function* removeOne(
  run: Run,
  target: RemoveInput['target'],
  purpose: RemoveInput['purpose'],
  name: string,
): Steps<string | undefined> {
  const what = nameOf(target);
  const { change, facts } = yield* converge<RemovalFacts>(
    run,
    { name: `removal of ${what}`, pace: paceOf(target) },
    (resume) =>
      run.activities.removeResource({ operation: run.operation, purpose, target, resume, now: now(run) }),
  );
  note(run, name, change);
  return facts?.kept;
}

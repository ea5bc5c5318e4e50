import type { Change } from '../../shared/azure/outcome';
import type { HostResource } from '../activities/resources';
import { converge } from './converge';
import { note, type Run, type Steps } from './run';

/** Brings one resource of the host to its desired state; `name` is the step that shows what that changed. */
export function* ensured(run: Run, name: string, resource: HostResource): Steps<Change> {
  const pace = resource === 'virtualMachine' ? 'virtualMachine' : 'quick';
  const { change } = yield* converge(run, { name: resource, pace }, (resume) =>
    run.activities.ensureResource({ operation: run.operation, resource, resume }),
  );
  note(run, name, change);
  return change;
}

/** What was written to Azure is read back and compared with what was promised. */
export function* verified(run: Run): Steps<void> {
  yield* converge(run, { name: 'verify', pace: 'quick' }, () =>
    run.activities.verifyAzure({ operation: run.operation }),
  );
}

/** Waits until the VM runs and its agent is ready; `patience` in seconds. */
export function* agentReady(run: Run, patience?: number): Steps<void> {
  const what = { name: 'agent', pace: 'quick', ...(patience === undefined ? {} : { patience }) } as const;
  yield* converge(run, what, () => run.activities.checkAgent({ operation: run.operation }));
}

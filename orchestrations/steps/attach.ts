import type { Failed } from '../../shared/azure/outcome';
import type { PowerInput } from '../activities/power';
import { converge } from './converge';
import { ensured } from './ensured';
import { failureOf, note, now, StepFailed, type Run, type Steps } from './run';

const name = 'attachSecondNic';

/**
 * NIC 2 attached and NIC 1 primary. Azure takes a second NIC only on a deallocated VM, so where that differs the VM is
 * deallocated, changed and started again; without leave to interrupt its guests the step fails instead.
 */
export function* attachSecondNic(run: Run, allowInterruption: boolean): Steps<void> {
  try {
    yield* ensured(run, name, 'attachment');
    return;
  } catch (error) {
    const mendable = error instanceof StepFailed && error.failed.code === 'RepairNeedsInterruption';
    if (!mendable || !allowInterruption) throw error;
  }
  const { ignoreCancel } = run;
  // From here on the VM is down until it has been started again, whatever happens in between.
  run.ignoreCancel = true;
  let failure: Failed | undefined;
  try {
    yield* powered(run, 'deallocated');
    yield* ensured(run, name, 'attaching');
  } catch (error) {
    failure = failureOf(error);
  }
  try {
    yield* powered(run, 'running');
  } catch (error) {
    failure ??= failureOf(error);
  }
  run.ignoreCancel = ignoreCancel;
  if (failure) throw new StepFailed(failure);
}

function* powered(run: Run, wanted: PowerInput['wanted']): Steps<void> {
  const since = now(run);
  const { change } = yield* converge(run, { name: `power ${wanted}`, pace: 'restart' }, (resume) =>
    run.activities.setPower({ operation: run.operation, wanted, resume, since }),
  );
  note(run, name, change);
}

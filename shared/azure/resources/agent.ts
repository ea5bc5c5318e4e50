import type { VirtualMachineInstanceView } from '@azure/arm-compute';
import type { Outcome } from '../outcome';
import { failed } from '../outcome';

/**
 * Is the VM up and its agent answering since `since`? The agent's status of before a restart is still shown for a while,
 * so its time counts. `since` in epoch milliseconds; absent: any ready agent will do.
 */
export function agentReadiness(view: VirtualMachineInstanceView | undefined, since?: number): Outcome {
  if (!view) return failed('fatal', 'VirtualMachineNotFound', 'The VM is gone.');
  const power = view.statuses?.find((status) => status.code?.startsWith('PowerState/'))?.code;
  if (power === 'PowerState/deallocated' || power === 'PowerState/stopped') {
    return failed('fatal', 'VirtualMachineStopped', 'Somebody stopped the VM. Start it and try again.');
  }
  const ready = view.vmAgent?.statuses?.find(
    (status) => status.code === 'ProvisioningState/succeeded' || status.displayStatus === 'Ready',
  );
  const fresh = ready && (since === undefined || (ready.time?.getTime() ?? 0) > since);
  return power === 'PowerState/running' && fresh
    ? { status: 'done', change: 'unchanged' }
    : { status: 'pending' };
}

/** Where Windows restarts a second time by itself, an agent that reports so soon may be that of the boot in between. */
const settlingSeconds = 60;

/** Is the agent back from a restart that was asked for at `since`, epoch milliseconds? */
export function readinessAfterRestart(view: VirtualMachineInstanceView | undefined, since: number): Outcome {
  return agentReadiness(view, since + settlingSeconds * 1_000);
}

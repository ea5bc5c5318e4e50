import { ensure, outcomeOf, type Resume } from '../../shared/azure/ensure';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { readNetworkInterface } from '../../shared/azure/resources/networkInterface';
import {
  guestFacts,
  runCommandSpec,
  type GuestAttempt,
  type GuestVerdict,
} from '../../shared/azure/resources/runCommand';
import { readVirtualMachine } from '../../shared/azure/resources/virtualMachine';
import { readVirtualNetwork } from '../../shared/azure/resources/virtualNetwork';
import { AzureFailure } from '../../shared/azure/send';
import { loadHost, loadLayout, type Dependencies } from './context';

export type GuestInput = GuestAttempt & { resume: Resume };

/**
 * Starts one attempt of a guest phase, or looks at how it goes. The facts for the parameters are read from Azure at the
 * start of the attempt: MACs exist only since the VM ran, and VNet ranges may have been added since the plan.
 */
export async function runGuestPhase(deps: Dependencies, input: GuestInput): Promise<Outcome<GuestVerdict>> {
  const layout = await loadLayout(deps, input.operation);
  const { resume, ...attempt } = input;
  return outcomeOf(async () => {
    if (resume.change) {
      const spec = runCommandSpec(layout, attempt, () => {
        throw new AzureFailure(failed('transient', 'GuestNoResult', 'The run command is gone.'));
      });
      return ensure(deps.clients, spec, resume);
    }
    const [nic1, nic2, network] = await Promise.all([
      readNetworkInterface(deps.clients, layout.nic1.id),
      readNetworkInterface(deps.clients, layout.nic2.id),
      readVirtualNetwork(deps.clients, layout.virtualNetworkId),
    ]);
    if (!nic1?.macAddress || !nic2?.macAddress || !network) {
      return failed('transient', 'MacUnknown', 'Azure does not show the MAC addresses of the NICs yet.');
    }
    const macs = { nic1: nic1.macAddress, nic2: nic2.macAddress };
    const facts = guestFacts(layout, attempt, macs, network);
    return ensure(
      deps.clients,
      runCommandSpec(layout, attempt, () => facts),
      resume,
    );
  });
}

/** Whether there is a VM whose guests have to be counted before it may go. */
export async function findVirtualMachine(
  deps: Dependencies,
  input: { operation: string },
): Promise<Outcome<{ exists: boolean }>> {
  const { layout } = await loadHost(deps, input.operation);
  return outcomeOf(async () => {
    const vm = await readVirtualMachine(deps.clients, layout.virtualMachine.id);
    return { status: 'done', change: 'unchanged', facts: { exists: vm !== undefined } };
  });
}

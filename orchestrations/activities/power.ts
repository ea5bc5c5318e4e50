import { looking, outcomeOf, pendingOf, type Resume } from '../../shared/azure/ensure';
import { parseId } from '../../shared/azure/ids';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { pollOperation } from '../../shared/azure/raw';
import { agentReadiness } from '../../shared/azure/resources/agent';
import { powerOf } from '../../shared/azure/resources/power';
import { readInstanceView } from '../../shared/azure/resources/virtualMachine';
import { send } from '../../shared/azure/send';
import { loadLayout, type Dependencies } from './context';

export interface PowerInput {
  operation: string;
  wanted: 'running' | 'deallocated';
  resume: Resume;
  /** Epoch milliseconds; the agent of a VM that was started must have reported since. */
  since: number;
}

/** Starts or deallocates the VM if it is not in that state; a started one counts when its agent answers. */
export async function setPower(deps: Dependencies, input: PowerInput): Promise<Outcome> {
  const { virtualMachine } = await loadLayout(deps, input.operation);
  const { id, name } = virtualMachine;
  const { subscriptionId, resourceGroup } = parseId(id);
  const { wanted, resume, since } = input;
  return outcomeOf(async () => {
    if (resume.operation) {
      const polled = await pollOperation(deps.clients, subscriptionId, resume.operation);
      if (polled.status === 'failed') return polled;
      if (polled.status === 'pending') return { ...polled, change: 'updated' };
    }
    const view = await looking(() => readInstanceView(deps.clients, id));
    if (!view) return failed('fatal', 'VirtualMachineNotFound', `The VM ${name} is gone.`);
    const power = powerOf(view);
    const change = resume.change ?? 'unchanged';
    if (power === wanted) {
      const ready =
        wanted === 'running' ? agentReadiness(view, resume.change ? since : undefined) : undefined;
      return ready?.status === 'pending' ? { ...ready, change } : { status: 'done', change };
    }
    if (power === 'changing') return { status: 'pending', change };
    const client = await deps.clients.compute(subscriptionId);
    const sent = await send((options) =>
      wanted === 'running'
        ? client.virtualMachines.start(resourceGroup, name, options)
        : client.virtualMachines.deallocate(resourceGroup, name, options),
    );
    return pendingOf(sent, 'updated');
  });
}

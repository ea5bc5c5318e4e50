import { outcomeOf } from '../../shared/azure/ensure';
import { failureFrom } from '../../shared/azure/obstacle';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { observeHost, planHost } from '../../shared/azure/plan';
import { readVirtualMachine } from '../../shared/azure/resources/virtualMachine';
import { loadHost, whyNotActing, type Dependencies } from './context';
import { beginOperation } from './finish';
import { operationFacts, type OperationFacts } from './plan';

export interface RepairFacts extends OperationFacts {
  allowInterruption: boolean;
}

/** Says how a repair was asked for, and what stands in the way where the VM would have to be made again. Writes nothing to Azure. */
export async function planRepair(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<Outcome<RepairFacts>> {
  return outcomeOf(async () => {
    const host = await loadHost(deps, input.operation);
    const { layout, operation } = host;
    const over = whyNotActing(host);
    if (over) return over;
    const { request } = operation.record;
    if (request.kind !== 'repair') throw new Error(`${input.operation} is no repair.`);
    if (!(await readVirtualMachine(deps.clients, layout.virtualMachine.id))) {
      if (layout.adopted) {
        return failed(
          'fatal',
          'AdoptedMachineGone',
          `The VM of ${layout.host} is gone, and whoever built it has to build it again. Tear the host down here.`,
        );
      }
      const promises = () => deps.records.ledger.entries(layout.virtualNetworkId);
      const observed = await observeHost(deps.clients, layout, { ready: false }, promises);
      const obstacle = failureFrom(planHost(layout, observed).obstacles);
      if (obstacle) return obstacle;
    }
    await beginOperation(deps, input);
    const { allowInterruption } = request;
    return { status: 'done', change: 'unchanged', facts: { ...operationFacts(layout), allowInterruption } };
  });
}

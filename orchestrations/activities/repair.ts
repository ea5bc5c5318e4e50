import { specFingerprint } from '../../shared/admission/order';
import { outcomeOf } from '../../shared/azure/ensure';
import { failureFrom } from '../../shared/azure/obstacle';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { observeHost, planHost } from '../../shared/azure/plan';
import { takesSecurityProtocol, withProtection } from '../../shared/azure/resources/metadataProtection';
import { readVirtualMachine } from '../../shared/azure/resources/virtualMachine';
import type { MetadataWall } from '../../shared/records/types';
import { loadHost, whyNotActing, type Dependencies, type HostContext } from './context';
import { beginOperation } from './finish';
import { operationFacts, type OperationFacts } from './plan';

export interface RepairFacts extends OperationFacts {
  allowInterruption: boolean;
  /** The metadata security protocol is to be enforced on the VM. */
  protocol?: true;
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
    const { allowInterruption, metadataProtection } = request;
    if (metadataProtection !== undefined) await respecify(deps, host, metadataProtection, input.now);
    const { spec, guest } = host.host.record;
    const protocol = metadataProtection === 'full' && takesSecurityProtocol(spec, guest?.os);
    return {
      status: 'done',
      change: 'unchanged',
      facts: { ...operationFacts(layout), allowInterruption, ...(protocol ? { protocol } : {}) },
    };
  });
}

/** From here on the host is to be so, whatever becomes of this repair. Safe to repeat. */
async function respecify(
  { records }: Dependencies,
  { host: { record, etag }, network }: HostContext,
  wanted: MetadataWall,
  now: number,
): Promise<void> {
  const spec = withProtection(record.spec, network.definition, wanted);
  if (specFingerprint(spec) === record.specFingerprint) return;
  const updatedAt = new Date(now).toISOString();
  await records.hosts.replace({ ...record, spec, specFingerprint: specFingerprint(spec), updatedAt }, etag);
}

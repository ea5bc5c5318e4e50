import { outcomeOf } from '../../shared/azure/ensure';
import type { Outcome } from '../../shared/azure/outcome';
import { prefixesOf } from '../../shared/azure/resources/subnet';
import { readVirtualNetwork } from '../../shared/azure/resources/virtualNetwork';
import { diagnose } from '../../shared/diagnose';
import { virtualNetworkId } from '../../shared/network/ids';
import { loadNetwork, type Dependencies } from './context';

export interface ReconcileInput {
  /** Id of the report, and of the orchestration instance. */
  id: string;
  network: string;
  dryRun: boolean;
}

/**
 * Observes one network and writes the report. Azure is listed before the records are: a host that is admitted in between
 * then has its promise in what is read second, and is not taken for an orphan.
 */
export async function reconcile(
  deps: Dependencies,
  input: ReconcileInput & { startedAt: number; now: number },
): Promise<Outcome<{ findings: number }>> {
  const { record: network } = await loadNetwork(deps, input.network);
  const vnetId = virtualNetworkId(network.definition);
  return outcomeOf(async () => {
    const observed = await readVirtualNetwork(deps.clients, vnetId);
    const subnets = (observed?.subnets ?? []).map((subnet) => ({
      name: subnet.name ?? '',
      prefixes: prefixesOf(subnet),
    }));
    const ledger = await deps.records.ledger.entries(vnetId);
    const hosts = await deps.records.hosts.list();
    const sameNetwork = hosts.filter((host) => host.network === input.network);
    const findings = diagnose(network, subnets, ledger, sameNetwork);
    await deps.records.reports.put({
      id: input.id,
      network: input.network,
      dryRun: input.dryRun,
      startedAt: new Date(input.startedAt).toISOString(),
      finishedAt: new Date(input.now).toISOString(),
      findings,
    });
    return { status: 'done', change: 'unchanged', facts: { findings: findings.length } };
  });
}

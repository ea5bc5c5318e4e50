import type { HostLayout } from '../../shared/azure/layout';
import { outcomeOf } from '../../shared/azure/ensure';
import { failed, type Failed, type Outcome } from '../../shared/azure/outcome';
import { observeRouting } from '../../shared/azure/routing';
import { findAbsent } from './absent';
import { loadHost, type Dependencies, whyNotActing } from './context';
import { leaseKey } from './leases';
import { findBlockingRules, findObstacle } from './preflight';

/** Facts that the orchestration needs from the records; ids and flags only. */
export interface OperationFacts {
  /** Keys of the write leases: entity keys may not hold the slashes of an ARM id. */
  leases: { virtualNetwork: string; routeTable: string };
  /** NIC 1 has a public address of its own. */
  publicIp?: true;
  /** The host has a data disk of its own. */
  dataDisk?: true;
}

export function operationFacts(layout: HostLayout): OperationFacts {
  return {
    leases: leaseKeys(layout),
    ...(layout.publicIp ? { publicIp: true } : {}),
    ...(layout.dataDisk ? { dataDisk: true } : {}),
  };
}

export interface PlanFacts extends OperationFacts {
  onFailure: 'undo' | 'keep';
  /** Network subnets that do not exist yet and have to be made first. */
  missingSubnets: ('natSubnet' | 'lanSubnet')[];
  /** What will stand in the way of guests although it does not stop the host. */
  warning?: string;
}

const longestWarning = 1_000;

export function leaseKeys(
  layout: Pick<HostLayout, 'virtualNetworkId' | 'routeTable'>,
): OperationFacts['leases'] {
  return { virtualNetwork: leaseKey(layout.virtualNetworkId), routeTable: leaseKey(layout.routeTable.id) };
}

/**
 * Step 0 of a provisioning: everything that can be known to be wrong is found before anything is written, and what is
 * absent now is recorded, because an undo may delete only that. The first record stands if the activity runs twice.
 */
export async function planHost(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<Outcome<PlanFacts>> {
  return outcomeOf(async () => {
    const host = await loadHost(deps, input.operation);
    const { layout, operation } = host;
    const over = whyNotActing(host);
    if (over) return over;
    if (operation.record.request.kind !== 'provision') throw new Error('Only a provisioning is planned.');
    const { onFailure } = operation.record.request;
    const observed = await observeRouting(deps.clients, layout);
    const obstacle = await findObstacle(deps.clients, layout, observed);
    if (obstacle) return obstacle;
    const absentBefore = operation.record.absentBefore ?? (await findAbsent(deps.clients, layout, observed));
    const kept = keptDisk(layout, absentBefore);
    if (kept) return kept;
    const warnings = await findBlockingRules(deps.clients, layout, observed);
    await deps.records.operations.replace(
      {
        ...operation.record,
        status: 'running',
        startedAt: operation.record.startedAt ?? new Date(input.now).toISOString(),
        absentBefore,
      },
      operation.etag,
    );
    const missing = (id: string) => absentBefore.includes(id.toLowerCase());
    return {
      status: 'done',
      change: 'unchanged',
      facts: {
        onFailure,
        ...operationFacts(layout),
        missingSubnets: (['natSubnet', 'lanSubnet'] as const).filter((key) => missing(layout[key].id)),
        ...(warnings.length > 0 ? { warning: warnings.join(' ').slice(0, longestWarning) } : {}),
      },
    };
  });
}

/** A data disk that an earlier teardown kept stands in the way of a new one of that name. */
function keptDisk({ dataDisk, virtualMachine }: HostLayout, absentBefore: string[]): Failed | undefined {
  const absent = (id: string) => absentBefore.includes(id.toLowerCase());
  if (!dataDisk || absent(dataDisk.id) || !absent(virtualMachine.id)) return undefined;
  return failed(
    'invalid',
    'DataDiskExists',
    `A disk named ${dataDisk.name} exists without its VM, kept by an earlier teardown. Copy or remove it, or choose another host name.`,
  );
}

import { planDifference } from '../../shared/api/planDifference';
import type { HostLayout } from '../../shared/azure/layout';
import { outcomeOf } from '../../shared/azure/ensure';
import { failureFrom } from '../../shared/azure/obstacle';
import { failed, type Failed, type Outcome } from '../../shared/azure/outcome';
import { absentOf, type HostPlan } from '../../shared/azure/plan';
import type { Approval } from '../../shared/records/types';
import { loadHost, type Dependencies, whyNotActing } from './context';
import { leaseKey } from './leases';
import { settlePlace } from './placing';

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
  /**
   * Subnets of the network that the app makes where they are missing, which is looked at under the lease of the VNet: one
   * that the plan still saw may be taken back by the undo of the operation that made it.
   */
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
 * absent now is recorded, because an undo may delete only that. The first record stands if the activity runs twice. Where
 * somebody else has what the host was promised, it is promised the next one, unless a plan was approved that says otherwise.
 */
export async function planHost(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<Outcome<PlanFacts>> {
  return outcomeOf(async () => {
    const host = await loadHost(deps, input.operation);
    const { operation } = host;
    const over = whyNotActing(host);
    if (over) return over;
    if (operation.record.request.kind !== 'provision') throw new Error('Only a provisioning is planned.');
    const { request } = operation.record;
    const placed = await settlePlace(
      deps,
      host,
      async (plan) => failureFrom(plan.obstacles) ?? (await findDeparture(deps, request.approved, plan)),
    );
    if ('status' in placed) return placed;
    const { layout, observed, plan } = placed;
    const absentBefore = operation.record.absentBefore ?? absentOf(layout, observed);
    await deps.records.operations.replace(
      {
        ...operation.record,
        status: 'running',
        startedAt: operation.record.startedAt ?? new Date(input.now).toISOString(),
        absentBefore,
      },
      operation.etag,
    );
    return {
      status: 'done',
      change: 'unchanged',
      facts: {
        onFailure: request.onFailure,
        ...operationFacts(layout),
        missingSubnets: (['natSubnet', 'lanSubnet'] as const).filter((key) => layout[key].create),
        ...(plan.warnings.length > 0 ? { warning: plan.warnings.join(' ').slice(0, longestWarning) } : {}),
      },
    };
  });
}

/** Whether what would be done is what somebody approved, as far as anybody did. */
async function findDeparture(
  { records }: Dependencies,
  approved: Approval | undefined,
  plan: HostPlan,
): Promise<Failed | undefined> {
  if (!approved || approved.planHash === plan.planHash) return undefined;
  const before = (await records.documents.find('plan', approved.planHash))?.body as HostPlan | undefined;
  const differences = before ? planDifference(before, plan) : [];
  const details = differences.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  return failed(
    'invalid',
    'PlanDiffers',
    `What would be done is no longer what was approved; nothing was written. Make a plan anew. ${details.join(' ')}`.trim(),
  );
}

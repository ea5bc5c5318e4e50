import { outcomeOf, type Resume } from '../../../shared/azure/ensure';
import type { Outcome } from '../../../shared/azure/outcome';
import { ensureAbsent, type RemovalFacts } from '../../../shared/azure/remove';
import type { IssuedWarrant } from '../../../shared/azure/warrant';
import { virtualNetworkId } from '../../../shared/network/ids';
import { diagnose } from '../../../shared/reconcile/diagnose';
import { leftoverRemoval } from '../../../shared/reconcile/removal';
import { loadNetwork, type Dependencies } from '../context';
import { subnetGroups, type SubnetGroup } from '../routing';
import { loadReport, readFresh, type ReconcileRun } from './facts';

export interface RemoveLeftoverInput extends ReconcileRun {
  operation: string;
  /** Position of the finding in the report. */
  index: number;
  resume: Resume;
  now: number;
}

/** Deletes what one finding is about, if the rules say so once more on what is read now. */
export async function removeLeftover(
  deps: Dependencies,
  input: RemoveLeftoverInput,
): Promise<Outcome<RemovalFacts>> {
  const finding = (await loadReport(deps, input.id)).findings[input.index];
  if (finding?.remedy !== 'delete')
    throw new Error(`Finding ${input.index} of ${input.id} is nothing to delete.`);
  const spec = leftoverRemoval(
    finding,
    () => readFresh(deps, input.network),
    input.resume.change !== undefined,
  );
  const audit = ({ resourceId, requestId, purpose, proof }: IssuedWarrant) =>
    deps.records.operations.addWarrant({
      operation: input.operation,
      resourceId,
      requestId,
      evidence: { purpose, reconciliation: input.id, proof },
      issuedAt: new Date(input.now).toISOString(),
    });
  return ensureAbsent(deps.clients, spec, undefined, audit, input.resume);
}

export interface AssociationFacts {
  tableId: string;
  subnets: SubnetGroup[];
  /** There are more of them, to be asked for once these are done. */
  more?: true;
}

/** Routed subnets that our unneeded table is still on; they have to let go of it before it can go. */
export async function listAssociations(
  deps: Dependencies,
  input: ReconcileRun & { index: number },
): Promise<Outcome<AssociationFacts>> {
  return outcomeOf(async () => {
    const finding = (await loadReport(deps, input.id)).findings[input.index];
    const tableId = finding?.what ?? '';
    const { observed, promised } = await readFresh(deps, input.network);
    const again = diagnose(observed, promised).findings.find(
      ({ kind, what, blockedBy }) => kind === 'unneededRouteTable' && what === tableId && !blockedBy,
    );
    const table = observed.tables.find(({ id }) => id === tableId);
    const all = again ? (table?.subnets ?? []) : [];
    const subnets = subnetGroups(all.slice(0, mostAssociations));
    const more = all.length > mostAssociations;
    return {
      status: 'done',
      change: 'unchanged',
      facts: { tableId, subnets, ...(more ? { more } : {}) },
    };
  });
}

/** Ids are long, and a result has 4 KB. */
const mostAssociations = 10;

/**
 * Gives the prefix and addresses of a host back whose leftovers are all gone, by what is read now. The ledger goes first:
 * a crash in between leaves a host row without promise, which the same call removes.
 */
export async function releaseHost(
  deps: Dependencies,
  input: ReconcileRun & { operation: string; host: string },
): Promise<Outcome<RemovalFacts>> {
  return outcomeOf(async () => {
    const { records } = deps;
    const { observed, promised } = await readFresh(deps, input.network);
    const { record: network } = await loadNetwork(deps, input.network);
    const row = await records.hosts.get(input.network, input.host);
    const entry = promised.ledger.find((one) => one.network === input.network && one.host === input.host);
    const free = diagnose(observed, promised).findings.some(
      (one) =>
        one.kind === 'ledgerWithoutResource' &&
        one.host === input.host &&
        one.remedy === 'repair' &&
        !one.blockedBy,
    );
    if (entry && !free) {
      return { status: 'done', change: 'unchanged', facts: { kept: 'Something of it is there again.' } };
    }
    if (entry) await records.ledger.release(virtualNetworkId(network.definition), input.host);
    if (row?.record.claim === input.operation && row.record.state === 'failed')
      await records.hosts.remove(input.network, input.host, row.etag);
    return { status: 'done', change: 'deleted' };
  });
}

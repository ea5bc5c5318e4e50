import type { Verdict } from '../azure/warrant';
import type { Finding, FindingRecord } from '../records/reconciliation';
import { keyOf } from './decide';
import { diagnose } from './diagnose';
import { lower, type Observed, type Promised } from './facts';

/** What a deletion is decided on: both read after the leases were taken. */
export interface Fresh {
  observed: Observed;
  promised: Promised;
}

/**
 * The second verdict on a finding that this run wants to delete: the same rules on what is there now. `begun` says that
 * the deletion was already asked for.
 */
export function judgeLeftover(
  finding: FindingRecord,
  { observed, promised }: Fresh,
  begun: boolean,
): Verdict {
  const found = resourceOf(observed, finding);
  if (!found) return { verdict: 'gone' };
  if (!found.settled) {
    return begun ? { verdict: 'wait' } : { verdict: 'keep', reason: 'Somebody is changing it right now.' };
  }
  const again = diagnose(observed, promised).findings.find((one) => keyOf(one) === keyOf(finding));
  if (again?.remedy !== 'delete') {
    return { verdict: 'keep', reason: 'Read again, it is no leftover of ours.' };
  }
  if (again.blockedBy) return { verdict: 'keep', reason: again.blockedBy.join(' ') };
  const { first, times } = finding.seen;
  return {
    verdict: 'delete',
    warrant: {
      resourceId: finding.what,
      purpose: 'reconcile',
      proof: [
        ...again.evidence,
        `seen in ${times} runs since ${first}`,
        'confirmed by a read under the lease',
      ],
    },
  };
}

/** The resource that a finding is about, if it is still to be seen. A route is as settled as its table. */
function resourceOf(observed: Observed, { kind, what }: Finding): { settled: boolean } | undefined {
  const same = ({ id }: { id: string }) => lower(id) === lower(what);
  switch (kind) {
    case 'orphanedGhostedSubnet':
      return observed.subnets.find(same);
    case 'orphanedRoute':
      return observed.tables.find((table) =>
        table.routes.some(({ name }) => lower(`${table.id}/routes/${name}`) === lower(what)),
      );
    case 'unneededRouteTable':
      return observed.tables.find(same);
    case 'leftoverVirtualMachine':
      return observed.virtualMachines.find(same);
    case 'leftoverNetworkInterface':
      return observed.networkInterfaces.find(same);
    case 'leftoverPublicAddress':
      return observed.publicAddresses.find(same);
    case 'leftoverDisk':
      return observed.disks.find(same);
    default:
      throw new Error(`A finding of kind ${kind} is nothing to delete.`);
  }
}

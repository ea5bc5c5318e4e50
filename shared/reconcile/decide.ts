import type {
  Finding,
  FindingAction,
  FindingRecord,
  ReconcilePolicy,
  Remedy,
  Sighting,
} from '../records/reconciliation';
import { toSight } from './limits';

/** Policy with nothing left open. */
export type FullPolicy = Required<ReconcilePolicy>;

/**
 * A leftover is deleted a day after it was first seen: long enough for a person to see the report and object, short enough
 * that prefixes come back. `mostDeletes` bounds what a mistake in the records could cost in one run.
 */
export const defaultPolicy: FullPolicy = {
  dryRun: true,
  repairs: 'repair',
  deletes: 'delete',
  graceHours: 24,
  mostDeletes: 10,
};

/** Repairs are harmless but not free: the rest waits for the next run. */
export const mostRepairs = 100;

export const hour = 3_600_000;

export const keyOf = ({ kind, what }: Pick<Finding, 'kind' | 'what'>): string =>
  `${kind} ${what}`.toLowerCase();

/**
 * Sightings after a run at `now` (epoch milliseconds): a finding that is there again counts one more, one that was not
 * seen this time starts anew when it comes back. A run that looks `again` does not count twice. Of more findings than there is
 * room for, those are counted whose turn comes first.
 */
export function sight(
  before: Readonly<Record<string, Sighting>>,
  findings: readonly Finding[],
  now: number,
  again = false,
): Record<string, Sighting> {
  const at = new Date(now).toISOString();
  const count = (known: Sighting | undefined): Sighting =>
    known ? { ...known, last: at, times: known.times + (again ? 0 : 1) } : { first: at, last: at, times: 1 };
  return Object.fromEntries(
    toSight(inOrder(findings)).map((finding) => [keyOf(finding), count(before[keyOf(finding)])]),
  );
}

/** The most that the run may do about a finding. */
function policyFor({ remedy }: Finding, policy: FullPolicy): Remedy {
  if (policy.dryRun || remedy === 'report') return 'report';
  return remedy === 'repair' ? policy.repairs : policy.deletes;
}

/** Why a finding is not mended in this run; undefined if it is. The cap is applied over all findings by `decide`. */
export function withholding(
  finding: Finding,
  seen: Sighting,
  policy: FullPolicy,
  now: number,
): string | undefined {
  if (policy.dryRun) return 'Dry run.';
  if (policyFor(finding, policy) === 'report') return 'The policy of the network says report.';
  if (finding.blockedBy?.length) return finding.blockedBy.join(' ');
  if (finding.remedy !== 'delete') return undefined;
  if (seen.times < 2) return 'Seen once; a deletion needs two sightings.';
  const due = Date.parse(seen.first) + policy.graceHours * hour;
  return now < due ? `In the grace period until ${new Date(due).toISOString()}.` : undefined;
}

/**
 * What becomes of every finding of a run, and which are mended together. What the run has `done` before counts towards what
 * it may do.
 */
export function decide(
  findings: readonly Finding[],
  sightings: Readonly<Record<string, Sighting>>,
  policy: FullPolicy,
  now: number,
  done: readonly FindingRecord[] = [],
): FindingRecord[] {
  const jobs = new Map<string, number>();
  let deletes = done.filter(({ remedy }) => remedy === 'delete').length;
  let repairs = done.filter(({ remedy }) => remedy === 'repair').length;
  const actionOf = (finding: Finding, seen: Sighting): FindingAction => {
    if (finding.remedy === 'report') return { verdict: 'none' };
    const reason = withholding(finding, seen, policy, now);
    if (reason !== undefined) return { verdict: 'withheld', reason };
    if (finding.remedy === 'delete' && ++deletes > policy.mostDeletes) {
      return { verdict: 'withheld', reason: `At most ${policy.mostDeletes} deletions in one run.` };
    }
    if (finding.remedy === 'repair' && ++repairs > mostRepairs) {
      return { verdict: 'withheld', reason: `At most ${mostRepairs} repairs in one run.` };
    }
    return { verdict: 'planned' };
  };
  return inOrder(findings).map((finding) => {
    const at = new Date(now).toISOString();
    const seen = sightings[keyOf(finding)] ?? { first: at, last: at, times: 1 };
    const action = actionOf(finding, seen);
    const record = { ...finding, policy: policyFor(finding, policy), seen, action };
    if (action.verdict !== 'planned') return record;
    const party = finding.host ?? keyOf(finding);
    if (!jobs.has(party)) jobs.set(party, jobs.size);
    return { ...record, job: jobs.get(party) ?? 0 };
  });
}

/** Repairs before deletions; of what is deleted, the reverse of how it was made. */
const order: readonly Finding['kind'][] = [
  'deadLease',
  'recordsLost',
  'ghostedSubnetGone',
  'forwardingOff',
  'forwardingOn',
  'publicAddressLost',
  'wrongHopRoute',
  'missingRoute',
  'lostAssociation',
  'guestDrift',
  'ledgerWithoutResource',
  'orphanedRoute',
  'leftoverVirtualMachine',
  'leftoverNetworkInterface',
  'leftoverPublicAddress',
  'leftoverDisk',
  'orphanedGhostedSubnet',
  'unneededRouteTable',
];

function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = ({ kind }: Finding) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

import type { Finding, FindingRecord } from '../records/reconciliation';

/** A report is one row of at most 1 MiB, and so are all sightings: more findings than this are counted, not listed. */
export const mostFindings = 400;

/**
 * Those whose sightings are kept, of findings in the order of the run. Nothing is deleted that was not seen before, so what
 * may be deleted comes before what is blocked, and that before the rest.
 */
export const toSight = (ordered: readonly Finding[]): Finding[] => {
  const rank = ({ remedy, blockedBy }: Finding) => (remedy !== 'delete' ? 2 : blockedBy?.length ? 1 : 0);
  return ordered.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostFindings);
};

/**
 * What a report lists of a run's findings, in their order, and how many it leaves out: something is done only about what is
 * listed, so that comes before what is only told.
 */
export function listable(findings: readonly FindingRecord[]): { listed: FindingRecord[]; truncated: number } {
  const isTold = ({ action: { verdict } }: FindingRecord) => verdict === 'none' || verdict === 'withheld';
  const foremost = [...findings.filter((one) => !isTold(one)), ...findings.filter(isTold)];
  const kept = new Set(foremost.slice(0, mostFindings));
  return { listed: findings.filter((one) => kept.has(one)), truncated: findings.length - kept.size };
}

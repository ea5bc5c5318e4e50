import { poolOccupancy } from '../network/allocator';
import { parsePrefix } from '../network/ipv4';
import type { Occupied } from '../records/occupied';
import type { FindingRecord, ReportRecord } from '../records/reconciliation';
import type { LedgerEntry, NetworkRecord } from '../records/types';
import type { Name } from './metrics';

export interface Level {
  name: Name;
  value: number;
  attributes: Record<string, string>;
}

/** What is withheld although it may be mended mends itself with time, so nobody has to be woken. */
const verdictOf = ({ action, policy, remedy, blockedBy }: FindingRecord): string =>
  action.verdict === 'withheld' && policy === remedy && !blockedBy?.length ? 'waiting' : action.verdict;

/** How many findings of a report have the same kind and came to the same. */
export function findingLevels({ network, findings }: Pick<ReportRecord, 'network' | 'findings'>): Level[] {
  const levels = new Map<string, Level>();
  for (const finding of findings) {
    const { kind } = finding;
    const verdict = verdictOf(finding);
    const level = levels.get(`${kind} ${verdict}`);
    if (level) level.value += 1;
    else
      levels.set(`${kind} ${verdict}`, {
        name: 'findings',
        value: 1,
        attributes: { network, kind, verdict },
      });
  }
  return [...levels.values()];
}

/** How much of each pool is promised or not ours, in per cent of the prefixes that it has room for. */
export function poolLevels(
  { name: network, definition }: Pick<NetworkRecord, 'name' | 'definition'>,
  ledger: readonly Pick<LedgerEntry, 'ghostedPrefix'>[],
  { ranges }: Pick<Occupied, 'ranges'>,
): Level[] {
  const { pools, prefixLength } = definition.ghosted;
  const taken = [
    ...ledger.map(({ ghostedPrefix }) => parsePrefix(ghostedPrefix)),
    ...ranges.map(({ prefix }) => parsePrefix(prefix, 'clear')),
  ];
  return pools.flatMap((pool) => {
    const { total, used } = poolOccupancy(parsePrefix(pool), prefixLength, taken);
    return total === 0
      ? []
      : [
          {
            name: 'ledgerUsedPercent' as const,
            value: (100 * used) / total,
            attributes: { network, pool },
          },
        ];
  });
}

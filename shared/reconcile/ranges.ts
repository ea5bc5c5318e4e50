import { covers, parsePrefix } from '../network/ipv4';
import type { Finding } from '../records/reconciliation';
import { isIpv4 } from './facts';
import type { Scope } from './scope';

/**
 * Ranges of the VNet and of connected peers for which hosts have no route, because the definition does not name them. The
 * definition is what hosts were told; a range that is added to it reaches them by a roll-out.
 */
export function diagnoseRanges(scope: Scope): Finding[] {
  const { virtualNetwork } = scope.observed;
  if (!virtualNetwork || scope.settled.length === 0) return [];
  const { definition } = scope.promised.network;
  const known = [...definition.virtualNetwork.addressSpaces, ...(definition.extraPrefixes ?? [])]
    .filter(isIpv4)
    .map((range) => parsePrefix(range));
  const seen = [
    ...virtualNetwork.ranges.map((range) => ({ range, from: 'the VNet' })),
    ...virtualNetwork.peerings
      .filter(({ state }) => state === 'Connected')
      .flatMap(({ name, remoteRanges }) =>
        remoteRanges.map((range) => ({ range, from: `the peering ${name}` })),
      ),
  ];
  return seen
    .filter(({ range }) => isIpv4(range))
    .filter(({ range }) => !known.some((prefix) => covers(prefix, parsePrefix(range, 'clear'))))
    .map(({ range, from }) =>
      scope.finding({
        kind: 'newRange',
        what: range,
        prefix: range,
        evidence: [`${from} has it`, 'the definition does not name it'],
        remedy: 'report',
        detail: `${range} of ${from} is not in the definition: guests do not reach it untranslated. Add it there.`,
      }),
    );
}

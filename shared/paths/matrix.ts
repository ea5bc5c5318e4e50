import type { NetworkDefinition } from '../records/types';
import type { End, Ends, Known } from './ends';

/** Paths to guests of so many other hosts are walked unasked; each is two walks, and a document has its limits. */
export const mostNeighbours = 100;

/**
 * Every way that the definition promises to the guests of one host: to and from routed subnets, guests of other hosts and
 * ranges beyond the VNet; out to translated ranges, the DNS server and the internet.
 */
export function standardPaths(
  known: Known & { routed: readonly { id: string }[] },
  { extraPrefixes = [], natPrefixes = [] }: Pick<NetworkDefinition, 'extraPrefixes' | 'natPrefixes'>,
): Ends[] {
  const guest: End = { kind: 'guest', host: known.host };
  const others = known.hosts.filter((name) => name !== known.host).slice(0, mostNeighbours);
  const mutual: End[] = [
    ...known.routed.map(({ id }): End => ({ kind: 'subnet', subnet: id.toLowerCase() })),
    ...others.map((host): End => ({ kind: 'guest', host })),
    ...extraPrefixes.map((prefix): End => ({ kind: 'prefix', prefix })),
  ];
  const outward: End[] = [
    ...natPrefixes.map((prefix): End => ({ kind: 'prefix', prefix })),
    { kind: 'dns' },
    { kind: 'internet' },
  ];
  return [
    ...mutual.flatMap((end) => [
      { from: guest, to: end },
      { from: end, to: guest },
    ]),
    ...outward.map((to) => ({ from: guest, to })),
  ];
}

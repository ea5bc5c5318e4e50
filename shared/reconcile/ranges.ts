import type { HostLayout } from '../azure/layout';
import { hostRoutes } from '../network/hostRoutes';
import { covers, formatPrefix, parsePrefix } from '../network/ipv4';
import type { Finding } from '../records/reconciliation';
import { isIpv4, type ObservedNetwork } from './facts';
import type { Scope } from './scope';

/**
 * Ranges of the VNet and of connected peers that came after a host was set up, so that it has no route for them: its guests
 * do not reach them, or only translated. A host whose Windows was never verified says nothing of its routes.
 */
export function diagnoseRanges(scope: Scope): Finding[] {
  const { virtualNetwork } = scope.observed;
  if (!virtualNetwork) return [];
  const sources = sourcesOf(virtualNetwork);
  const without = new Map<string, string[]>();
  for (const layout of scope.settled) {
    const known = scope.host(layout.host)?.ranges?.map((range) => parsePrefix(range));
    if (!known) continue;
    for (const range of wanted(layout, [...sources.keys()])) {
      if (known.some((prefix) => covers(prefix, parsePrefix(range)))) continue;
      without.set(range, [...(without.get(range) ?? []), layout.host]);
    }
  }
  return [...without].map(([range, hosts]) =>
    scope.finding({
      kind: 'newRange',
      what: range,
      prefix: range,
      evidence: [`${sources.get(range)} has it`, `verified without a route for it: ${named(hosts)}`],
      remedy: 'report',
      detail: `${range} of ${sources.get(range)} is newer than the routes of ${named(hosts)}: guests there do not reach it with their own address. Roll the definition out (converge).`,
    }),
  );
}

/** IPv4 ranges, each with where it comes from. */
function sourcesOf({ ranges, peerings }: ObservedNetwork): Map<string, string> {
  const ofPeers = peerings
    .filter(({ state }) => state === 'Connected')
    .flatMap(({ name, remoteRanges }) =>
      remoteRanges.map((range) => [range, `the peering ${name}`] as const),
    );
  const all = [...ranges.map((range) => [range, 'the VNet'] as const), ...ofPeers];
  const plain = all.flatMap(([range, from]) =>
    isIpv4(range) ? [[formatPrefix(parsePrefix(range, 'clear')), from] as const] : [],
  );
  return new Map(plain.reverse());
}

/** Those of the ranges that the host should send out of NIC 2: not what it is a member of, or translates. */
function wanted({ definition, natSubnet, lanSubnet, route }: HostLayout, ranges: string[]): string[] {
  const routes = hostRoutes({
    vnetRanges: ranges,
    natPrefixes: definition.natPrefixes ?? [],
    natPrefix: natSubnet.prefix,
    lanPrefix: lanSubnet.prefix,
    ghostedPrefix: route.prefix,
    dnsServers: [],
  });
  return routes.flatMap(({ nic, prefix }) => (nic === 2 ? [prefix] : []));
}

const mostNames = 5;

const named = (hosts: string[]): string =>
  hosts.length <= mostNames
    ? hosts.join(', ')
    : `${hosts.slice(0, mostNames).join(', ')} and ${hosts.length - mostNames} more`;

import { contains, covers, formatPrefix, InvalidIpv4, parseAddress, type Prefix } from '../ipv4';
import { platformAddress } from '../reserved';
import { same, type Draft, type Finding } from './draft';
import { blocks, overlapsAmong, prefixesOf, syntaxAndRange, type Block } from './prefixes';

/** What lies beyond the VNet: ranges over NIC 2 and NIC 1, and the DNS servers that guests are given. */
export function reachFindings(draft: Draft): Finding[] {
  const { spaces, pools, shared, foreign } = prefixesOf(draft);
  const extra = blocks('/extraPrefixes', 'extra prefix', draft.extraPrefixes);
  const nat = blocks('/natPrefixes', 'NAT prefix', draft.natPrefixes);
  // NAT itself is reached over NIC 1; everything else that the network routes is not.
  const routed = [...shared.filter(({ pointer }) => pointer !== '/natSubnet/prefix'), ...foreign, ...pools];
  return [
    ...[...extra, ...nat].flatMap(syntaxAndRange),
    ...overlapsAmong(extra),
    ...overlapsAmong(extra, spaces),
    ...overlapsAmong(nat),
    ...overlapsAmong(nat, routed),
    ...nat.flatMap((block) => takesAway(block, extra)),
    ...dnsFindings(draft, known(spaces), known(extra), known([...nat, ...shared])),
  ];
}

const known = (all: Block[]): Prefix[] => all.flatMap(({ prefix }) => prefix ?? []);

/** A NAT prefix inside an extra prefix is an exception to it; the other way round nothing is left of the extra one. */
function takesAway({ pointer, prefix }: Block, extra: Block[]): Finding[] {
  return extra.flatMap((other) =>
    prefix && other.prefix && covers(prefix, other.prefix)
      ? [
          {
            pointer,
            detail: `${formatPrefix(prefix)} (over NIC 1) leaves nothing of the extra prefix ${formatPrefix(other.prefix)} (over NIC 2).`,
          },
        ]
      : [],
  );
}

/** A DNS server answers guests only if its subnet has a route to them, or if it never sees their addresses. */
function dnsFindings(draft: Draft, spaces: Prefix[], extra: Prefix[], answering: Prefix[]): Finding[] {
  const gateway = draft.routedSubnets.some(({ name }) => same(name, 'GatewaySubnet'));
  return draft.dnsServers.flatMap((text, index) => {
    const address = addressOf(text);
    if (address === undefined || text === platformAddress) return [];
    const within = (prefixes: Prefix[]) => prefixes.some((prefix) => contains(prefix, address));
    if (within(answering)) return [];
    const pointer = `/dnsServers/${index}`;
    if (within(spaces)) {
      const detail = `${text} is reached over NIC 2 but lies in no routed subnet and no NAT prefix: its answers would not find the guests.`;
      return [{ pointer, detail }];
    }
    if (within(extra) && !gateway) {
      const detail = `${text} lies in an extra prefix, but no GatewaySubnet is routed: its answers would not find the guests. Route GatewaySubnet or list the server as a NAT prefix.`;
      return [{ pointer, detail }];
    }
    return [];
  });
}

function addressOf(text: string | undefined): number | undefined {
  try {
    return text === undefined ? undefined : parseAddress(text);
  } catch (error) {
    if (error instanceof InvalidIpv4) return undefined;
    throw error;
  }
}

import type { HostRoute } from '../guest/types';
import { covers, firstHost, formatAddress, formatPrefix, parsePrefix, type Prefix } from './ipv4';
import { forbiddenRange, platformAddress } from './reserved';

export interface HostRouteFacts {
  /** Address spaces of the VNet, CIDR. */
  vnetRanges: string[];
  /** Ranges beyond the VNet that guests reach untranslated: connected peers', on-premises. */
  extraRanges?: string[];
  natPrefix: string;
  lanPrefix: string;
  ghostedPrefix: string;
  /** DNS servers that guests get; the platform's own is reached through NIC 1 whether or not it is among them. */
  dnsServers: string[];
  /** Ranges that guests reach translated, over NIC 1. */
  natPrefixes?: string[];
}

const metric = 256;

/**
 * Static routes of one host. NIC 1 carries what must be translated: the NAT subnet, the platform's DNS, NAT prefixes.
 * NIC 2 carries every range of the VNet, of its peers and beyond, except what lies in a subnet the host is itself a
 * member of.
 */
export function hostRoutes(facts: HostRouteFacts): HostRoute[] {
  const nat = parsePrefix(facts.natPrefix);
  const lan = parsePrefix(facts.lanPrefix);
  const own = [parsePrefix(facts.ghostedPrefix), nat, lan];
  const translated = [nat, parsePrefix(`${platformAddress}/32`), ...(facts.natPrefixes ?? []).map(strict)];
  // A range that NIC 1 translates whole has nothing left for NIC 2.
  const elsewhere = [...own, ...translated];
  const plain = [...facts.vnetRanges, ...(facts.extraRanges ?? [])]
    .map(strict)
    .filter((range) => !elsewhere.some((prefix) => covers(prefix, range)));
  return [
    ...distinct(translated).map((prefix) => route(prefix, nat, 1)),
    // A range that holds link-local addresses or the platform's would cut the host off from its own agent.
    ...distinct(plain.filter((prefix) => forbiddenRange(prefix) === undefined)).map((prefix) =>
      route(prefix, lan, 2),
    ),
  ];
}

const strict = (text: string): Prefix => parsePrefix(text);

function route(prefix: Prefix, subnet: Prefix, nic: 1 | 2): HostRoute {
  return { prefix: formatPrefix(prefix), gateway: formatAddress(firstHost(subnet)), nic, metric };
}

function distinct(prefixes: Prefix[]): Prefix[] {
  return [...new Map(prefixes.map((prefix) => [formatPrefix(prefix), prefix])).values()];
}

import { holds, parseAddress, parseRange } from '../ipv4';
import type { Range } from '../ipv4';
import { asArray, asString, at } from '../json';
import type { JsonObject } from '../json';
import { peersOf } from './effectiveRoutes';
import { gatewaysFor } from './gateways';
import type { Packet } from './journey';
import type { Nic, SecurityRule, Topology } from './topology';

type Direction = 'Inbound' | 'Outbound';

const rule = (
  name: string,
  direction: Direction,
  priority: number,
  access: string,
  source: string,
  destination: string,
): SecurityRule => ({
  name,
  properties: {
    direction,
    priority,
    access,
    protocol: '*',
    sourceAddressPrefix: source,
    destinationAddressPrefix: destination,
    destinationPortRange: '*',
  },
});

/** What every security group ends with. */
const defaults: SecurityRule[] = [
  rule('AllowVnetInBound', 'Inbound', 65000, 'Allow', 'VirtualNetwork', 'VirtualNetwork'),
  rule('AllowAzureLoadBalancerInBound', 'Inbound', 65001, 'Allow', 'AzureLoadBalancer', '*'),
  rule('DenyAllInBound', 'Inbound', 65500, 'Deny', '*', '*'),
  rule('AllowVnetOutBound', 'Outbound', 65000, 'Allow', 'VirtualNetwork', 'VirtualNetwork'),
  rule('AllowInternetOutBound', 'Outbound', 65001, 'Allow', '*', 'Internet'),
  rule('DenyAllOutBound', 'Outbound', 65500, 'Deny', '*', '*'),
];

/** The rule that blocks this packet at this interface or its subnet, and its group; undefined if both let it pass. */
export function blockedBy(
  topology: Topology,
  nic: Nic,
  packet: Packet,
  direction: Direction,
): { group: string; rule: string } | undefined {
  for (const { group, rule } of decisions(topology, nic, packet, direction)) {
    if (rule && rule.properties.access !== 'Allow') return { group, rule: rule.name };
  }
  return undefined;
}

/** Groups are there, and what lets the packet in is in each of them a rule that somebody wrote. */
export function namesSource(topology: Topology, nic: Nic, packet: Packet): boolean {
  const decided = decisions(topology, nic, packet, 'Inbound');
  const written = (rule: SecurityRule): boolean => !defaults.includes(rule);
  return (
    decided.length > 0 && decided.every(({ rule }) => rule?.properties.access === 'Allow' && written(rule))
  );
}

function decisions(
  topology: Topology,
  nic: Nic,
  packet: Packet,
  direction: Direction,
): { group: string; rule: SecurityRule | undefined }[] {
  const groups = [nic.subnet.securityGroup, nic.securityGroup];
  if (direction === 'Outbound') groups.reverse();
  const known = { topology, vnet: vnetSpace(topology, nic) };
  return groups.flatMap((group) => {
    const rules = group === undefined ? undefined : topology.securityGroups.get(group);
    if (group === undefined || !rules) return [];
    return [{ group, rule: decide([...rules, ...defaults], packet, direction, known) }];
  });
}

/** What the tag VirtualNetwork stands for in a subnet: also the prefixes of its routes, a default route included. */
function vnetSpace(topology: Topology, { subnet }: Nic): Range[] {
  return [
    ...subnet.vnet.ranges,
    ...peersOf(topology, subnet.vnet).flatMap(({ peering, ranges }) => (peering.access ? ranges : [])),
    ...gatewaysFor(topology, subnet.vnet).flatMap(({ prefixes }) => prefixes),
    ...subnet.routes.map(({ range }) => range),
  ];
}

function decide(
  rules: SecurityRule[],
  packet: Packet,
  direction: Direction,
  known: Known,
): SecurityRule | undefined {
  const service = platformService(packet);
  return rules
    .filter(({ properties }) => properties.direction === direction)
    .filter((one) => service === undefined || names(one, service))
    .sort((a, b) => Number(a.properties.priority) - Number(b.properties.priority))
    .find(
      ({ properties }) =>
        matchesProtocol(properties, packet) &&
        matchesAddress(properties, 'source', packet.source, known) &&
        (service !== undefined || matchesAddress(properties, 'destination', packet.destination, known)),
    );
}

/** What the platform itself offers answers whatever a group says, unless a rule names the service by its own tag. */
function platformService({ destination, port }: Packet): string | undefined {
  if (destination === '169.254.169.254') return 'AzurePlatformIMDS';
  if (destination !== '168.63.129.16') return undefined;
  return port === 53 ? 'AzurePlatformDNS' : 'none';
}

const names = ({ properties }: SecurityRule, service: string): boolean =>
  values(properties, 'destinationAddressPrefix', 'destinationAddressPrefixes').includes(service);

/** What rules are read with. */
interface Known {
  topology: Topology;
  /** What the tag VirtualNetwork stands for. */
  vnet: Range[];
}

/** Azure lets a rule name one value or a list of them. */
function values(properties: JsonObject, single: string, several: string): string[] {
  const one = asString(properties[single]);
  return [
    ...(one === undefined ? [] : [one]),
    ...asArray(properties[several]).flatMap((value) => asString(value) ?? []),
  ];
}

function matchesProtocol(properties: JsonObject, { protocol, port, sourcePort }: Packet): boolean {
  const wanted = (asString(properties.protocol) ?? '*').toLowerCase();
  if (wanted !== '*' && wanted !== protocol) return false;
  if (protocol === 'icmp') return true;
  const from = values(properties, 'sourcePortRange', 'sourcePortRanges');
  const to = values(properties, 'destinationPortRange', 'destinationPortRanges');
  return isAmong(to, port) && (from.length === 0 || isAmong(from, sourcePort));
}

const isAmong = (ranges: string[], port: number): boolean =>
  ranges.some((range) => {
    const [first, last = first] = range.split('-');
    return range === '*' || (Number(first) <= port && port <= Number(last));
  });

/** No internet route leads to these. */
const notPublic = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].flatMap(
  (text) => parseRange(text) ?? [],
);

function matchesAddress(
  properties: JsonObject,
  side: 'source' | 'destination',
  address: string,
  { topology, vnet }: Known,
): boolean {
  const groups = asArray(properties[`${side}ApplicationSecurityGroups`]).map((one) => at(one, 'id'));
  const members = topology.nics.filter(({ applications }) =>
    groups.some((id) => typeof id === 'string' && applications.includes(id.toLowerCase())),
  );
  if (members.some((nic) => nic.address === address)) return true;
  const value = parseAddress(address) ?? 0;
  const isIn = (ranges: Range[]): boolean => ranges.some((range) => holds(range, value));
  return values(properties, `${side}AddressPrefix`, `${side}AddressPrefixes`).some((prefix) => {
    if (prefix === '*' || prefix === '0.0.0.0/0') return true;
    if (prefix === 'VirtualNetwork') return isIn(vnet);
    if (prefix === 'Internet') return !isIn([...notPublic, ...vnet.filter(({ length }) => length > 0)]);
    const range = parseRange(prefix.includes('/') ? prefix : `${prefix}/32`);
    return range !== undefined && holds(range, value);
  });
}

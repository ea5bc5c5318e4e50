import { holds, parseAddress, parseRange } from '../ipv4';
import type { Range } from '../ipv4';
import { asArray, asString } from '../json';
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

/** The rule that blocks this packet at this interface or its subnet; undefined if both let it pass. */
export function blockedBy(
  topology: Topology,
  nic: Nic,
  packet: Packet,
  direction: Direction,
): string | undefined {
  const groups = [nic.subnet.securityGroup, nic.securityGroup];
  if (direction === 'Outbound') groups.reverse();
  for (const group of groups) {
    const rules = group === undefined ? undefined : topology.securityGroups.get(group);
    if (!rules) continue;
    const deciding = decide([...rules, ...defaults], packet, direction, vnetSpace(topology, nic));
    if (deciding?.properties.access !== 'Allow') return deciding?.name ?? 'no rule';
  }
  return undefined;
}

/** What the tag VirtualNetwork stands for in a subnet: also the prefixes of its routes, a default route included. */
function vnetSpace(topology: Topology, { subnet }: Nic): Range[] {
  return [
    ...subnet.vnet.ranges,
    ...peersOf(topology, subnet.vnet).flatMap(({ ranges }) => ranges),
    ...gatewaysFor(topology, subnet.vnet).flatMap(({ prefixes }) => prefixes),
    ...subnet.routes.map(({ range }) => range),
  ];
}

function decide(
  rules: SecurityRule[],
  packet: Packet,
  direction: Direction,
  vnet: Range[],
): SecurityRule | undefined {
  return rules
    .filter(({ properties }) => properties.direction === direction)
    .sort((a, b) => Number(a.properties.priority) - Number(b.properties.priority))
    .find(
      ({ properties }) =>
        matchesProtocol(properties, packet) &&
        matchesAddress(properties, 'sourceAddressPrefix', packet.source, vnet) &&
        matchesAddress(properties, 'destinationAddressPrefix', packet.destination, vnet),
    );
}

/** Azure lets a rule name one value or a list of them. */
function values(properties: JsonObject, single: string, several: string): string[] {
  const one = asString(properties[single]);
  return [
    ...(one === undefined ? [] : [one]),
    ...asArray(properties[several]).flatMap((value) => asString(value) ?? []),
  ];
}

function matchesProtocol(properties: JsonObject, { protocol, port }: Packet): boolean {
  const wanted = (asString(properties.protocol) ?? '*').toLowerCase();
  if (wanted !== '*' && wanted !== protocol) return false;
  if (protocol === 'icmp') return true;
  return values(properties, 'destinationPortRange', 'destinationPortRanges').some((range) => {
    const [first, last = first] = range.split('-');
    return range === '*' || (Number(first) <= port && port <= Number(last));
  });
}

/** No internet route leads to these. */
const notPublic = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].flatMap(
  (text) => parseRange(text) ?? [],
);

function matchesAddress(properties: JsonObject, single: string, address: string, vnet: Range[]): boolean {
  const value = parseAddress(address) ?? 0;
  const isIn = (ranges: Range[]): boolean => ranges.some((range) => holds(range, value));
  return values(properties, single, `${single}es`).some((prefix) => {
    if (prefix === '*' || prefix === '0.0.0.0/0') return true;
    if (prefix === 'VirtualNetwork') return isIn(vnet);
    if (prefix === 'Internet') return !isIn([...notPublic, ...vnet.filter(({ length }) => length > 0)]);
    const range = parseRange(prefix.includes('/') ? prefix : `${prefix}/32`);
    return range !== undefined && holds(range, value);
  });
}

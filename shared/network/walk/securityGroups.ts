import { platformAddress } from '../reserved';
import { addressMatches, tagsAt, type Tags } from './serviceTags';
import { subnetWithId } from './lookup';
import type { Packet } from './packet';
import type {
  Direction,
  InterfaceFacts,
  NetworkView,
  RuleSide,
  SecurityGroupFacts,
  SecurityRuleFacts,
} from './view';

const side = (...addresses: string[]): RuleSide => ({ addresses, groups: [], ports: ['*'] });

function standard(
  name: string,
  direction: Direction,
  priority: number,
  allow: boolean,
  source: string,
  destination: string,
): SecurityRuleFacts {
  return {
    name,
    direction,
    priority,
    allow,
    protocol: '*',
    source: side(source),
    destination: side(destination),
  };
}

/** The rules that every security group ends with. */
export const defaultRules: readonly SecurityRuleFacts[] = [
  standard('AllowVnetInBound', 'Inbound', 65000, true, 'VirtualNetwork', 'VirtualNetwork'),
  standard('AllowAzureLoadBalancerInBound', 'Inbound', 65001, true, 'AzureLoadBalancer', '*'),
  standard('DenyAllInBound', 'Inbound', 65500, false, '*', '*'),
  standard('AllowVnetOutBound', 'Outbound', 65000, true, 'VirtualNetwork', 'VirtualNetwork'),
  standard('AllowInternetOutBound', 'Outbound', 65001, true, '*', 'Internet'),
  standard('DenyAllOutBound', 'Outbound', 65500, false, '*', '*'),
];

export interface Blocked {
  group: SecurityGroupFacts;
  rule: SecurityRuleFacts;
}

/**
 * The rule that stops a new flow at this interface, and its group; undefined if it passes. Inbound the subnet's group
 * is asked first, outbound the interface's; each that exists has to allow.
 */
export function blockedBy(
  view: NetworkView,
  nic: InterfaceFacts,
  packet: Packet,
  direction: Direction,
): Blocked | undefined {
  const subnet = subnetWithId(view, nic.subnetId);
  const ids = [subnet?.securityGroupId, nic.securityGroupId];
  if (direction === 'Outbound') ids.reverse();
  const groups = ids.flatMap((id) => view.securityGroups.find((one) => one.id === id) ?? []);
  if (groups.length === 0) return undefined;
  const tags = tagsAt(view, nic);
  for (const group of groups) {
    const rule = deciding(view, group, packet, direction, tags);
    if (rule?.allow === false) return { group, rule };
  }
  return undefined;
}

/** The first rule that matches, in the order of priority. */
function deciding(
  view: NetworkView,
  group: SecurityGroupFacts,
  packet: Packet,
  direction: Direction,
  tags: Tags,
): SecurityRuleFacts | undefined {
  // The platform's own services are subject to rules only by the tags that are made for them.
  const applicable =
    packet.destination === platformAddress
      ? group.rules.filter(({ destination }) => destination.addresses.includes('AzurePlatformDNS'))
      : [...group.rules, ...defaultRules];
  return applicable
    .filter((rule) => rule.direction === direction)
    .sort((a, b) => a.priority - b.priority)
    .find((rule) => matches(view, rule, packet, tags));
}

function matches(view: NetworkView, rule: SecurityRuleFacts, packet: Packet, tags: Tags): boolean {
  const { protocol } = packet;
  if (rule.protocol !== '*' && rule.protocol !== protocol) return false;
  const ports = protocol === 'icmp' ? [] : [packet.sourcePort, packet.destinationPort];
  return (
    sideMatches(view, rule.source, packet.source, ports[0], tags) &&
    sideMatches(view, rule.destination, packet.destination, ports[1], tags)
  );
}

function sideMatches(
  view: NetworkView,
  { addresses, groups, ports }: RuleSide,
  address: string,
  port: number | undefined,
  tags: Tags,
): boolean {
  const byAddress = addresses.some((wanted) => addressMatches(wanted, address, tags));
  return (byAddress || isMember(view, groups, address)) && (port === undefined || portMatches(ports, port));
}

function isMember(view: NetworkView, groups: string[], address: string): boolean {
  if (groups.length === 0) return false;
  return view.interfaces.some(
    ({ addresses, applicationSecurityGroups }) =>
      addresses.includes(address) && applicationSecurityGroups.some((id) => groups.includes(id)),
  );
}

function portMatches(ports: string[], port: number): boolean {
  return ports.some((range) => {
    const [first, last = first] = range.split('-');
    return range === '*' || (Number(first) <= port && port <= Number(last));
  });
}

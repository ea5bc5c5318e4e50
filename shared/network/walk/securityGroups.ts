import { parseAddress } from '../ipv4';
import { metadataAddress, platformAddress } from '../reserved';
import { meaningOf, tagsAt, type Tags } from './serviceTags';
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
  return gateAt(view, nic, direction)(packet);
}

/** The same for many packets: what does not depend on them is looked up once. */
export function gateAt(
  view: NetworkView,
  nic: InterfaceFacts,
  direction: Direction,
): (packet: Packet) => Blocked | undefined {
  const judges = judgesAt(view, nic, direction);
  return (packet) => {
    for (const { group, rules } of judges) {
      const rule = deciding(rules, packet);
      if (rule?.allow === false) return { group, rule };
    }
    return undefined;
  };
}

/** True if there are groups, and in each of them a rule of its own lets the flow in: not one that every group has. */
export function admitsByName(view: NetworkView, nic: InterfaceFacts, packet: Packet): boolean {
  const decided = judgesAt(view, nic, 'Inbound').map(({ rules }) => deciding(rules, packet));
  return decided.length > 0 && decided.every((rule) => rule?.allow === true && !defaultRules.includes(rule));
}

/** The groups at an interface, in the order in which they are asked. */
function judgesAt(
  view: NetworkView,
  nic: InterfaceFacts,
  direction: Direction,
): { group: SecurityGroupFacts; rules: Tried[] }[] {
  const subnet = subnetWithId(view, nic.subnetId);
  const ids = [subnet?.securityGroupId, nic.securityGroupId];
  if (direction === 'Outbound') ids.reverse();
  const groups = ids.flatMap((id) => view.securityGroups.find((one) => one.id === id) ?? []);
  if (groups.length === 0) return [];
  const tags = tagsAt(view, nic);
  return groups.map((group) => ({ group, rules: inOrder(view, group, direction, tags) }));
}

interface Address {
  text: string;
  value: number;
}

const read = (text: string): Address => ({ text, value: parseAddress(text) });

interface Tried {
  rule: SecurityRuleFacts;
  from: (address: Address) => boolean;
  to: (address: Address) => boolean;
}

/** The group's own rules of one direction by priority, then those that every group ends with. */
const inOrder = (
  view: NetworkView,
  { rules }: SecurityGroupFacts,
  direction: Direction,
  tags: Tags,
): Tried[] =>
  [...rules, ...defaultRules]
    .filter((rule) => rule.direction === direction)
    .sort((a, b) => a.priority - b.priority)
    .map((rule) => ({
      rule,
      from: sideMatches(view, rule.source, tags),
      to: sideMatches(view, rule.destination, tags),
    }));

/** The first rule that matches. */
function deciding(rules: Tried[], packet: Packet): SecurityRuleFacts | undefined {
  const { protocol, source, destination, sourcePort, destinationPort } = packet;
  const ported = protocol !== 'icmp';
  const [sender, receiver] = [read(source), read(destination)];
  const service = platformService(packet);
  return rules.find(
    ({ rule, from, to }) =>
      (service === undefined || rule.destination.addresses.some((one) => one.toLowerCase() === service)) &&
      (rule.protocol === '*' || rule.protocol === protocol) &&
      (!ported || portMatches(rule.source.ports, sourcePort)) &&
      (!ported || portMatches(rule.destination.ports, destinationPort)) &&
      from(sender) &&
      (service !== undefined || to(receiver)),
  )?.rule;
}

/**
 * What the platform offers is subject to a rule only by the tag that is made for it. Returns that tag in lower case, empty where
 * there is none, as for the wire server; undefined for any other destination.
 */
function platformService({ destination, destinationPort }: Packet): string | undefined {
  if (destination === metadataAddress) return 'azureplatformimds';
  if (destination !== platformAddress) return undefined;
  return destinationPort === 53 ? 'azureplatformdns' : '';
}

/** What a side names is read when it is first asked for: most rules are never reached. */
function sideMatches(
  view: NetworkView,
  { addresses, groups }: RuleSide,
  tags: Tags,
): (address: Address) => boolean {
  let meanings: ((address: number) => boolean)[] | undefined;
  return ({ text, value }) => {
    meanings ??= addresses.map((wanted) => meaningOf(wanted, tags));
    return meanings.some((means) => means(value)) || isMember(view, groups, text);
  };
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

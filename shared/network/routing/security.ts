import { formatAddress, parsePrefix } from '../ipv4';
import { blockedBy, type Direction, type InterfaceFacts, type NetworkView, type Protocol } from '../walk';
import type { RoutingWish } from './wish';

/** Flows that a rule is tried with; a rule for single other ports is not seen. */
const probes: [protocol: Protocol, port: number][] = [
  ['icmp', 0],
  ['tcp', 443],
  ['tcp', 3389],
];

/**
 * Rules of security groups on Hyper-V-LAN and on the routed subnets that stop what goes between those subnets and the
 * host's guests, in words. Nothing is ever written to a group: its owner decides.
 */
export function blockingRules(view: NetworkView, wish: RoutingWish): string[] {
  const guest = formatAddress(parsePrefix(wish.route.prefix).base + 2);
  const found = wish.routed.flatMap(({ id, name }) => {
    const subnet = view.subnets.find((one) => one.id === id);
    const [prefix] = subnet?.prefixes ?? [];
    if (!subnet || prefix === undefined || id === wish.lanSubnetId) return [];
    const member = formatAddress(parsePrefix(prefix, 'clear').base + 4);
    const ask = (at: string, direction: Direction, source: string, destination: string) =>
      blocked(view, at, direction, source, destination);
    return [...ask(id, 'Outbound', member, guest), ...ask(wish.lanSubnetId, 'Inbound', member, guest)]
      .map((rule) => `${rule} blocks ${name} to guests.`)
      .concat(
        [...ask(wish.lanSubnetId, 'Outbound', guest, member), ...ask(id, 'Inbound', guest, member)].map(
          (rule) => `${rule} blocks guests to ${name}.`,
        ),
      );
  });
  return [...new Set(found)];
}

function blocked(
  view: NetworkView,
  subnetId: string,
  direction: Direction,
  source: string,
  destination: string,
): string[] {
  const nic: InterfaceFacts = {
    id: 'probe',
    name: 'probe',
    subnetId,
    addresses: [direction === 'Outbound' ? source : destination],
    primary: false,
    ipForwarding: true,
    publicAddress: false,
    translatesToInternet: false,
    applicationSecurityGroups: [],
    frontends: [],
  };
  const stopped = probes.flatMap(([protocol, destinationPort]) => {
    const packet = { source, destination, protocol, sourcePort: 50_000, destinationPort };
    const by = blockedBy(view, nic, packet, direction);
    return by ? [{ text: `${by.rule.name} of ${by.group.name}`, protocol, destinationPort }] : [];
  });
  return [...new Set(stopped.map(({ text }) => text))].map((text) => {
    const all = stopped.filter((one) => one.text === text);
    const what = all.map(({ protocol, destinationPort: port }) =>
      protocol === 'icmp' ? protocol : `${protocol}/${port}`,
    );
    return all.length === probes.length ? text : `${text} (${what.join(', ')})`;
  });
}

import { crossing } from './crossing';
import type { EffectiveRoute } from './effectiveRoutes';
import { announces, cannotWork, gatewaysFor, withoutTransit } from './gateways';
import { hostOf, interfaceAt, reach, reachFor, tableOf, within } from './lookup';
import { breaks, hostLabel, nicLabel, translate, type Step, type Trace } from './packet';
import type { InterfaceFacts, NetworkView, SubnetFacts, VirtualNetworkFacts } from './view';

/** Where a packet enters the virtual network, and so whose routes it takes. */
export interface Sender {
  label: string;
  subnet: SubnetFacts;
  network: VirtualNetworkFacts;
  nic?: InterfaceFacts;
}

/** Where the chosen route leads. */
export function follow(trace: Trace, sender: Sender, route: EffectiveRoute): Step {
  const { view, packet } = trace;
  switch (route.nextHopType) {
    case 'VirtualAppliance':
      return toAppliance(trace, sender, route);
    case 'VnetLocal':
    case 'VNetPeering':
      return toAddress(trace, sender, route);
    case 'Internet':
      return toInternet(trace, sender, route);
    case 'VirtualNetworkGateway':
      return sender.nic
        ? toGateway(trace, sender, route)
        : atRoute(view, sender, route, 'it sends what the gateway brings back to the gateway');
    case 'None':
      return atRoute(view, sender, route, `it drops what goes to ${packet.destination}`);
    case 'Unknown':
      return atRoute(view, sender, route, 'its kind of next hop is not known here');
  }
}

/** The route in words, with its table if somebody made it. */
export function describe(
  view: NetworkView,
  subnet: SubnetFacts,
  { name, prefix, nextHopType }: EffectiveRoute,
): string {
  if (name !== undefined) return `route ${name} (${prefix}) of ${tableOf(view, subnet)?.name ?? ''}`;
  return `${nextHopType === 'VirtualNetworkGateway' ? 'gateway' : 'system'} route ${prefix} (${nextHopType})`;
}

function atRoute(view: NetworkView, { subnet }: Sender, route: EffectiveRoute, reason: string): Step {
  const table = route.source === 'User' ? tableOf(view, subnet) : undefined;
  const rule = describe(view, subnet, route);
  return table
    ? breaks('routeTable', `route table ${table.name}`, `${rule}: ${reason}`, table.id)
    : breaks('subnet', `subnet ${subnet.name}`, `${rule}: ${reason}`, subnet.id);
}

function toAppliance(trace: Trace, sender: Sender, route: EffectiveRoute): Step {
  const { view } = trace;
  const address = route.nextHopAddress ?? '';
  const target = interfaceAt(view, address, reachFor(view, sender.network, address));
  return target
    ? crossing(trace, sender.network, target, sender.nic)
    : atRoute(view, sender, route, `nobody within reach has its next hop ${address}`);
}

function toAddress(trace: Trace, sender: Sender, route: EffectiveRoute): Step {
  const { view, packet } = trace;
  const target = interfaceAt(view, packet.destination, reachFor(view, sender.network, packet.destination));
  if (target) return crossing(trace, sender.network, target, sender.nic);
  const host = view.hosts.find(({ ghostedPrefix }) => within([ghostedPrefix], packet.destination));
  if (!host) return nobodyThere(trace, sender, route);
  const sending = sender.nic && hostOf(view, sender.nic);
  if (sending?.nic === 1) {
    const reason = `its routing table sends ${packet.destination} out of NIC 1 instead of NIC 2`;
    return breaks('host', hostLabel(sending.host), reason);
  }
  const missing = `no route sends ${host.ghostedPrefix} to host ${host.name}; Azure itself knows no ${packet.destination}`;
  const table = tableOf(view, sender.subnet);
  return table
    ? breaks('routeTable', `route table ${table.name}`, missing, table.id)
    : breaks('subnet', `subnet ${sender.subnet.name}`, `${missing}; it has no route table`, sender.subnet.id);
}

function nobodyThere({ view, packet }: Trace, sender: Sender, route: EffectiveRoute): Step {
  const near = reach(view, sender.network);
  const place = view.subnets.find(
    ({ virtualNetworkId, prefixes }) =>
      near.includes(virtualNetworkId) && within(prefixes, packet.destination),
  );
  const { name, id } = place ?? sender.subnet;
  const rule = describe(view, sender.subnet, route);
  return breaks(
    'subnet',
    `subnet ${name}`,
    `no interface has the address ${packet.destination} (${rule})`,
    id,
  );
}

function toInternet(trace: Trace, sender: Sender, route: EffectiveRoute): Step {
  const { nic, subnet, label } = sender;
  if (!nic) return atRoute(trace.view, sender, route, `${label} sends nothing to the internet`);
  if (nic.translatesToInternet && !nic.addresses.includes(trace.packet.source)) {
    translate(trace, nic.id, nic.addresses[0] ?? '', nicLabel(nic), 'translation by the appliance');
  }
  const { source } = trace.packet;
  if (!nic.addresses.includes(source)) {
    return breaks(
      'interface',
      nicLabel(nic),
      `only its own address has a way to the internet, not ${source}: nobody translated it`,
      nic.id,
    );
  }
  if (subnet.natGateway || nic.publicAddress || byDefault(trace.view, nic, subnet)) {
    return { end: { at: 'outside', nic } };
  }
  return breaks(
    'subnet',
    `subnet ${subnet.name}`,
    'no way to the internet: neither NAT gateway nor public address nor default outbound access',
    subnet.id,
  );
}

/** One public address on any interface takes the default outbound access from the whole machine. */
function byDefault(view: NetworkView, { machine }: InterfaceFacts, subnet: SubnetFacts): boolean {
  const siblings = view.interfaces.filter((one) => machine !== undefined && one.machine?.id === machine.id);
  return subnet.defaultOutboundAccess && !siblings.some(({ publicAddress }) => publicAddress);
}

function toGateway(trace: Trace, sender: Sender, route: EffectiveRoute): Step {
  const { view, packet } = trace;
  const gateways = gatewaysFor(view, sender.network);
  const usable = route.source === 'User' ? gateways.filter(({ kind }) => kind === 'Vpn') : gateways;
  if (usable.length === 0) return atRoute(view, sender, route, 'there is no VPN gateway to send it to');
  const { destination } = packet;
  const gateway = usable.find(({ routes }) => within(routes, destination));
  if (gateway) return cannotWork(view, gateway) ?? { end: { at: 'onPremises', gateway } };
  // A gateway also passes on between the networks that it serves.
  const between = usable.find((one) => announces(view, one, destination));
  if (between) return { next: { in: 'gateway', gateway: between } };
  const [first] = usable;
  const reasons = usable.map((one) => cannotWork(view, one) ?? withoutTransit(view, one, destination));
  return (
    reasons.find((reason) => reason !== undefined) ??
    breaks('gateway', `gateway ${first?.name}`, `it has no route to ${destination}`, first?.id)
  );
}

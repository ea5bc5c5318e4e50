import { platformAddress } from '../reserved';
import { crossing } from './crossing';
import { effectiveRoutes, selectRoute, type EffectiveRoute } from './effectiveRoutes';
import { gatewaysFor } from './gateways';
import { interfaceAt, networkOf, reach, subnetWithId, tableOf, within } from './lookup';
import { breaks, nicLabel, translate, type Step, type Trace } from './packet';
import { admits } from './stateful';
import type { GatewayFacts, InterfaceFacts, NetworkView, SubnetFacts, VirtualNetworkFacts } from './view';

/** Where a packet enters the virtual network, and so whose routes it takes. */
interface Sender {
  label: string;
  subnet: SubnetFacts;
  network: VirtualNetworkFacts;
  nic?: InterfaceFacts;
}

/** A machine gives the packet to the virtual network. */
export function leave(trace: Trace, nic: InterfaceFacts): Step {
  const { view, packet } = trace;
  const subnet = subnetWithId(view, nic.subnetId);
  const network = subnet && networkOf(view, subnet);
  if (!network) return breaks('subnet', nic.subnetId, 'the subnet is not known', nic.subnetId);
  if (!nic.addresses.includes(packet.source) && !nic.ipForwarding) {
    return breaks(
      'interface',
      nicLabel(nic),
      `IP forwarding is off, so that Azure drops what comes from ${packet.source}`,
      nic.id,
    );
  }
  const blocked = admits(trace, nic, 'Outbound');
  if (blocked) return blocked;
  if (packet.destination === platformAddress) return toPlatform(trace, nic);
  const routes = effectiveRoutes(view, { interfaceId: nic.id });
  return dispatch(trace, { label: nicLabel(nic), subnet, network, nic }, routes);
}

/** A gateway gives what came from on-premises to the virtual network, by the routes of its own subnet. */
export function leaveGateway(trace: Trace, gateway: GatewayFacts): Step {
  const label = `gateway ${gateway.name}`;
  const subnet = subnetWithId(trace.view, gateway.subnetId);
  const network = subnet && networkOf(trace.view, subnet);
  if (!network) return breaks('gateway', label, 'its subnet is not known', gateway.id);
  const routes = effectiveRoutes(trace.view, { subnetId: subnet.id }).filter(
    // It does not send back what it has just brought.
    ({ nextHopType }) => nextHopType !== 'VirtualNetworkGateway',
  );
  return dispatch(trace, { label, subnet, network }, routes);
}

function toPlatform({ packet, hops }: Trace, nic: InterfaceFacts): Step {
  if (!nic.primary || !nic.addresses.includes(packet.source)) {
    return breaks(
      'interface',
      nicLabel(nic),
      `${platformAddress} answers only a machine's primary interface under its own address`,
      nic.id,
    );
  }
  hops.push({
    at: nicLabel(nic),
    action: 'sends',
    nextHop: platformAddress,
    rule: 'address of the platform',
  });
  return { end: { at: 'outside', nic } };
}

function dispatch(trace: Trace, sender: Sender, routes: EffectiveRoute[]): Step {
  const { view, packet, hops } = trace;
  const route = selectRoute(routes, packet.destination);
  if (!route) return breaks('subnet', `subnet ${sender.subnet.name}`, `no route to ${packet.destination}`);
  hops.push({
    at: sender.label,
    action: 'sends',
    nextHop: route.nextHopAddress ?? route.nextHopType,
    rule: describe(view, sender.subnet, route),
  });
  switch (route.nextHopType) {
    case 'VirtualAppliance':
      return toAppliance(trace, sender, route);
    case 'VnetLocal':
    case 'VNetPeering':
      return toAddress(trace, sender, route);
    case 'Internet':
      return toInternet(trace, sender);
    case 'VirtualNetworkGateway':
      return toGateway(trace, sender, route);
    case 'None':
      return atRoute(view, sender, route, `it drops what goes to ${packet.destination}`);
    case 'Unknown':
      return atRoute(view, sender, route, 'its kind of next hop is not known here');
  }
}

function describe(
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
  const target = interfaceAt(view, address, reach(view, sender.network));
  return target
    ? crossing(trace, sender.network, target, sender.nic === undefined)
    : atRoute(view, sender, route, `nobody within reach has its next hop ${address}`);
}

function toAddress(trace: Trace, sender: Sender, route: EffectiveRoute): Step {
  const { view, packet } = trace;
  const target = interfaceAt(view, packet.destination, reach(view, sender.network));
  if (target) return crossing(trace, sender.network, target, sender.nic === undefined);
  const host = view.hosts.find(({ ghostedPrefix }) => within([ghostedPrefix], packet.destination));
  if (!host) return nobodyThere(trace, sender, route);
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

function toInternet(trace: Trace, { nic, subnet, label }: Sender): Step {
  if (!nic)
    return breaks('subnet', `subnet ${subnet.name}`, `${label} sends nothing to the internet`, subnet.id);
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
  const gateway = usable.find(({ routes }) => within(routes, packet.destination));
  return gateway
    ? { end: { at: 'onPremises', gateway } }
    : breaks(
        'gateway',
        `gateway ${usable[0]?.name}`,
        `it has no route to ${packet.destination}`,
        usable[0]?.id,
      );
}

import { formatRange, holds, parseAddress, parseRange } from '../ipv4';
import type { Range } from '../ipv4';
import { adapterFor } from './host';
import { broken } from './journey';
import type { Journey, Step } from './journey';
import { blockedBy } from './securityGroup';
import type { Nic, Subnet, Topology, Vnet } from './topology';

/** Azure's own services at every interface: DNS, among others. */
export const platformAddress = '168.63.129.16';

interface EffectiveRoute {
  range: Range;
  type: 'VnetLocal' | 'VNetPeering' | 'Internet' | 'VirtualAppliance' | 'VirtualNetworkGateway' | 'None';
  /** User-defined routes win over system routes of the same length. */
  source: 'User' | 'Default';
  label: string;
  nextHop?: string;
}

/** An interface gives the packet to the virtual network. */
export function leave(journey: Journey, nic: Nic): Step {
  const { packet, topology, hops } = journey;
  const me = `NIC ${nic.name}`;
  if (packet.source !== nic.address && !nic.ipForwarding) {
    return broken(
      me,
      `IP forwarding is off: Azure drops packets from ${packet.source}, which is not its address`,
    );
  }
  if (packet.destination === platformAddress) return toPlatform(journey, nic);
  const rule = refused(journey, nic, 'Outbound');
  if (rule !== undefined) return broken(me, `security rule ${rule} blocks it`);
  const route = choose(effectiveRoutes(topology, nic.subnet), packet.destination);
  if (!route) return broken(`subnet ${nic.subnet.name}`, `no route to ${packet.destination}`);
  hops.push({
    at: me,
    action: 'sends',
    nextHop: route.nextHop ?? route.type,
    rule: route.label,
  });
  return follow(journey, nic, route);
}

function toPlatform({ packet, hops }: Journey, nic: Nic): Step {
  const me = `NIC ${nic.name}`;
  if (!nic.primary || packet.source !== nic.address) {
    return broken(me, `${platformAddress} answers only the address of a machine's primary NIC`);
  }
  hops.push({ at: me, action: 'sends', nextHop: platformAddress, rule: 'platform address' });
  return { arrived: { kind: 'outside', nic } };
}

function follow(journey: Journey, nic: Nic, route: EffectiveRoute): Step {
  const { packet, topology } = journey;
  const near = reachableVnets(topology, nic.subnet.vnet);
  switch (route.type) {
    case 'VirtualAppliance': {
      const hop = topology.nics.find(
        ({ address, subnet }) => address === route.nextHop && near.includes(subnet.vnet),
      );
      return hop
        ? cross(nic, hop, packet.source)
        : broken(route.label, `nobody has its next hop ${route.nextHop ?? ''}`);
    }
    case 'VnetLocal':
    case 'VNetPeering': {
      const target = topology.nics.find(
        ({ address, subnet }) => address === packet.destination && near.includes(subnet.vnet),
      );
      if (target) return cross(nic, target, packet.source);
      const value = parseAddress(packet.destination) ?? 0;
      const where = topology.subnets.find(({ range, vnet }) => near.includes(vnet) && holds(range, value));
      return broken(
        where ? `subnet ${where.name}` : `VNet ${nic.subnet.vnet.name}`,
        `no network interface has the address ${packet.destination}, and ${route.label} leads to no appliance`,
      );
    }
    case 'Internet':
      return toInternet(packet.source, nic);
    case 'VirtualNetworkGateway':
      return broken(route.label, 'what lies behind a gateway is not part of this network');
    case 'None':
      return broken(route.label, 'packets for this range are dropped');
  }
}

/** Into a peered network only what it lets in: packets with foreign sources count as forwarded. */
function cross(from: Nic, to: Nic, source: string): Step {
  const { vnet } = to.subnet;
  if (vnet !== from.subnet.vnet) {
    const back = vnet.peerings.find(({ remote }) => remote === from.subnet.vnet.id.toLowerCase());
    const foreign = !from.subnet.vnet.ranges.some((range) => holds(range, parseAddress(source) ?? 0));
    if (back?.connected !== true) return broken(`VNet ${vnet.name}`, 'its peering is not connected');
    if (foreign && !back.allowsForwarded) {
      return broken(`VNet ${vnet.name}`, `its peering does not allow forwarded traffic from ${source}`);
    }
  }
  return { next: { kind: 'arriving', nic: to } };
}

function toInternet(source: string, nic: Nic): Step {
  if (source !== nic.address) {
    return broken(
      `NIC ${nic.name}`,
      `Azure gives only its own address a way to the internet, not ${source}: it had to be translated`,
    );
  }
  const { subnet, vm } = nic;
  const anyPublic = vm?.nics.some(({ publicAddress }) => publicAddress) === true;
  if (nic.publicAddress || subnet.natGateway || (subnet.defaultOutbound && !anyPublic)) {
    return { arrived: { kind: 'outside', nic } };
  }
  return broken(
    `subnet ${subnet.name}`,
    'no way to the internet: no NAT gateway, no public address, default outbound access off',
  );
}

/** The virtual network hands the packet to an interface. */
export function arrive(journey: Journey, nic: Nic): Step {
  const { packet, hops } = journey;
  const { vm } = nic;
  const me = `NIC ${nic.name}`;
  if (!vm) return broken(me, 'it is attached to no machine');
  if (vm.power !== 'running') return broken(`VM ${vm.name}`, `the machine is ${vm.power}`);
  const rule = refused(journey, nic, 'Inbound');
  if (rule !== undefined) return broken(me, `security rule ${rule} blocks it`);
  const own = packet.destination === nic.address;
  if (!own && !nic.ipForwarding) {
    return broken(
      me,
      `IP forwarding is off: Azure drops packets to ${packet.destination}, which is not its address`,
    );
  }
  hops.push({ at: me, action: own ? 'delivers' : 'accepts for forwarding', nextHop: vm.name });
  if (vm.guest) {
    const ingress = adapterFor(vm, vm.guest, nic);
    return ingress
      ? { next: { kind: 'host', vm, ingress } }
      : broken(`host ${vm.name}`, `Windows has no adapter for ${nic.name}`);
  }
  // A machine that is no Windows of ours and forwards: an appliance that sends everything on by the same interface.
  return own ? { arrived: { kind: 'machine', nic } } : { next: { kind: 'leaving', nic } };
}

/** Security groups keep state: an answer passes where its packet went through. */
function refused(journey: Journey, nic: Nic, direction: 'Inbound' | 'Outbound'): string | undefined {
  return journey.admitted.has(nic.id)
    ? undefined
    : blockedBy(journey.topology, nic, journey.packet, direction);
}

function reachableVnets(topology: Topology, vnet: Vnet): Vnet[] {
  const peers = vnet.peerings.filter(({ connected }) => connected).map(({ remote }) => remote);
  return topology.vnets.filter((other) => other === vnet || peers.includes(other.id.toLowerCase()));
}

/** Private ranges that Azure drops unless the virtual network holds them. */
const dropped = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

function system(text: string, type: EffectiveRoute['type']): EffectiveRoute[] {
  const range = parseRange(text);
  return range ? [{ range, type, source: 'Default', label: `system route ${text} (${type})` }] : [];
}

function effectiveRoutes(topology: Topology, { vnet, routes }: Subnet): EffectiveRoute[] {
  return [
    ...routes.map(({ name, table, range, type, nextHop }): EffectiveRoute => ({
      range,
      type: isHopType(type) ? type : 'None',
      source: 'User',
      label: `route ${name} of ${table}`,
      ...(nextHop === undefined ? {} : { nextHop }),
    })),
    ...reachableVnets(topology, vnet).flatMap((other) =>
      other.ranges.flatMap((range) =>
        system(formatRange(range), other === vnet ? 'VnetLocal' : 'VNetPeering'),
      ),
    ),
    ...system('0.0.0.0/0', 'Internet'),
    ...dropped.flatMap((text) => system(text, 'None')),
  ];
}

function isHopType(type: string): type is EffectiveRoute['type'] {
  return ['VnetLocal', 'Internet', 'VirtualAppliance', 'VirtualNetworkGateway', 'None'].includes(type);
}

/** The longest prefix; of equal ones a user-defined route, then the earlier system route. */
function choose(routes: EffectiveRoute[], destination: string): EffectiveRoute | undefined {
  const value = parseAddress(destination) ?? 0;
  const rank = ({ source }: EffectiveRoute): number => (source === 'User' ? 0 : 1);
  return routes
    .filter(({ range }) => holds(range, value))
    .sort((a, b) => b.range.length - a.range.length || rank(a) - rank(b))[0];
}

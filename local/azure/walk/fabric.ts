import { holds, parseAddress, parseRange } from '../ipv4';
import { choose, effectiveRoutes, peersOf } from './effectiveRoutes';
import type { EffectiveRoute } from './effectiveRoutes';
import { gatewaysFor, mayUse, refusal, throughGateway } from './gateways';
import { guestNetwork } from './guests';
import { adapterFor } from './host';
import { broken } from './journey';
import type { Journey, Packet, Step } from './journey';
import { blockedBy, namesSource } from './securityGroup';
import type { Gateway, Nic, Subnet, Topology, Vnet } from './topology';

/** Azure's own services at every interface: DNS, and the wire server that the agent talks to. */
export const platformAddress = '168.63.129.16';
/** The instance metadata service, which gives tokens of the machine's identity to whoever asks. */
export const metadataAddress = '169.254.169.254';
const platform = [platformAddress, metadataAddress];

/** An interface gives the packet to the virtual network. */
export function leave(journey: Journey, nic: Nic): Step {
  const { packet, topology, hops } = journey;
  const me = `NIC ${nic.name}`;
  if (nic.vm && nic.vm.power !== 'running')
    return broken(`VM ${nic.vm.name}`, `the machine is ${nic.vm.power}`, nic.vm.id);
  if (platform.includes(packet.source))
    return broken(me, `only the platform itself sends from ${packet.source}`, nic.id);
  if (packet.source !== nic.address && !nic.ipForwarding) {
    return broken(
      me,
      `IP forwarding is off: Azure drops packets from ${packet.source}, which is not its address`,
      nic.id,
    );
  }
  const refusal = refused(journey, nic, 'Outbound');
  if (refusal) return refusal;
  if (platform.includes(packet.destination)) return toPlatform(journey, nic);
  const route = choose(effectiveRoutes(topology, nic.subnet), packet.destination);
  if (!route) return broken(`subnet ${nic.subnet.name}`, `no route to ${packet.destination}`, nic.subnet.id);
  hops.push({
    at: me,
    action: 'sends',
    nextHop: route.nextHop ?? route.type,
    rule: route.label,
  });
  return follow(journey, nic.subnet, route, nic);
}

/** What arrives at a gateway, from either side. */
export function pass(journey: Journey, gateway: Gateway): Step {
  return throughGateway(journey, gateway, (subnet, route) => follow(journey, subnet, route));
}

function toPlatform(journey: Journey, nic: Nic): Step {
  const { packet, hops } = journey;
  const me = `NIC ${nic.name}`;
  if (!nic.primary || packet.source !== nic.address) {
    return broken(me, `${packet.destination} answers only the address of a machine's primary NIC`, nic.id);
  }
  if (mustBeSigned(nic, packet) && isForwarded(journey, nic)) {
    return broken(
      me,
      `${packet.destination} answers only what the machine's own agent has signed`,
      nic.vm?.id,
    );
  }
  hops.push({ at: me, action: 'sends', nextHop: packet.destination, rule: 'platform address' });
  return { arrived: { kind: 'outside', nic } };
}

function mustBeSigned({ vm }: Nic, { destination, port, protocol }: Packet): boolean {
  const service = destination === metadataAddress ? 'imds' : 'wireServer';
  const overHttp = protocol === 'tcp' && (service === 'imds' || port === 80 || port === 32526);
  return overHttp && vm?.signed.includes(service) === true;
}

/** A guest's, under its host's address. */
function isForwarded({ packet, translations }: Journey, { vm }: Nic): boolean {
  return translations.some(
    (one) => one.vm === vm && one.outside === packet.source && one.remote === packet.destination,
  );
}

/** Along a route from an interface of this subnet, or from the gateway in it. */
function follow(journey: Journey, from: Subnet, route: EffectiveRoute, nic?: Nic): Step {
  const { packet, topology } = journey;
  const near = reachableVnets(topology, from.vnet);
  switch (route.type) {
    case 'VirtualAppliance': {
      const known = knowing(topology, from.vnet, route.nextHop);
      const hop = topology.nics.find(
        ({ address, subnet }) => address === route.nextHop && known.includes(subnet.vnet),
      );
      return hop
        ? cross(journey, from, hop, nic)
        : broken(route.label, `nobody has its next hop ${route.nextHop ?? ''}`, makerOf(from, route));
    }
    case 'VnetLocal':
    case 'VNetPeering': {
      const target = topology.nics.find(
        ({ address, subnet }) => address === packet.destination && near.includes(subnet.vnet),
      );
      if (target) return cross(journey, from, target, nic);
      const value = parseAddress(packet.destination) ?? 0;
      const where = topology.subnets.find(({ range, vnet }) => near.includes(vnet) && holds(range, value));
      return broken(
        where ? `subnet ${where.name}` : `VNet ${from.vnet.name}`,
        `no network interface has the address ${packet.destination}, and ${route.label} leads to no appliance`,
        hasGuests(topology, value) ? missingRoute(from, nic) : (where ?? from).id,
      );
    }
    case 'Internet':
      return nic
        ? toInternet(packet.source, nic)
        : broken(route.label, 'a gateway sends nothing there', makerOf(from, route));
    case 'VirtualNetworkGateway': {
      const gateways = gatewaysFor(topology, from.vnet);
      const knowing = gateways.find(({ prefixes }) =>
        prefixes.some((range) => holds(range, parseAddress(packet.destination) ?? 0)),
      );
      const gateway = knowing ?? gateways[0];
      return gateway
        ? (refusal(topology, gateway, packet.destination) ?? { next: { kind: 'gateway', gateway } })
        : broken(route.label, 'there is no gateway that this network may use', makerOf(from, route));
    }
    case 'None':
      return broken(route.label, 'packets for this range are dropped', makerOf(from, route));
  }
}

/** Where the route can be changed: in the table that has it, or on the subnet that could have another one. */
const makerOf = (from: Subnet, route: EffectiveRoute): string =>
  route.source === 'User' ? (from.table ?? from.id) : from.id;

/** A host sends to guests out of NIC 2; everybody else needs a route in the table of the own subnet. */
const missingRoute = (from: Subnet, nic: Nic | undefined): string =>
  nic?.primary && nic.vm?.guest ? nic.vm.id : (from.table ?? from.id);

/** The address is one of guests, whom only a route finds. */
const hasGuests = ({ vms }: Topology, address: number): boolean =>
  vms.some(({ guest }) => {
    const network = guest && guestNetwork(guest);
    const range = network && parseRange(`${network.address}/${network.prefixLength}`);
    return range !== undefined && holds(range, address);
  });

/**
 * Into a peered network only what it lets in. Unverified (A23): what another machine than the sending one has sent counts as
 * forwarded, whatever its address. Without `sending` a gateway is the sender.
 */
function cross(journey: Journey, from: Subnet, to: Nic, sending: Nic | undefined): Step {
  const { source } = journey.packet;
  const { vnet } = to.subnet;
  if (vnet !== from.vnet) {
    const back = vnet.peerings.find(({ remote }) => remote === from.vnet.id.toLowerCase());
    if (!sending) {
      return mayUse(vnet, from.vnet)
        ? { next: { kind: 'arriving', nic: to } }
        : broken(`VNet ${vnet.name}`, `it does not use the gateways of ${from.vnet.name}`, vnet.id);
    }
    if (back?.connected !== true) return broken(`VNet ${vnet.name}`, 'its peering is not connected', vnet.id);
    if (source !== sending.address && !back.allowsForwarded) {
      return broken(
        `VNet ${vnet.name}`,
        `its peering does not allow forwarded traffic from ${source}`,
        vnet.id,
      );
    }
    // What is not let through unasked may still be let in by a rule that means these addresses.
    const open =
      back.access && from.vnet.peerings.some((one) => one.remote === vnet.id.toLowerCase() && one.access);
    if (!open && !letsIn(journey, to)) {
      return broken(`VNet ${vnet.name}`, `its peering gives ${from.vnet.name} no access`, vnet.id);
    }
  }
  return { next: { kind: 'arriving', nic: to } };
}

function toInternet(source: string, nic: Nic): Step {
  if (source !== nic.address) {
    return broken(
      `NIC ${nic.name}`,
      `Azure gives only its own address a way to the internet, not ${source}: it had to be translated`,
      nic.id,
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
    subnet.id,
  );
}

/** The virtual network hands the packet to an interface. */
export function arrive(journey: Journey, nic: Nic): Step {
  const { packet, hops } = journey;
  const { vm } = nic;
  const me = `NIC ${nic.name}`;
  if (!vm) return broken(me, 'it is attached to no machine', nic.id);
  if (vm.power !== 'running') return broken(`VM ${vm.name}`, `the machine is ${vm.power}`, vm.id);
  const refusal = refused(journey, nic, 'Inbound');
  if (refusal) return refusal;
  const own = packet.destination === nic.address;
  if (!own && !nic.ipForwarding) {
    return broken(
      me,
      `IP forwarding is off: Azure drops packets to ${packet.destination}, which is not its address`,
      nic.id,
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
  if (own) return { arrived: { kind: 'machine', nic } };
  hops.push({ at: `appliance ${vm.name}`, action: 'inspects and forwards', nextHop: packet.destination });
  return { next: { kind: 'leaving', nic } };
}

/** Security groups keep state, by the addresses, ports and protocol of a flow: an answer passes where its packet went through. */
function refused(journey: Journey, nic: Nic, direction: 'Inbound' | 'Outbound'): Step | undefined {
  const { admitted, packet, topology } = journey;
  if (isAnswer(journey, nic)) return undefined;
  const blocked = blockedBy(topology, nic, packet, direction);
  if (blocked) return broken(`NIC ${nic.name}`, `security rule ${blocked.rule} blocks it`, blocked.group);
  const { protocol, source, sourcePort, destination, port } = packet;
  admitted.add([nic.id, protocol, source, sourcePort, destination, port].join(' '));
  return undefined;
}

const isAnswer = ({ admitted, packet }: Journey, { id }: Nic): boolean => {
  const { protocol, source, sourcePort, destination, port } = packet;
  return admitted.has([id, protocol, destination, port, source, sourcePort].join(' '));
};

/** Rules of the interface's own groups let the packet in, not those that every group has, or it answers one that they let out. */
function letsIn(journey: Journey, nic: Nic): boolean {
  return isAnswer(journey, nic) || namesSource(journey.topology, nic, journey.packet);
}

/** The network and those peers of which its peering knows the address. Unverified (A24). */
function knowing(topology: Topology, vnet: Vnet, address = ''): Vnet[] {
  const value = parseAddress(address);
  const peers = peersOf(topology, vnet).filter(
    ({ ranges }) => value !== undefined && ranges.some((range) => holds(range, value)),
  );
  return [vnet, ...peers.map((peer) => peer.vnet)];
}

function reachableVnets(topology: Topology, vnet: Vnet): Vnet[] {
  return [vnet, ...peersOf(topology, vnet).map((peer) => peer.vnet)];
}

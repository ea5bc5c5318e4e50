import { holds, parseAddress } from '../ipv4';
import { choose, effectiveRoutes, peersOf } from './effectiveRoutes';
import type { EffectiveRoute } from './effectiveRoutes';
import { gatewaysFor, mayUse, throughGateway } from './gateways';
import { adapterFor } from './host';
import { broken } from './journey';
import type { Journey, Packet, Step } from './journey';
import { blockedBy } from './securityGroup';
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
    return broken(`VM ${nic.vm.name}`, `the machine is ${nic.vm.power}`);
  if (packet.source !== nic.address && !nic.ipForwarding) {
    return broken(
      me,
      `IP forwarding is off: Azure drops packets from ${packet.source}, which is not its address`,
    );
  }
  if (platform.includes(packet.destination)) return toPlatform(journey, nic);
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
    return broken(me, `${packet.destination} answers only the address of a machine's primary NIC`);
  }
  if (mustBeSigned(nic, packet) && isForwarded(journey, nic)) {
    return broken(me, `${packet.destination} answers only what the machine's own agent has signed`);
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
        ? cross(from, hop, packet.source, nic)
        : broken(route.label, `nobody has its next hop ${route.nextHop ?? ''}`);
    }
    case 'VnetLocal':
    case 'VNetPeering': {
      const target = topology.nics.find(
        ({ address, subnet }) => address === packet.destination && near.includes(subnet.vnet),
      );
      if (target) return cross(from, target, packet.source, nic);
      const value = parseAddress(packet.destination) ?? 0;
      const where = topology.subnets.find(({ range, vnet }) => near.includes(vnet) && holds(range, value));
      return broken(
        where ? `subnet ${where.name}` : `VNet ${from.vnet.name}`,
        `no network interface has the address ${packet.destination}, and ${route.label} leads to no appliance`,
      );
    }
    case 'Internet':
      return nic ? toInternet(packet.source, nic) : broken(route.label, 'a gateway sends nothing there');
    case 'VirtualNetworkGateway': {
      const gateways = gatewaysFor(topology, from.vnet);
      const knowing = gateways.find(({ prefixes }) =>
        prefixes.some((range) => holds(range, parseAddress(packet.destination) ?? 0)),
      );
      const gateway = knowing ?? gateways[0];
      return gateway
        ? { next: { kind: 'gateway', gateway } }
        : broken(route.label, 'there is no gateway that this network may use');
    }
    case 'None':
      return broken(route.label, 'packets for this range are dropped');
  }
}

/**
 * Into a peered network only what it lets in. Unverified (A23): what another machine than the sending one has sent counts as
 * forwarded, whatever its address. Without `sending` a gateway is the sender.
 */
function cross(from: Subnet, to: Nic, source: string, sending: Nic | undefined): Step {
  const { vnet } = to.subnet;
  if (vnet !== from.vnet) {
    const back = vnet.peerings.find(({ remote }) => remote === from.vnet.id.toLowerCase());
    if (!sending) {
      return mayUse(vnet, from.vnet)
        ? { next: { kind: 'arriving', nic: to } }
        : broken(`VNet ${vnet.name}`, `it does not use the gateways of ${from.vnet.name}`);
    }
    if (back?.connected !== true) return broken(`VNet ${vnet.name}`, 'its peering is not connected');
    if (source !== sending.address && !back.allowsForwarded) {
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
  if (own) return { arrived: { kind: 'machine', nic } };
  hops.push({ at: `appliance ${vm.name}`, action: 'inspects and forwards', nextHop: packet.destination });
  return { next: { kind: 'leaving', nic } };
}

/** Security groups keep state: an answer passes where its packet went through. */
function refused(journey: Journey, nic: Nic, direction: 'Inbound' | 'Outbound'): string | undefined {
  return journey.admitted.has(nic.id)
    ? undefined
    : blockedBy(journey.topology, nic, journey.packet, direction);
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

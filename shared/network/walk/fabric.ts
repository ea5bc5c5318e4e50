import { closedToGuests, metadataAddress, platformAddress } from '../reserved';
import { effectiveRoutes, selectRoute, type EffectiveRoute } from './effectiveRoutes';
import { announces, cannotWork } from './gateways';
import { describe, follow, type Sender } from './nextHops';
import { cannotRun } from './arrival';
import { answersTo, hostOf, networkOf, subnetWithId } from './lookup';
import { breaks, hostLabel, nicLabel, type Packet, type Step, type Trace } from './packet';
import { admits } from './stateful';
import type { GatewayFacts, HostFacts, InterfaceFacts, NetworkView } from './view';

/** A machine gives the packet to the virtual network. */
export function leave(trace: Trace, nic: InterfaceFacts): Step {
  const { view, packet } = trace;
  const subnet = subnetWithId(view, nic.subnetId);
  const network = subnet && networkOf(view, subnet);
  if (!network) return breaks('subnet', nic.subnetId, 'the subnet is not known', nic.subnetId);
  const asleep = cannotRun(nic);
  if (asleep) return asleep;
  if (isPlatform(packet.source)) return notThePlatform(view, nic, packet.source);
  if (!answersTo(nic, packet.source) && !nic.ipForwarding) return notItsOwn(view, nic, packet.source);
  const blocked = admits(trace, nic, 'Outbound');
  if (blocked) return blocked;
  if (isPlatform(packet.destination)) return toPlatform(trace, nic);
  const routes = effectiveRoutes(view, { interfaceId: nic.id });
  return dispatch(trace, { label: nicLabel(nic), subnet, network, nic }, routes);
}

const isPlatform = (address: string): boolean => [platformAddress, metadataAddress].includes(address);

/**
 * An answer of the platform that goes out again instead of to the guest that asked. "Only the internal Azure platform can
 * source a message from this IP address" (what-is-ip-address-168-63-129-16); that of the metadata service is not routable.
 */
function notThePlatform(view: NetworkView, nic: InterfaceFacts, source: string): Step {
  const here = hostOf(view, nic);
  const reason = `only the platform itself sends from ${source}`;
  return here
    ? breaks('host', hostLabel(here.host), `it sends an answer out of NIC ${here.nic}: ${reason}`)
    : breaks('interface', nicLabel(nic), reason, nic.id);
}

function notItsOwn(view: NetworkView, nic: InterfaceFacts, source: string): Step {
  const here = hostOf(view, nic);
  const off = `IP forwarding is off, so that Azure drops what comes from ${source}`;
  return here?.nic === 1
    ? breaks('host', hostLabel(here.host), `it does not translate ${source} on NIC 1, where ${off}`)
    : breaks('interface', nicLabel(nic), off, nic.id);
}

/** A gateway gives what came from on-premises to the virtual network, by the routes of its own subnet. */
export function leaveGateway(trace: Trace, gateway: GatewayFacts): Step {
  const label = `gateway ${gateway.name}`;
  const subnet = subnetWithId(trace.view, gateway.subnetId);
  const network = subnet && networkOf(trace.view, subnet);
  if (!network) return breaks('gateway', label, 'its subnet is not known', gateway.id);
  const idle = cannotWork(trace.view, gateway);
  if (idle) return idle;
  const { destination } = trace.packet;
  if (!announces(trace.view, gateway, destination)) {
    return breaks('gateway', label, `it does not announce ${destination} to on-premises`, gateway.id);
  }
  const routes = effectiveRoutes(trace.view, { subnetId: subnet.id }).filter(
    // What it has learned itself leads to the other side.
    ({ source }) => source !== 'VirtualNetworkGateway',
  );
  return dispatch(trace, { label, subnet, network }, routes);
}

function toPlatform(trace: Trace, nic: InterfaceFacts): Step {
  const { view, packet, hops } = trace;
  const here = hostOf(view, nic);
  if (!nic.primary || !nic.addresses.includes(packet.source)) {
    const reason = `${packet.destination} answers only a machine's primary interface under its own address`;
    return here
      ? breaks(
          'host',
          hostLabel(here.host),
          `it sends from ${packet.source} out of NIC ${here.nic}: ${reason}`,
        )
      : breaks('interface', nicLabel(nic), reason, nic.id);
  }
  const { machine } = nic;
  if (here && machine && mustBeSigned(machine, packet) && isTranslated(trace, here.host)) {
    const reason = `by the metadata security protocol ${packet.destination} answers only what the agent of the VM has signed`;
    return breaks('protection', `VM ${machine.name}`, reason, machine.id);
  }
  hops.push({
    at: nicLabel(nic),
    action: 'sends',
    nextHop: packet.destination,
    rule: 'address of the platform',
  });
  return { end: { at: 'outside', nic } };
}

/** The wire server shares its address with the platform's DNS, which answers everybody. */
function mustBeSigned({ signed = [] }: NonNullable<InterfaceFacts['machine']>, packet: Packet): boolean {
  const { destination, destinationPort, protocol } = packet;
  if (protocol !== 'tcp') return false;
  return destination === metadataAddress
    ? signed.includes('imds')
    : signed.includes('wireServer') && isClosed(`${destination}:${destinationPort}`);
}

const isClosed = (what: string): boolean => closedToGuests.some((one) => one === what);

/** A guest's packet, under the address of its host. */
const isTranslated = ({ packet, translations }: Trace, { name }: HostFacts): boolean =>
  translations.some(
    ({ by, outside, remote }) => by === name && outside === packet.source && remote === packet.destination,
  );

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
  return follow(trace, sender, route);
}

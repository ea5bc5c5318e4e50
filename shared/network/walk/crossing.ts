import { noTransit } from './gateways';
import { neighbours, networkOf, subnetWithId } from './lookup';
import { breaks, nicLabel, type Step, type Trace } from './packet';
import { admitsExplicitly } from './stateful';
import type { InterfaceFacts, PeeringFacts, VirtualNetworkFacts } from './view';

/**
 * To an interface in the same network, or over a peering into that of the interface if the peering lets it in.
 *
 * @param sending interface that gives the packet to `from`; absent: a gateway there does
 */
export function crossing(
  trace: Trace,
  from: VirtualNetworkFacts,
  to: InterfaceFacts,
  sending: InterfaceFacts | undefined,
): Step {
  const { view, packet } = trace;
  const next: Step = { next: { in: 'arriving', nic: to } };
  const subnet = subnetWithId(view, to.subnetId);
  const network = subnet && networkOf(view, subnet);
  if (!network || network.id === from.id) return next;
  const label = `peering of ${network.name} with ${from.name}`;
  const back = neighbours(view, network).find(({ peering }) => peering.remoteId === from.id)?.peering;
  if (!back) return breaks('peering', label, 'it is not connected', network.id);
  if (!sending) return overGateway(from, network, back) ? next : noTransit(network, from);
  // Unverified (A23): Microsoft calls forwarded what a machine forwards, and is silent on sources in the sender's own range;
  // one page says that nothing flows, another that only a service tag changes. The plan of a host asks for the same.
  if (!sending.addresses.includes(packet.source) && !back.allowForwardedTraffic) {
    const reason = `forwarded traffic is not allowed, and ${nicLabel(sending)} forwards it from ${packet.source}`;
    return breaks('peering', label, reason, network.id);
  }
  // Without access nothing flows by default; a rule that names the addresses still lets it through.
  const open = back.allowVirtualNetworkAccess && accessFrom(from, network.id);
  if (open || admitsExplicitly(trace, to)) return next;
  return breaks('peering', label, `access between ${network.name} and ${from.name} is blocked`, network.id);
}

function accessFrom(from: VirtualNetworkFacts, remoteId: string): boolean {
  return from.peerings.some((one) => one.remoteId === remoteId && one.allowVirtualNetworkAccess);
}

function overGateway(hub: VirtualNetworkFacts, user: VirtualNetworkFacts, back: PeeringFacts): boolean {
  const there = hub.peerings.find(({ remoteId }) => remoteId === user.id);
  return back.useRemoteGateways && there?.allowGatewayTransit === true;
}

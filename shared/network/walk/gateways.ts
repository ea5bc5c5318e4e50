import { neighbours, subnetWithId } from './lookup';
import type { GatewayFacts, NetworkView, VirtualNetworkFacts } from './view';

/** Gateways in this network itself. */
export function ownGateways(view: NetworkView, network: VirtualNetworkFacts): GatewayFacts[] {
  return view.gateways.filter(
    ({ subnetId }) => subnetWithId(view, subnetId)?.virtualNetworkId === network.id,
  );
}

/** Gateways that serve a network: its own, or those of the one peer whose gateways it uses and that allows it. */
export function gatewaysFor(view: NetworkView, network: VirtualNetworkFacts): GatewayFacts[] {
  const own = ownGateways(view, network);
  if (own.length > 0) return own;
  return neighbours(view, network).flatMap(({ peering, network: hub }) =>
    peering.useRemoteGateways && hub && allowsTransit(hub, network) ? ownGateways(view, hub) : [],
  );
}

/** The network that has the gateways lets the other one use them. */
function allowsTransit(hub: VirtualNetworkFacts, user: VirtualNetworkFacts): boolean {
  return hub.peerings.some(
    ({ remoteId, state, allowGatewayTransit }) =>
      remoteId === user.id && state === 'Connected' && allowGatewayTransit,
  );
}

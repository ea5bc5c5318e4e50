import { neighbours, networkOf, readPrefix, subnetWithId, tableOf, within } from './lookup';
import { breaks, type Step } from './packet';
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

/** Why a gateway does not work at all, if its subnet's route table is one that Azure forbids there. */
export function cannotWork(view: NetworkView, gateway: GatewayFacts): Step | undefined {
  const subnet = subnetWithId(view, gateway.subnetId);
  const table = subnet && tableOf(view, subnet);
  if (!table) return undefined;
  const refuse = (reason: string) => breaks('routeTable', `route table ${table.name}`, reason, table.id);
  if (!table.gatewayRoutes) {
    return refuse(`it turns route propagation off, without which gateway ${gateway.name} does not work`);
  }
  return table.routes.some(({ prefix }) => readPrefix(prefix)?.length === 0)
    ? refuse(`its route for 0.0.0.0/0 keeps gateway ${gateway.name} from working`)
    : undefined;
}

/** The peering that would have to let a gateway through to a network beside its own; undefined if no neighbour has the address. */
export function withoutTransit(view: NetworkView, gateway: GatewayFacts, address: string): Step | undefined {
  const subnet = subnetWithId(view, gateway.subnetId);
  const hub = subnet && networkOf(view, subnet);
  const found = hub && neighbours(view, hub).find(({ ranges }) => within(ranges, address));
  return hub && found?.network && noTransit(found.network, hub);
}

/** @param user would use the gateway of `hub` */
export const noTransit = (user: VirtualNetworkFacts, hub: VirtualNetworkFacts): Step =>
  breaks(
    'peering',
    `peering of ${user.name} with ${hub.name}`,
    'it does not let the gateway of the other network through',
    user.id,
  );

/** A gateway tells on-premises of its own network and of those that use it; nothing else is sent to it. */
export function announces(view: NetworkView, gateway: GatewayFacts, address: string): boolean {
  const subnet = subnetWithId(view, gateway.subnetId);
  const network = subnet && networkOf(view, subnet);
  if (!network) return false;
  const users = neighbours(view, network).filter(
    ({ network: user }) => user && gatewaysFor(view, user).includes(gateway),
  );
  return within([...network.ranges, ...users.flatMap(({ ranges }) => ranges)], address);
}

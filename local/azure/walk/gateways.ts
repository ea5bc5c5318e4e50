import { holds, parseAddress } from '../ipv4';
import type { Range } from '../ipv4';
import { choose, effectiveRoutes, peersOf } from './effectiveRoutes';
import type { EffectiveRoute } from './effectiveRoutes';
import { broken } from './journey';
import type { Journey, Step } from './journey';
import type { Gateway, Subnet, Topology, Vnet } from './topology';

/** Gateways that a network sends to: its own, or those of the peer whose gateways it may use. */
export function gatewaysFor(topology: Topology, vnet: Vnet): Gateway[] {
  const own = topology.gateways.filter(({ subnet }) => subnet.vnet === vnet);
  if (own.length > 0) return own;
  return topology.gateways.filter(({ subnet }) => mayUse(vnet, subnet.vnet));
}

/** Both sides of the peering agree that one network uses the gateways of the other. */
export function mayUse(user: Vnet, hub: Vnet): boolean {
  const there = user.peerings.find(({ remote }) => remote === hub.id.toLowerCase());
  const back = hub.peerings.find(({ remote }) => remote === user.id.toLowerCase());
  return there?.connected === true && there.usesGateways && back?.connected === true && back.allowsTransit;
}

/** On premises a packet takes the tunnel or line whose gateway announces its destination. */
export function fromPremises(journey: Journey, address: string): Step {
  const { topology, packet, hops } = journey;
  const source = parseAddress(address) ?? 0;
  const mine = topology.gateways.filter(({ prefixes }) => prefixes.some((range) => holds(range, source)));
  const [first] = mine;
  if (!first) return broken('on premises', `no gateway leads to ${address}`);
  const idle = cannotWork(first);
  if (idle && mine.every(cannotWork)) return idle;
  const gateway = mine.find((one) => !cannotWork(one) && announces(topology, one, packet.destination));
  if (!gateway) return broken('on premises', `no gateway announces ${packet.destination}`, first.id);
  hops.push({ at: 'on premises', action: 'sends', nextHop: `gateway ${gateway.name}` });
  return { next: { kind: 'gateway', gateway } };
}

/** Two things in the table of its subnet keep a gateway from working at all. */
function cannotWork({ name, subnet }: Gateway): Step | undefined {
  const refuse = (reason: string): Step =>
    broken(`gateway ${name}`, `the route table of its subnet ${reason}`, subnet.table);
  if (!subnet.gatewayRoutes) return refuse('turns propagation off');
  return subnet.routes.some(({ range }) => range.length === 0)
    ? refuse('has a route for 0.0.0.0/0')
    : undefined;
}

/** A gateway announces the ranges of its own network and of those that use it. */
function announces(topology: Topology, { subnet }: Gateway, destination: string): boolean {
  const value = parseAddress(destination) ?? 0;
  const users = peersOf(topology, subnet.vnet).filter(({ vnet }) => mayUse(vnet, subnet.vnet));
  return [subnet.vnet.ranges, ...users.map(({ ranges }) => ranges)].some((ranges) =>
    ranges.some((range) => holds(range, value)),
  );
}

/**
 * Why a gateway does nothing with what a machine sends to it. It passes on to premises that it knows, and between networks that
 * it serves. Unverified: no page tells of the rest, also where a route of its own subnet covers that.
 */
export function refusal(topology: Topology, gateway: Gateway, destination: string): Step | undefined {
  const value = parseAddress(destination) ?? 0;
  const isIn = (ranges: Range[]): boolean => ranges.some((range) => holds(range, value));
  if (isIn(gateway.prefixes) || announces(topology, gateway, destination)) return undefined;
  const hub = gateway.subnet.vnet;
  const near = peersOf(topology, hub).find(({ ranges }) => isIn(ranges))?.vnet;
  return (
    cannotWork(gateway) ??
    (near
      ? broken(`VNet ${near.name}`, `it does not use the gateways of ${hub.name}`, near.id)
      : broken(`gateway ${gateway.name}`, `it serves no network with ${destination}`, gateway.id))
  );
}

/**
 * A gateway passes a packet on: to the premises behind it, or into the networks by the routes of its own subnet.
 * @param follow goes along the route that was chosen
 */
export function throughGateway(
  journey: Journey,
  gateway: Gateway,
  follow: (subnet: Subnet, route: EffectiveRoute) => Step,
): Step {
  const { topology, packet, hops } = journey;
  const me = `gateway ${gateway.name}`;
  const { subnet } = gateway;
  const idle = cannotWork(gateway);
  if (idle) return idle;
  const value = parseAddress(packet.destination) ?? 0;
  const route = choose(effectiveRoutes(topology, subnet), packet.destination);
  const away = gateway.prefixes.some((range) => holds(range, value));
  if (away && (route === undefined || route.type === 'None' || route.type === 'Internet')) {
    hops.push({ at: me, action: 'sends on premises', nextHop: packet.destination });
    return { arrived: { kind: 'premises', address: packet.destination } };
  }
  const maker = route?.source === 'User' ? subnet.table : gateway.id;
  if (!route || route.type === 'Internet' || route.type === 'None') {
    return broken(me, `it has no way to ${packet.destination}`, maker);
  }
  hops.push({ at: me, action: 'sends', nextHop: route.nextHop ?? route.type, rule: route.label });
  if (route.type === 'VirtualNetworkGateway')
    return broken(me, 'a route sends it back to the gateway', maker);
  return follow(subnet, route);
}

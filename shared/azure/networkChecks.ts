import type { NatGateway, RouteTable, VirtualNetwork } from '@azure/arm-network';
import { routeTableId } from '../network/ids';
import { contains, parseAddress, parsePrefix } from '../network/ipv4';
import type { NetworkDefinition } from '../records/types';
import { nameOf, parseId, sameId } from './ids';
import { routedSubnets } from './layout';
import type { Failed, Mistake } from './outcome';
import { judgePeering, peeredNetwork, rangesOfGuests } from './peeringChecks';
import { findSubnet, prefixesOf } from './resources/subnet';
import { addressSpaces, dnsServers, peerRanges, virtualNetworkMistakes } from './resources/virtualNetwork';
import { networkIdOf } from './routing';

/** What a definition speaks of, as Azure shows it. What does not exist is absent. */
export interface ObservedNetwork {
  own: VirtualNetwork | undefined;
  /** VNets of routed subnets that are not the network's own. */
  others: VirtualNetwork[];
  /** What of all that the app may not read, with what Azure said. */
  unreadable: Unreadable[];
  /** The NAT gateway that the definition names. */
  natGateway: NatGateway | undefined;
  /** The table of the definition's name, where the app would make it. */
  table: RouteTable | undefined;
  /** Ids of named security groups that do not exist. */
  missingGroups: string[];
}

export interface Unreadable {
  id: string;
  failure: Failed;
}

/** Everything in which a definition and Azure disagree. Nothing is read or written here. */
export function judgeNetwork(
  definition: NetworkDefinition,
  networkId: string,
  observed: ObservedNetwork,
): Mistake[] {
  const { own } = observed;
  const closed = closedIn(observed, networkId);
  return [
    ...(closed
      ? [{ pointer: '/virtualNetwork', detail: notAllowed(closed) }]
      : [...judgeOwn(definition, own), ...judgeShared(definition, own, networkId)]),
    ...definition.routedSubnets.flatMap((_, index) =>
      judgeRouted(definition, index, networkId, observed).map((detail) => ({
        pointer: `/routedSubnets/${index}`,
        detail,
      })),
    ),
    ...(own ? judgeDns(definition, own, networkId) : []),
    ...judgeReferences(definition, observed),
  ];
}

function judgeOwn(definition: NetworkDefinition, own: VirtualNetwork | undefined): Mistake[] {
  return virtualNetworkMistakes(definition, own).map(({ pointer, detail }) => ({ pointer, detail }));
}

/**
 * NAT, Hyper-V-LAN and routed subnets of the network's own VNet: there with this prefix, or to be made. Nothing is said of
 * those of a VNet that is missing.
 */
function judgeShared(
  definition: NetworkDefinition,
  own: VirtualNetwork | undefined,
  networkId: string,
): Mistake[] {
  if (!own && !definition.virtualNetwork.create) return [];
  const wishes = [
    { pointer: '/natSubnet', wish: definition.natSubnet },
    { pointer: '/lanSubnet', wish: definition.lanSubnet },
    ...definition.routedSubnets.flatMap((wish, index) =>
      wish.id === undefined || sameId(networkIdOf(wish.id), networkId)
        ? [{ pointer: `/routedSubnets/${index}`, wish }]
        : [],
    ),
  ];
  return wishes.flatMap(({ pointer, wish }) => {
    const existing = own && findSubnet(own, `${networkId}/subnets/${wish.name}`);
    if (!existing) {
      const detail = own
        ? `The subnet ${wish.name} does not exist. Create it or say create: true.`
        : `The VNet is still to be made, so the subnet ${wish.name} does not exist. Say create: true, or make the VNet first.`;
      return wish.create ? [] : [{ pointer, detail }];
    }
    const prefixes = prefixesOf(existing);
    const detail = `The subnet ${wish.name} has ${prefixes.join(', ')}, not ${wish.prefix}.`;
    return prefixes.includes(wish.prefix) ? [] : [{ pointer: `${pointer}/prefix`, detail }];
  });
}

const closedIn = ({ unreadable }: ObservedNetwork, id: string) =>
  unreadable.find((one) => sameId(one.id, id));

/** What Azure said, and what to grant: roles as a deployment calls them, since their file is not part of the app. */
function notAllowed({ id, failure: { code, message } }: Unreadable): string {
  const { subscriptionId, resourceGroup } = parseId(id);
  const subscription = `/subscriptions/${subscriptionId}`;
  const remedy =
    code === 'SubscriptionNotFound'
      ? `The subscription ${subscriptionId} must be one of the tenant of the app.`
      : `For ${nameOf(id)} the app needs the role Nested Hosts Network on ${subscription}/resourceGroups/${resourceGroup}` +
        ` and Nested Hosts Subscription Reader on ${subscription}.`;
  return `${message} ${remedy}`;
}

/** A subnet of another VNet: there, in a VNet that is peered directly and lets through what is needed. */
function judgeRouted(
  definition: NetworkDefinition,
  index: number,
  networkId: string,
  observed: ObservedNetwork,
): string[] {
  const { own, others } = observed;
  const id = definition.routedSubnets[index]?.id;
  const wish = routedSubnets(definition, networkId).find((one) => one.id === id);
  if (id === undefined || !wish || sameId(networkIdOf(id), networkId)) return [];
  const other = others.find((network) => sameId(network.id, networkIdOf(id)));
  const closed = closedIn(observed, networkIdOf(id));
  if (closed) return [notAllowed(closed)];
  if (!other) return [`The VNet ${nameOf(networkIdOf(id))} does not exist.`];
  const subnet = findSubnet(other, id);
  const found: string[] = [];
  if (!subnet) found.push(`The subnet ${wish.name} does not exist in ${other.name}.`);
  else if (!prefixesOf(subnet).includes(wish.prefix)) {
    found.push(`The subnet ${wish.name} has ${prefixesOf(subnet).join(', ')}, not ${wish.prefix}.`);
  }
  if (closedIn(observed, networkId)) return found;
  return [
    ...found,
    ...(own
      ? judgePeering(wish, rangesOfGuests(definition), peeredNetwork(own), peeredNetwork(other))
      : [`${other.name} is not peered yet.`]),
  ];
}

/**
 * The VNet's own DNS servers, where the definition names none, and peers' ranges, which only Azure knows: a server over
 * NIC 2 answers guests only from a routed subnet.
 */
function judgeDns(definition: NetworkDefinition, own: VirtualNetwork, networkId: string): Mistake[] {
  const routed = routedSubnets(definition, networkId);
  const answering = [definition.natSubnet, ...routed].map(({ prefix }) => prefix);
  const gateway = routed.some(({ name }) => name.toLowerCase() === 'gatewaysubnet');
  const within = (ranges: string[], address: string) =>
    ranges.some(
      (range) => range.includes('.') && contains(parsePrefix(range, 'clear'), parseAddress(address)),
    );
  return dnsServers(definition, own).flatMap((address, index) => {
    if (within([...answering, ...(definition.natPrefixes ?? [])], address)) return [];
    const lost =
      within([...addressSpaces(own), ...peerRanges(own)], address) ||
      (!gateway && within(definition.extraPrefixes ?? [], address));
    const pointer = definition.dnsServers.length > 0 ? `/dnsServers/${index}` : '/dnsServers';
    const detail = `The DNS server ${address} is reached over NIC 2 but lies in no routed subnet and no NAT prefix: its answers would not find the guests.`;
    return lost ? [{ pointer, detail }] : [];
  });
}

function judgeReferences(definition: NetworkDefinition, observed: ObservedNetwork): Mistake[] {
  const { natGateway, table, missingGroups } = observed;
  const { outbound, location, routeTable } = definition;
  const found: Mistake[] = [];
  if (outbound.kind === 'natGateway') {
    const pointer = '/outbound/id';
    const closed = closedIn(observed, outbound.id);
    const detail = natGateway
      ? `The NAT gateway ${natGateway.name} is in ${natGateway.location}, not in ${location}.`
      : `The NAT gateway ${nameOf(outbound.id)} does not exist.`;
    if (closed) found.push({ pointer, detail: notAllowed(closed) });
    else if (!natGateway || !sameLocation(natGateway.location, location)) found.push({ pointer, detail });
  }
  const closedTable = closedIn(observed, routeTableId(definition));
  if (closedTable) found.push({ pointer: '/routeTable', detail: notAllowed(closedTable) });
  if (table && !sameLocation(table.location, location)) {
    const detail = `A route table ${routeTable} exists in ${table.location}; subnets in ${location} cannot use it. Choose another name.`;
    found.push({ pointer: '/routeTable', detail });
  }
  return [
    ...found,
    ...missingGroups.map((id) => ({
      pointer: groupPointer(definition, id),
      detail: `The network security group ${nameOf(id)} does not exist.`,
    })),
  ];
}

/** Every security group that the definition wants on subnets that the app makes. */
export function namedGroups(definition: NetworkDefinition): { pointer: string; id: string }[] {
  const subnets = [
    { pointer: '/natSubnet', wish: definition.natSubnet },
    { pointer: '/lanSubnet', wish: definition.lanSubnet },
    { pointer: '/ghosted', wish: definition.ghosted },
    ...definition.routedSubnets.map((wish, index) => ({ pointer: `/routedSubnets/${index}`, wish })),
  ];
  return subnets.flatMap(({ pointer, wish: { networkSecurityGroupId: id } }) =>
    id === undefined ? [] : [{ pointer: `${pointer}/networkSecurityGroupId`, id }],
  );
}

const groupPointer = (definition: NetworkDefinition, id: string): string =>
  namedGroups(definition).find((group) => sameId(group.id, id))?.pointer ?? '';

const sameLocation = (a: string | undefined, b: string) =>
  a === undefined || a.replaceAll(' ', '').toLowerCase() === b.replaceAll(' ', '').toLowerCase();

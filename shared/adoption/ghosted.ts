import type { Route, RouteTable, Subnet } from '@azure/arm-network';
import { sameId } from '../azure/ids';
import { routedSubnets } from '../azure/layout';
import { prefixesOf } from '../azure/resources/subnet';
import { longestGhostedPrefix } from '../network/ghosted';
import { virtualNetworkId } from '../network/ids';
import { covers, InvalidIpv4, parsePrefix } from '../network/ipv4';
import type { AdoptedHost, NetworkDefinition } from '../records/types';
import type { Candidate, Hints, Reason } from './types';

export interface Ghosted {
  /** Absent: there is none, and none is needed before there is a NIC 2. */
  name?: string;
  prefix?: string;
  routes: AdoptedHost['routes'];
  reasons: Reason[];
}

/**
 * The ghosted subnet of a VM: the empty one whose prefix a route sends to NIC 2. The request may name one; that then is
 * the only candidate, and need not have a route yet.
 */
export function findGhosted(
  definition: NetworkDefinition,
  { host, ghostedSubnet }: Hints,
  { virtualNetwork, tables }: Candidate,
  lanAddress: string | undefined,
): Ghosted {
  const subnets = (virtualNetwork?.subnets ?? []).filter((subnet) => !isShared(definition, subnet));
  const toNic2 = tables.flatMap(({ routes = [] }) => routes.filter((route) => leadsTo(route, lanAddress)));
  const routedTo = (subnet: Subnet) =>
    toNic2.some(({ addressPrefix }) => prefixesOf(subnet).includes(addressPrefix ?? ''));
  const named = ghostedSubnet ?? (subnets.some(routedTo) ? undefined : `Ghosted-${host}`);
  const found = subnets.filter((subnet) =>
    named === undefined ? routedTo(subnet) : subnet.name?.toLowerCase() === named.toLowerCase(),
  );
  const [only] = found;
  if (found.length === 1 && only) return judged(definition, only, tables, lanAddress);
  if (found.length > 1) return none(ambiguous(found));
  if (ghostedSubnet !== undefined) {
    return none({
      code: 'GhostedSubnetNotFound',
      detail: `${ghostedSubnet} is no subnet of ${definition.virtualNetwork.name} that guests could have.`,
      remedy: 'Name an empty subnet that is neither NAT, nor Hyper-V-LAN, nor routed.',
    });
  }
  // A VM without NIC 2 cannot have a route yet: it gets a prefix from the pools.
  if (lanAddress === undefined) return { routes: [], reasons: [] };
  const outside = toNic2.map(({ addressPrefix }) => addressPrefix).join(', ');
  return none(
    outside === ''
      ? {
          code: 'GhostedSubnetNotFound',
          detail: `No route sends an empty subnet to NIC 2 (${lanAddress}).`,
          remedy: 'Name the ghosted subnet of the host in the request.',
        }
      : {
          code: 'GhostedOutsideNetwork',
          detail: `Routes send ${outside} to NIC 2 (${lanAddress}), but no subnet has such a prefix.`,
          remedy: 'Create an empty subnet with the prefix of the guests in the VNet.',
        },
  );
}

const none = (reason: Reason): Ghosted => ({ routes: [], reasons: [reason] });

const ambiguous = (found: Subnet[]): Reason => ({
  code: 'GhostedSubnetAmbiguous',
  detail: `Routes send several subnets to NIC 2: ${found.map(({ name }) => name).join(', ')}.`,
  remedy: 'A host has one ghosted subnet. Name it in the request, and remove the other routes.',
});

/** NAT, Hyper-V-LAN and routed subnets are no guests' range, whatever routes say. */
function isShared(definition: NetworkDefinition, { id, name }: Subnet): boolean {
  const vnet = virtualNetworkId(definition);
  return (
    name?.toLowerCase() === definition.natSubnet.name.toLowerCase() ||
    routedSubnets(definition, vnet).some((routed) => sameId(routed.id, id))
  );
}

const leadsTo = ({ nextHopType, nextHopIpAddress }: Route, address: string | undefined): boolean =>
  address !== undefined && nextHopType === 'VirtualAppliance' && nextHopIpAddress === address;

function judged(
  definition: NetworkDefinition,
  subnet: Subnet,
  tables: RouteTable[],
  lanAddress: string | undefined,
): Ghosted {
  const name = subnet.name ?? '';
  const prefixes = prefixesOf(subnet);
  const [prefix = ''] = prefixes;
  const reasons: Reason[] = [];
  const [occupant] = subnet.ipConfigurations ?? [];
  if (occupant || subnet.delegations?.length || subnet.serviceAssociationLinks?.length) {
    reasons.push({
      code: 'GhostedSubnetInUse',
      detail: `${occupant?.id ?? 'A service'} uses ${name}, where guests live.`,
      remedy: 'Move it to another subnet.',
    });
  }
  if (prefixes.length !== 1 || !isUsable(prefix)) {
    reasons.push({
      code: 'GhostedPrefixUnusable',
      detail: `${name} has ${prefixes.join(', ')}.`,
      remedy: `A ghosted subnet has one IPv4 prefix, /16 to /${longestGhostedPrefix}.`,
    });
  } else if (!definition.ghosted.pools.some((pool) => covers(parsePrefix(pool), parsePrefix(prefix)))) {
    reasons.push({
      code: 'GhostedOutsidePools',
      detail: `${name} (${prefix}) lies in none of the pools ${definition.ghosted.pools.join(', ')}.`,
      remedy: 'Add it to ghosted.pools of the network.',
    });
  }
  const routes = tables.flatMap(({ id, routes = [] }) =>
    routes.flatMap((route) =>
      id && route.name && route.addressPrefix === prefix && leadsTo(route, lanAddress)
        ? [{ tableId: id, name: route.name }]
        : [],
    ),
  );
  return { name, prefix, routes, reasons };
}

function isUsable(prefix: string): boolean {
  try {
    const { length } = parsePrefix(prefix);
    return length >= 16 && length <= longestGhostedPrefix;
  } catch (error) {
    if (!(error instanceof InvalidIpv4)) throw error;
    return false;
  }
}

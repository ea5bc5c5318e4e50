import type { Subnet, VirtualNetwork } from '@azure/arm-network';
import { overlaps, parsePrefix, size, type Prefix } from '../network/ipv4';
import type { HostLayout, NicLayout, SubnetLayout } from './layout';
import { limitReached, type Obstacle } from './obstacle';
import { findSubnet, prefixesOf } from './resources/subnet';

const subnetsPerNetwork = 3_000;
const addressesPerNetwork = 65_536;
/** Azure keeps the first four addresses of a subnet and the last one. */
const reservedPerSubnet = 5;

/** Is there room in the VNet for what the host needs? */
export function judgeRoom(layout: HostLayout, network: VirtualNetwork): Obstacle[] {
  return [
    ...prefixFree(layout, network),
    ...subnetsLeft(layout, network),
    ...addressesLeft(network, layout.natSubnet, layout.nic1),
    ...addressesLeft(network, layout.lanSubnet, layout.nic2),
    ...interfacesLeft(layout, network),
  ];
}

/**
 * A subnet that somebody else made stands in the way by its range. Said before anything is written: a host that fails
 * later keeps what it was promised for as long as that subnet exists.
 */
function prefixFree({ ghostedSubnet }: HostLayout, network: VirtualNetwork): Obstacle[] {
  const named = findSubnet(network, ghostedSubnet.id);
  const other = network.subnets?.find(
    (subnet) =>
      subnet !== named && ipv4(subnet).some((prefix) => overlaps(prefix, parsePrefix(ghostedSubnet.prefix))),
  );
  if (!other) return [];
  const message = `${ghostedSubnet.prefix} overlaps the subnet ${other.name} (${prefixesOf(other).join(', ')}). Take its range out of the pools, or choose a prefix beside it.`;
  return [{ class: 'invalid', code: 'PrefixInUse', message }];
}

const ipv4 = (subnet: Subnet): Prefix[] =>
  prefixesOf(subnet)
    .filter((prefix) => !prefix.includes(':'))
    .map((prefix) => parsePrefix(prefix));

function subnetsLeft(layout: HostLayout, network: VirtualNetwork): Obstacle[] {
  const wanted = [layout.natSubnet, layout.lanSubnet, layout.ghostedSubnet];
  const needed = wanted.filter(({ id }) => !findSubnet(network, id)).length;
  const used = network.subnets?.length ?? 0;
  if (used + needed <= subnetsPerNetwork) return [];
  const what = `The host needs ${needed} more subnets; ${network.name} has ${used} of ${subnetsPerNetwork}.`;
  const limit = { limit: subnetsPerNetwork, used, needed, remedy: 'Remove subnets or use another VNet.' };
  return [limitReached('quota', 'SubnetLimitReached', what, limit)];
}

/** True if the NIC has its address already, so that it needs no other. */
const holds = (subnet: Subnet | undefined, { id: nic }: NicLayout): boolean =>
  !!subnet?.ipConfigurations?.some(({ id }) => id?.toLowerCase().startsWith(`${nic}/`.toLowerCase()));

function addressesLeft(network: VirtualNetwork, wish: SubnetLayout, nic: NicLayout): Obstacle[] {
  const subnet = findSubnet(network, wish.id);
  if (holds(subnet, nic)) return [];
  const used = subnet?.ipConfigurations?.length ?? 0;
  const limit = size(parsePrefix(wish.prefix)) - reservedPerSubnet;
  if (used < limit) return [];
  const what = `${nic.name} needs an address in ${wish.name} (${wish.prefix}), where ${used} of ${limit} are in use.`;
  const remedy = 'Remove network interfaces or use a larger subnet.';
  return [limitReached('quota', 'SubnetIsFull', what, { limit, used, needed: 1, remedy })];
}

/** Azure counts the addresses of network interfaces over the whole VNet; addresses of guests are not among them. */
function interfacesLeft(layout: HostLayout, network: VirtualNetwork): Obstacle[] {
  const used = (network.subnets ?? []).reduce(
    (sum, { ipConfigurations }) => sum + (ipConfigurations?.length ?? 0),
    0,
  );
  const pairs = [
    [layout.natSubnet, layout.nic1],
    [layout.lanSubnet, layout.nic2],
  ] as const;
  const needed = pairs.filter(([subnet, nic]) => !holds(findSubnet(network, subnet.id), nic)).length;
  if (used + needed <= addressesPerNetwork) return [];
  const what = `The host needs ${needed} more addresses; network interfaces of ${network.name} use ${used} of ${addressesPerNetwork}.`;
  const limit = {
    limit: addressesPerNetwork,
    used,
    needed,
    remedy: 'Remove network interfaces or use another VNet.',
  };
  return [limitReached('quota', 'AddressLimitReached', what, limit)];
}

import type { Subnet, VirtualNetwork } from '@azure/arm-network';
import { overlaps, parsePrefix, size, type Prefix } from '../network/ipv4';
import type { HostLayout, NicLayout, SubnetLayout } from './layout';
import { failed, type Failed } from './outcome';
import { findSubnet, prefixesOf } from './resources/subnet';

const subnetsPerNetwork = 3_000;
/** Azure keeps the first four addresses of a subnet and the last one. */
const reservedPerSubnet = 5;

/** Is there room in the VNet for what the host needs? Answers with limit, use and remedy. */
export function judgeRoom(layout: HostLayout, network: VirtualNetwork): Failed | undefined {
  return (
    prefixFree(layout, network) ??
    subnetsLeft(layout, network) ??
    addressesLeft(network, layout.natSubnet, layout.nic1) ??
    addressesLeft(network, layout.lanSubnet, layout.nic2)
  );
}

/**
 * A subnet that somebody else made stands in the way, by its name or by its range. Said before anything is written: a
 * host that fails later keeps what it was promised for as long as that subnet exists.
 */
function prefixFree({ ghostedSubnet }: HostLayout, network: VirtualNetwork): Failed | undefined {
  const named = findSubnet(network, ghostedSubnet.id);
  if (named && !prefixesOf(named).includes(ghostedSubnet.prefix)) {
    return failed(
      'invalid',
      'SubnetPrefixDiffers',
      `The subnet ${ghostedSubnet.name} exists with ${prefixesOf(named).join(', ')}, not ${ghostedSubnet.prefix}. It is left as it is; choose another name for the host.`,
    );
  }
  const other = network.subnets?.find(
    (subnet) =>
      subnet !== named && ipv4(subnet).some((prefix) => overlaps(prefix, parsePrefix(ghostedSubnet.prefix))),
  );
  return (
    other &&
    failed(
      'invalid',
      'PrefixInUse',
      `${ghostedSubnet.prefix} overlaps the subnet ${other.name} (${prefixesOf(other).join(', ')}). Take its range out of the pools, or choose a prefix beside it.`,
    )
  );
}

const ipv4 = (subnet: Subnet): Prefix[] =>
  prefixesOf(subnet)
    .filter((prefix) => !prefix.includes(':'))
    .map((prefix) => parsePrefix(prefix));

function subnetsLeft(layout: HostLayout, network: VirtualNetwork): Failed | undefined {
  const wanted = [layout.natSubnet, layout.lanSubnet, layout.ghostedSubnet];
  const missing = wanted.filter(({ id }) => !findSubnet(network, id)).length;
  const used = network.subnets?.length ?? 0;
  return used + missing <= subnetsPerNetwork
    ? undefined
    : failed(
        'quota',
        'SubnetLimitReached',
        `The host needs ${missing} more subnets; ${network.name} has ${used} of ${subnetsPerNetwork}. Remove subnets or use another VNet.`,
      );
}

function addressesLeft(network: VirtualNetwork, wish: SubnetLayout, nic: NicLayout): Failed | undefined {
  const holders = findSubnet(network, wish.id)?.ipConfigurations ?? [];
  const ours = `${nic.id}/`.toLowerCase();
  if (holders.some(({ id }) => id?.toLowerCase().startsWith(ours))) return undefined;
  const limit = size(parsePrefix(wish.prefix)) - reservedPerSubnet;
  return holders.length < limit
    ? undefined
    : failed(
        'quota',
        'SubnetIsFull',
        `${nic.name} needs an address in ${wish.name} (${wish.prefix}), where ${holders.length} of ${limit} are in use. Remove network interfaces or use a larger subnet.`,
      );
}

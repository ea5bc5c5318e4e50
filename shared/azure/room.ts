import type { VirtualNetwork } from '@azure/arm-network';
import { parsePrefix, size } from '../network/ipv4';
import type { HostLayout, NicLayout, SubnetLayout } from './layout';
import { failed, type Failed } from './outcome';
import { findSubnet } from './resources/subnet';

const subnetsPerNetwork = 3_000;
/** Azure keeps the first four addresses of a subnet and the last one. */
const reservedPerSubnet = 5;

/** Is there room in the VNet for what the host needs? Answers with limit, use and remedy. */
export function judgeRoom(layout: HostLayout, network: VirtualNetwork): Failed | undefined {
  return (
    subnetsLeft(layout, network) ??
    addressesLeft(network, layout.natSubnet, layout.nic1) ??
    addressesLeft(network, layout.lanSubnet, layout.nic2)
  );
}

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

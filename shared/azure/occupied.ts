import type { NetworkInterface, VirtualNetwork } from '@azure/arm-network';
import { contains, parseAddress, parsePrefix } from '../network/ipv4';
import {
  foreignRanges,
  nicSubnets,
  ownerOf,
  strangers,
  type Self,
  type SubnetUse,
} from '../network/occupied';
import { nothingSeen, type OccupiedAddress, type SeenOccupied } from '../records/occupied';
import type { LedgerEntry, NetworkDefinition } from '../records/types';
import type { AzureClients } from './clients';
import { armId, nameOf, parseId } from './ids';
import { prefixesOf } from './resources/subnet';
import { listInterfaces } from './surroundings';
import { groupsOf, occupantsOf } from './surroundings/occupants';
import { Reader } from './surroundings/reader';

/** What a look at a VNet has to be compared with. */
export interface Promises {
  /** As they were before the look. */
  before: LedgerEntry[];
  /** As they are after it. */
  after: () => Promise<LedgerEntry[]>;
  self?: Self;
}

export const subnetsOf = (network: VirtualNetwork | undefined): SubnetUse[] =>
  (network?.subnets ?? []).map((subnet) => ({
    id: subnet.id ?? '',
    name: subnet.name ?? nameOf(subnet.id ?? ''),
    prefixes: prefixesOf(subnet),
    occupants: (subnet.ipConfigurations ?? []).flatMap(({ id }) => (id ? [id] : [])),
  }));

/**
 * What others have in the pools and in the subnets of the NICs. Where nothing is there but what is promised it asks for
 * nothing. A subnet shows the ids of its IP configurations only; addresses are those of network interfaces that the app
 * may read.
 */
export async function observeOccupied(
  clients: AzureClients,
  definition: NetworkDefinition,
  subnets: readonly SubnetUse[],
  { before, after, self }: Promises,
): Promise<SeenOccupied> {
  const look = (entries: readonly LedgerEntry[]) => ({
    ...foreignRanges(definition, subnets, entries, self),
    unknown: nicSubnets(definition, subnets).flatMap(({ occupants }) =>
      strangers(occupants, nicsOf(definition, entries)),
    ),
  });
  const first = look(before);
  if (first.ranges.length === 0 && first.unknown.length === 0) {
    return { ...nothingSeen, contested: { ranges: first.contested, addresses: [] } };
  }
  const entries = [...before, ...(await after())];
  const { ranges, contested, unknown } = look(entries);
  const found = await readAddresses(clients, definition, unknown);
  const promised = new Set(
    entries
      .filter(({ host }) => host !== self?.host)
      .flatMap(({ natAddress, lanAddress }) => [natAddress, lanAddress]),
  );
  const isPromised = ({ address }: OccupiedAddress) => promised.has(address);
  return {
    ranges,
    addresses: found.filter((one) => !isPromised(one)),
    unread: unknown.some((id) => !found.some(({ by }) => by?.toLowerCase() === ownerOf(id))),
    contested: { ranges: contested, addresses: found.filter(isPromised) },
  };
}

/** Ids of the NICs that promised hosts have or will have. */
function nicsOf({ subscriptionId, hosts }: NetworkDefinition, entries: readonly LedgerEntry[]): string[] {
  const group = { subscriptionId, resourceGroup: hosts.resourceGroup };
  return entries.flatMap(({ host }) =>
    ['nat', 'lan'].map((role) => armId(group, 'Microsoft.Network', 'networkInterfaces', `${host}-${role}`)),
  );
}

/** Lists, since who is there at all is often many of one group. */
async function readAddresses(
  clients: AzureClients,
  definition: NetworkDefinition,
  ipConfigurations: readonly string[],
): Promise<OccupiedAddress[]> {
  const { networkInterfaces } = occupantsOf([{ ipConfigurations: ipConfigurations.map((id) => ({ id })) }]);
  const [first, ...rest] = networkInterfaces;
  if (first === undefined) return [];
  const reader = new Reader(clients);
  const nics = await reader.lists(groupsOf(rest, parseId(first)), (group) => listInterfaces(clients, group));
  const wanted = new Set(networkInterfaces.map((id) => id.toLowerCase()));
  return nics
    .filter(({ id }) => id !== undefined && wanted.has(id.toLowerCase()))
    .flatMap((nic) => addressesOf(definition, nic))
    .sort((a, b) => parseAddress(a.address) - parseAddress(b.address));
}

function addressesOf(
  { natSubnet, lanSubnet }: NetworkDefinition,
  { id = '', ipConfigurations = [] }: NetworkInterface,
): OccupiedAddress[] {
  const ranges = [natSubnet, lanSubnet].map(({ prefix }) => parsePrefix(prefix));
  return ipConfigurations.flatMap(({ privateIPAddress: address }) =>
    address !== undefined &&
    !address.includes(':') &&
    ranges.some((range) => contains(range, parseAddress(address)))
      ? [{ address, by: id }]
      : [],
  );
}

import type { NetworkDefinition, NetworkRecord, RoutedSubnet } from '../records/types';
import { sharesTable, virtualNetworkId } from './ids';
import { overlaps, parsePrefix } from './ipv4';

export interface Clash {
  /** The other network. */
  network: string;
  /** A pool of it that overlaps one of ours. */
  pool: string;
}

/**
 * Networks on other VNets whose hosts may need routes for the same prefixes in the same table. Networks on one VNet take
 * their prefixes from one ledger and cannot; of another VNet nobody promises that its ranges differ.
 */
export function tableClashes(
  { name, definition }: Pick<NetworkRecord, 'name' | 'definition'>,
  networks: readonly NetworkRecord[],
): Clash[] {
  const own = definition.ghosted.pools.map((pool) => parsePrefix(pool));
  const home = virtualNetworkId(definition).toLowerCase();
  return networks
    .filter((other) => other.name !== name && sharesTable(other.definition, definition))
    .filter((other) => virtualNetworkId(other.definition).toLowerCase() !== home)
    .flatMap((other) => {
      const pool = other.definition.ghosted.pools.find((one) =>
        own.some((ours) => overlaps(ours, parsePrefix(one))),
      );
      return pool === undefined ? [] : [{ network: other.name, pool }];
    });
}

/** A place in our definition, and what another network on the same VNet has there. */
export interface Overlap {
  /** JSON pointer into the definition. */
  pointer: string;
  detail: string;
}

/**
 * Where a definition and those of other networks on its VNet cannot both be: pools of the one over subnets of the other,
 * and subnets that overlap or have one name without being the same. Pools may overlap, since one ledger promises from them.
 * A definition that is still to come counts, one that failed does not.
 */
export function vnetClashes(
  { name, definition }: Pick<NetworkRecord, 'name' | 'definition'>,
  networks: readonly NetworkRecord[],
): Overlap[] {
  const home = virtualNetworkId(definition).toLowerCase();
  const own = placesOf(definition);
  const found = networks
    .filter((other) => other.name !== name && other.state !== 'failed')
    .flatMap((other) =>
      [other.definition, ...(other.pending ? [other.pending.definition] : [])]
        .filter((theirs) => virtualNetworkId(theirs).toLowerCase() === home)
        .flatMap((theirs) => placesOf(theirs).flatMap((place) => own.flatMap((ours) => judge(ours, place))))
        .map(({ pointer, detail }) => ({ pointer, detail: `The network ${other.name} ${detail}` })),
    );
  // A definition that is still to come says most of what the present one says.
  return [...new Map(found.map((one) => [`${one.pointer} ${one.detail}`, one])).values()];
}

/** A pool, or a subnet, which has a name. */
interface Place {
  pointer: string;
  prefix: string;
  subnet?: string;
}

function placesOf(definition: NetworkDefinition): Place[] {
  const home = `${virtualNetworkId(definition)}/subnets/`.toLowerCase();
  const { natSubnet, lanSubnet, routedSubnets, ghosted } = definition;
  const routed = routedSubnets.map((subnet, index) => ({ subnet, at: `/routedSubnets/${index}` }));
  const here = routed.filter(({ subnet: { id } }) => id === undefined || id.toLowerCase().startsWith(home));
  const subnets = [{ subnet: natSubnet, at: '/natSubnet' }, { subnet: lanSubnet, at: '/lanSubnet' }, ...here];
  return [
    ...subnets.map(({ subnet, at }) => ({
      pointer: `${at}/prefix`,
      prefix: subnet.prefix,
      subnet: subnet.name,
    })),
    ...ghosted.pools.map((prefix, index) => ({ pointer: `/ghosted/pools/${index}`, prefix })),
  ];
}

function judge(ours: Place, theirs: Place): Overlap[] {
  if (ours.subnet === undefined && theirs.subnet === undefined) return [];
  const { pointer } = ours;
  const sameName = ours.subnet?.toLowerCase() === theirs.subnet?.toLowerCase();
  if (sameName && ours.prefix === theirs.prefix) return [];
  if (sameName) {
    return [
      { pointer, detail: `calls ${theirs.prefix} ${theirs.subnet}. A subnet is defined once in its VNet.` },
    ];
  }
  if (!overlaps(parsePrefix(ours.prefix), parsePrefix(theirs.prefix))) return [];
  const what =
    theirs.subnet === undefined ? `pool ${theirs.prefix}` : `subnet ${theirs.subnet} (${theirs.prefix})`;
  return [{ pointer, detail: `has its ${what} over ${ours.prefix}. Take another range.` }];
}

/** A network other than `name` that was defined over a subnet as one that is there, and that it may not make. */
export function definedOver(
  subnetId: string,
  name: string,
  networks: readonly NetworkRecord[],
): string | undefined {
  const wanted = subnetId.toLowerCase();
  const expects = (definition: NetworkDefinition): boolean => {
    const { natSubnet, lanSubnet, routedSubnets } = definition;
    const subnets: RoutedSubnet[] = [natSubnet, lanSubnet, ...routedSubnets];
    const idOf = ({ id, name: subnet }: RoutedSubnet) =>
      id ?? `${virtualNetworkId(definition)}/subnets/${subnet}`;
    return subnets.some((subnet) => !subnet.create && idOf(subnet).toLowerCase() === wanted);
  };
  return networks
    .filter((other) => other.name !== name && other.state !== 'failed')
    .find(({ definition, pending }) => [definition, ...(pending ? [pending.definition] : [])].some(expects))
    ?.name;
}

/**
 * Where hosts of both networks would meet if they had one name, as the end of a sentence: subnets are named after hosts,
 * and so are VMs, NICs, disks and routes. Undefined: nowhere.
 */
export function commonNames(one: NetworkDefinition, other: NetworkDefinition): string | undefined {
  if (virtualNetworkId(one).toLowerCase() === virtualNetworkId(other).toLowerCase())
    return 'in the same VNet';
  if (hostsGroup(one) === hostsGroup(other)) return 'in the same resource group';
  return sharesTable(one, other) ? 'with its route in the same table' : undefined;
}

const hostsGroup = ({ subscriptionId, hosts }: NetworkDefinition): string =>
  `${subscriptionId}/${hosts.resourceGroup}`.toLowerCase();

import type { NetworkDefinition, NetworkRecord } from '../records/types';
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

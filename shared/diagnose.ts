import { covers, parsePrefix } from './network/ipv4';
import type { FindingRecord, HostRecord, LedgerEntry, NetworkRecord } from './records/types';

/** One subnet of the VNet as read from Azure. */
export interface ObservedSubnet {
  name: string;
  prefixes: string[];
}

const ghostedName = /^Ghosted-/i;

/**
 * Compares what exists with what was promised. A ghosted subnet is one that carries our name form and lies in a pool; it
 * is orphaned if neither ledger nor host record knows its prefix. Only found and reported: name and prefix alone prove
 * nothing about whose it is.
 */
export function diagnose(
  network: NetworkRecord,
  observed: readonly ObservedSubnet[],
  ledger: readonly LedgerEntry[],
  hosts: readonly HostRecord[],
): FindingRecord[] {
  const pools = network.definition.ghosted.pools.map((pool) => parsePrefix(pool));
  const promised = new Set([
    ...ledger.map((entry) => entry.ghostedPrefix),
    ...hosts.flatMap((host) => (host.addresses ? [host.addresses.ghostedPrefix] : [])),
  ]);
  return observed.flatMap(({ name, prefixes }) =>
    prefixes
      .filter((prefix) => isIpv4(prefix) && ghostedName.test(name))
      .filter((prefix) => pools.some((pool) => covers(pool, parsePrefix(prefix, 'clear'))))
      .filter((prefix) => !promised.has(prefix))
      .map((prefix) => ({
        kind: 'orphanedGhostedSubnet' as const,
        network: network.name,
        subnet: name,
        prefix,
        remedy: 'report' as const,
        detail: `${name} (${prefix}) lies in a ghosted pool, but no host was promised it.`,
      })),
  );
}

const isIpv4 = (prefix: string) => /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(prefix);

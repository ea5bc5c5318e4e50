import { sameId } from '../azure/ids';
import { hostLayout, type HostLayout } from '../azure/layout';
import { covers, parsePrefix } from '../network/ipv4';
import type { Finding } from '../records/reconciliation';
import type { HostRecord, LedgerEntry } from '../records/types';
import {
  indexBy,
  isIpv4,
  lower,
  type Observed,
  type ObservedTable,
  type ObservedVm,
  type OwnerTags,
  type Promised,
} from './facts';
import { routingOf, type Routing } from './routing';
import { placesLeft, unreadBlocker } from './unread';

/** Facts and promises side by side, indexed the way the diagnosing rules ask for them. */
export interface Scope {
  observed: Observed;
  promised: Promised;
  /** Ready hosts that nobody works on: only what is at rest can have drifted. */
  settled: HostLayout[];
  host(name: string): HostRecord | undefined;
  /** Promise to a host of this network. */
  entryOf(host: string): LedgerEntry | undefined;
  /** Promise of a prefix to anybody in the VNet. */
  entryFor(prefix: string): LedgerEntry | undefined;
  routing: Routing;
  /** Ids of VNets and tables that were not read and may have a route to a host. */
  left: string[];
  machineOf(host: string): ObservedVm | undefined;
  inPools(prefix: string): boolean;
  /** Who works on the host right now; undefined if nobody does. */
  busy(host: string): string | undefined;
  /** True if the tags name this installation and this network. */
  ours(tags: OwnerTags): boolean;
  finding(finding: Omit<Finding, 'network'>): Finding;
}

export function scopeOf(observed: Observed, promised: Promised): Scope {
  const { network, hosts, ledger, inFlight, installation } = promised;
  const { name, definition } = network;
  const pools = definition.ghosted.pools.map((pool) => parsePrefix(pool));
  const own = indexBy(
    ledger.filter((entry) => entry.network === name),
    (entry) => entry.host,
  );
  const byPrefix = indexBy(ledger, (entry) => entry.ghostedPrefix);
  const records = indexBy(hosts, (host) => host.name);
  const machines = indexBy(observed.virtualMachines, (vm) => vm.name);
  const busy = (host: string): string | undefined => {
    const claim = records.get(lower(host))?.claim;
    if (claim !== undefined && !promised.own.includes(claim)) return claim;
    return inFlight.find(
      (one) => one.network === name && one.host !== undefined && lower(one.host) === lower(host),
    )?.id;
  };
  const layoutOf = ({ name: host, spec, addresses, adopted }: HostRecord): HostLayout[] =>
    addresses
      ? [
          hostLayout(
            { installation, network: name, host, operation: 'reconcile' },
            definition,
            spec,
            addresses,
            adopted,
          ),
        ]
      : [];
  const routing = routingOf(observed, promised);
  const ours = (tags: OwnerTags): boolean => tags.installation === installation && tags.network === name;
  const vnets = [observed.virtualNetwork, ...observed.neighbours].flatMap((one) =>
    one ? [`${lower(one.id)}/`] : [],
  );
  /**
   * A resource group may hold tables of other VNets, with hosts of the same names and ranges: what is in those was
   * promised by somebody else.
   */
  const servesUs = ({ id, tags, subnets }: ObservedTable): boolean =>
    routing.ownTables.includes(lower(id)) ||
    isRemembered(network, id) ||
    ours(tags) ||
    subnets.some((subnet) => vnets.some((vnet) => lower(subnet).startsWith(vnet))) ||
    (subnets.length === 0 && tags.network === undefined);
  return {
    observed: { ...observed, tables: observed.tables.filter(servesUs) },
    promised,
    settled: hosts.filter((host) => host.state === 'ready' && !busy(host.name)).flatMap(layoutOf),
    host: (host) => records.get(lower(host)),
    entryOf: (host) => own.get(lower(host)),
    entryFor: (prefix) => byPrefix.get(prefix),
    routing,
    left: placesLeft(observed, promised),
    machineOf: (host) => {
      const adopted = records.get(lower(host))?.adopted;
      return adopted
        ? observed.virtualMachines.find(({ id }) => sameId(id, adopted.virtualMachine.id))
        : machines.get(lower(host));
    },
    inPools: (prefix) => isIpv4(prefix) && pools.some((pool) => covers(pool, parsePrefix(prefix, 'clear'))),
    busy,
    ours,
    finding: (finding) => ({ network: name, ...finding }),
  };
}

/** The network has, or had, the table on its routed subnets. */
export const isRemembered = ({ tables = [] }: Promised['network'], tableId: string): boolean =>
  tables.some(({ id }) => sameId(id, tableId));

/**
 * Row that a reconciliation put in the place of a host without one, so that nobody makes a host by that name while its
 * leftovers are removed. It promises nothing.
 */
export const isPlaceholder = ({ promised }: Scope, { claim, addresses }: HostRecord): boolean =>
  claim !== undefined && promised.own.includes(claim) && addresses === undefined;

/** What keeps a leftover of a host in place, whatever proves that it is ours. */
export function blockersOf(scope: Scope, host: string, more: (string | false | undefined)[] = []): string[] {
  const operation = scope.busy(host);
  const vm = scope.machineOf(host);
  return [
    operation !== undefined && `Operation ${operation} works on ${host}.`,
    vm && `The VM ${vm.name} exists.`,
    unreadBlocker(scope, host),
    ...more,
  ].filter((reason) => typeof reason === 'string');
}

/** `blockedBy` is left out where nothing blocks. */
export const blocked = (reasons: string[]) => (reasons.length > 0 ? { blockedBy: reasons } : {});

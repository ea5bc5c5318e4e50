import type { RouteTable, VirtualNetwork } from '@azure/arm-network';
import { planSeen, type RoutingProblem, type RoutingWish } from '../network/routing';
import type { NetworkView } from '../network/walk';
import type { AzureClients } from './clients';
import { armId, nameOf, parseId, sameId } from './ids';
import type { HostLayout, RoutingLayout } from './layout';
import type { Failed } from './outcome';
import { readRouteTable } from './resources/routeTable';
import { findSubnet } from './resources/subnet';
import { readVirtualNetwork } from './resources/virtualNetwork';
import { AzureFailure } from './send';
import { viewOf } from './view';

/** The VNets and route tables that a host's routing depends on, as they are now. */
export interface ObservedRouting {
  /** The network's own VNet; absent: it is gone. */
  own?: VirtualNetwork;
  /** The own one and those of routed subnets, and of peers that may hold an appliance. */
  networks: VirtualNetwork[];
  /** Tables on subnets of these VNets that routing crosses, and those that the app made. */
  tables: RouteTable[];
}

/** One table that gets the host's route. Ids are spelt as Azure spells them. */
export interface TableTarget {
  id: string;
  /** Made by the app where it is missing, in this location. */
  own?: { location: string };
  /** Subnets that get the table, by the VNet whose write lease is needed. */
  unrouted: { network: string; subnets: string[] }[];
}

export interface HostRouting {
  tables: TableTarget[];
  problems: RoutingProblem[];
  /** Ids, in lower case, of all subnets that need the route: routed ones, and those of appliances on the way. */
  subnets: string[];
}

export const networkIdOf = (subnetId: string): string =>
  subnetId.slice(0, subnetId.toLowerCase().lastIndexOf('/subnets/'));

const normal = (location: string | undefined) => (location ?? '').replaceAll(' ', '').toLowerCase();

/** Told of a VNet or table that the app may not read, which is then left out. */
export type PassOver = (id: string, why: Failed) => void;

/**
 * Reads everything that the routing of hosts depends on. Throws AzureFailure.
 *
 * @param passOver absent: what may not be read is a failure, as the network's own VNet and table always are
 */
export async function observeRouting(
  clients: AzureClients,
  layout: RoutingLayout,
  passOver?: PassOver,
): Promise<ObservedRouting> {
  const own = [layout.virtualNetworkId, layout.routeTable.id];
  const elsewhere: PassOver | undefined =
    passOver &&
    ((id, why) => {
      if (own.some((one) => sameId(one, id))) throw new AzureFailure(why);
      passOver(id, why);
    });
  const ids = distinct([layout.virtualNetworkId, ...layout.routedSubnets.map(({ id }) => networkIdOf(id))]);
  const networks = await readAll(ids, (id) => readVirtualNetwork(clients, id), elsewhere);
  if (layout.routedSubnets.some(({ via }) => via === 'appliance')) {
    const peers = distinct(networks.flatMap(connectedPeers)).filter(
      (id) => !ids.some((known) => sameId(known, id)),
    );
    networks.push(...(await readAll(peers, (id) => readVirtualNetwork(clients, id), elsewhere)));
  }
  const tables = await readAll(
    tablesToRead(layout, networks),
    (id) => readRouteTable(clients, id),
    elsewhere,
  );
  const network = networks.find(({ id }) => sameId(id, layout.virtualNetworkId));
  return { ...(network ? { own: network } : {}), networks, tables };
}

const connectedPeers = ({ virtualNetworkPeerings = [] }: VirtualNetwork): string[] =>
  virtualNetworkPeerings.flatMap(({ peeringState, remoteVirtualNetwork }) =>
    peeringState === 'Connected' && remoteVirtualNetwork?.id ? [remoteVirtualNetwork.id] : [],
  );

/** Tables of routed subnets, and of all subnets if an appliance has to be found among them; and our own. */
function tablesToRead(layout: RoutingLayout, networks: VirtualNetwork[]): string[] {
  const everywhere = layout.routedSubnets.some(({ via }) => via === 'appliance');
  const routed = networks.flatMap(({ subnets = [] }) =>
    subnets.flatMap(({ id, routeTable }) =>
      routeTable?.id && (everywhere || layout.routedSubnets.some((wish) => sameId(wish.id, id)))
        ? [routeTable.id]
        : [],
    ),
  );
  return distinct([...routed, ...ownTables(layout, networks).map(({ id }) => id)]);
}

/** What is there of these; see `PassOver`. */
export async function readAll<T>(
  ids: string[],
  read: (id: string) => Promise<T | undefined>,
  passOver?: PassOver,
): Promise<T[]> {
  const found = await Promise.all(
    ids.map((id) =>
      read(id).catch((error: unknown) => {
        if (!passOver || !(error instanceof AzureFailure) || error.failed.class !== 'denied') throw error;
        passOver(id, error.failed);
        return undefined;
      }),
    ),
  );
  return found.filter((one): one is Awaited<T> & T => one !== undefined);
}

function distinct(ids: string[]): string[] {
  return [...new Map(ids.map((id) => [id.toLowerCase(), id])).values()];
}

/**
 * The table of ours for subnets of a VNet: Azure wants it in the subscription and region of the subnet, so there is one
 * for each. One outside the network's own place lives in the resource group of the first routed VNet there; where a group
 * would have two, all but the first are called after their region as well.
 */
export function ownTable(
  layout: RoutingLayout,
  networks: VirtualNetwork[],
  networkId: string,
): { id: string; location: string } {
  const home = { id: layout.routeTable.id, location: layout.location };
  const place = placeOf(networks, networkId);
  const atHome = `${layout.definition.subscriptionId}|${normal(layout.location)}`.toLowerCase();
  if (!place || place.key === atHome) return home;
  const routed = [...layout.routedSubnets.map(({ id }) => networkIdOf(id)), networkId];
  const keys = routed.map((id) => placeOf(networks, id)?.key);
  const first = keys.indexOf(place.key);
  const tableIn = (id: string): string => {
    const { subscriptionId, resourceGroup } = parseId(id);
    return armId(
      { subscriptionId, resourceGroup },
      'Microsoft.Network',
      'routeTables',
      layout.routeTable.name,
    );
  };
  const id = tableIn(routed[first] ?? networkId);
  // A VNet that is gone for now keeps the name of its table.
  const earlier = routed.slice(0, first).filter((_, index) => keys[index] !== atHome);
  const taken = [home.id, ...earlier.map(tableIn)].some((other) => sameId(other, id));
  return { id: taken ? `${id}-${place.location}` : id, location: place.location };
}

function placeOf(networks: VirtualNetwork[], networkId: string) {
  const network = networks.find(({ id }) => sameId(id, networkId));
  if (!network?.location) return undefined;
  const location = normal(network.location);
  return { location, key: `${parseId(networkId).subscriptionId}|${location}`.toLowerCase() };
}

/** Every table of ours that the routed subnets may have, the one at home first. */
export function ownTables(
  layout: RoutingLayout,
  networks: VirtualNetwork[],
): { id: string; location: string }[] {
  const all = layout.routedSubnets.map(({ id }) => ownTable(layout, networks, networkIdOf(id)));
  const home = { id: layout.routeTable.id, location: layout.location };
  return [...new Map([home, ...all].map((table) => [table.id.toLowerCase(), table])).values()];
}

export function routingWish(layout: HostLayout, networks: VirtualNetwork[]): RoutingWish {
  return {
    route: layout.route,
    lanSubnetId: layout.lanSubnet.id.toLowerCase(),
    routed: layout.routedSubnets.map(({ id, name, via, bypassInspection }) => ({
      id: id.toLowerCase(),
      name,
      via,
      bypassInspection,
    })),
    extraPrefixes: layout.definition.extraPrefixes ?? [],
    pools: layout.definition.ghosted.pools,
    ownTable: (networkId) => ownTable(layout, networks, networkId).id.toLowerCase(),
  };
}

/**
 * Where the host's route goes, and what stands against it.
 *
 * @param unread what was passed over when observing: the plan is for the rest
 */
export function hostRouting(
  layout: HostLayout,
  observed: ObservedRouting,
  view?: NetworkView,
  unread: readonly string[] = [],
): HostRouting {
  const { networks, tables } = observed;
  const unseen = {
    ids: unread.map((id) => id.toLowerCase()),
    on: tables.map(({ id = '', subnets = [] }) => ({
      tableId: id.toLowerCase(),
      subnetIds: subnets.flatMap(({ id: subnet }) => subnet?.toLowerCase() ?? []),
    })),
    home: layout.routeTable.id.toLowerCase(),
  };
  const plan = planSeen(view ?? viewOf({ networks, tables }), routingWish(layout, networks), unseen);
  const own = ownTables(layout, networks);
  const targets = plan.tables.map(({ id, unrouted }): TableTarget => {
    const ours = own.find((table) => sameId(table.id, id));
    return {
      id: ours?.id ?? spelling(networks, id),
      ...(ours ? { own: { location: ours.location } } : {}),
      unrouted: byNetwork(networks, unrouted),
    };
  });
  // The lease of the table at home is taken first by everybody.
  const home = targets.filter(({ id }) => sameId(id, layout.routeTable.id));
  return {
    tables: [...home, ...targets.filter((table) => !home.includes(table))],
    problems: plan.problems,
    subnets: plan.tables.flatMap(({ subnets }) => subnets),
  };
}

const spelling = (networks: VirtualNetwork[], tableId: string): string =>
  networks.flatMap(({ subnets = [] }) => subnets).find(({ routeTable }) => sameId(routeTable?.id, tableId))
    ?.routeTable?.id ?? tableId;

export function byNetwork(networks: VirtualNetwork[], subnetIds: string[]): TableTarget['unrouted'] {
  const groups = new Map<string, { network: string; subnets: string[] }>();
  for (const id of subnetIds) {
    const network = networks.find((one) => sameId(one.id, networkIdOf(id)));
    const key = network?.id ?? networkIdOf(id);
    const group = groups.get(key.toLowerCase()) ?? { network: key, subnets: [] };
    group.subnets.push((network && findSubnet(network, id)?.name) ?? nameOf(id));
    groups.set(key.toLowerCase(), group);
  }
  return [...groups.values()];
}

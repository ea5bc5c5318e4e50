import { outcomeOf } from '../../shared/azure/ensure';
import { sameId } from '../../shared/azure/ids';
import { routedSubnets, type HostLayout } from '../../shared/azure/layout';
import type { Failed, Outcome } from '../../shared/azure/outcome';
import { failed } from '../../shared/azure/outcome';
import { isOurTable, readRouteTable, readTables } from '../../shared/azure/resources/routeTable';
import { readVirtualNetwork } from '../../shared/azure/resources/virtualNetwork';
import {
  byNetwork,
  hostRouting,
  networkIdOf,
  observeRouting,
  ownTables,
  readAll,
  type ObservedRouting,
  type PassOver,
  type TableTarget,
} from '../../shared/azure/routing';
import { sharesTable, virtualNetworkId } from '../../shared/network/ids';
import { subnetsOf, withTables } from '../../shared/network/tables';
import type { NetworkRecord, OwnTable } from '../../shared/records/types';
import { isNamedRoute, type RoutingProblem } from '../../shared/network/routing';
import { loadHost, loadLayout, loadOperation, type Dependencies } from './context';
import { leaseKey } from './leases';
import { changeTables } from './ownTables';
import { ensureResource, ensureRoute, type Begun } from './resources';
import { Passed, type Unread } from '../../shared/azure/unread';

/** Subnets of one VNet, by name, with the key of its write lease. */
export interface SubnetGroup {
  network: string;
  lease: string;
  subnets: string[];
}

/** One table that has or gets the host's route, with the key of its write lease. */
export interface TableFacts {
  id: string;
  lease: string;
  /** Made by the app where it is missing, in this location. */
  own?: { location: string };
  unrouted: SubnetGroup[];
}

export interface RoutesFacts {
  tables: TableFacts[];
  /** How the first look at the table at home went, or at its route if the table needs none; only if it was asked for. */
  begun?: Outcome<Begun>;
  unread?: Unread;
}

/**
 * Where the route goes, as Azure is now: asked under the lease of the table at home, which comes first. `begin`: that table
 * is begun with at once, if it is the only one.
 */
export async function planRoutes(
  deps: Dependencies,
  input: { operation: string; purpose: 'add' | 'remove'; begin?: true },
): Promise<Outcome<RoutesFacts>> {
  if (input.purpose === 'remove') return planRemoval(deps, input.operation);
  const [layout, operation] = await Promise.all([
    loadLayout(deps, input.operation),
    loadOperation(deps, input.operation),
  ]);
  return outcomeOf(async () => {
    const passed = new Passed(operation.record);
    const observed = await observeRouting(deps.clients, layout, passed.over);
    const { problems, tables } = hostRouting(layout, observed, undefined, [...passed.why.keys()]);
    if (problems.length > 0) return refusal(problems);
    // Before they are made: what is made and not remembered is found by nobody once the definition changes.
    await changeTables(deps, layout.network, (known) => withTables(known, ownTargets(tables)));
    const [home, ...others] = tables.map(withLeases);
    const alone = home && others.length === 0 && sameId(home.id, layout.routeTable.id);
    const begun = input.begin && alone ? await beginTable(deps, input.operation, home) : undefined;
    const all = home ? [home, ...others] : [];
    return { status: 'done', change: 'unchanged', facts: { tables: all, ...(begun ? { begun } : {}) } };
  });
}

async function planRemoval(deps: Dependencies, operationId: string): Promise<Outcome<RoutesFacts>> {
  const { layout, operation } = await loadHost(deps, operationId);
  return outcomeOf(async () => {
    const passed = new Passed(operation.record);
    const observed = await observeRouting(deps.clients, layout, passed.over);
    if (passed.refusal) return passed.refusal;
    const planned = tablesWithRoute(layout, observed, hostRouting(layout, observed).tables);
    const tables = passed.why.size > 0 ? await readable(deps, planned) : planned;
    return {
      status: 'done',
      change: 'unchanged',
      facts: { tables: tables.map(withLeases), ...passed.unread(observed) },
    };
  });
}

const beginTable = (
  deps: Dependencies,
  operation: string,
  { id, own, unrouted }: TableFacts,
): Promise<Outcome<Begun>> =>
  own && unrouted.length > 0
    ? (ensureResource(deps, {
        ...{ operation, resource: 'routeTable', resume: {}, route: true },
        table: { id, location: own.location },
      }) as Promise<Outcome<Begun>>)
    : (ensureRoute(deps, { operation, tableId: id, resume: {} }) as Promise<Outcome<Begun>>);

const ownTargets = (targets: TableTarget[]): OwnTable[] =>
  targets
    .filter(({ own }) => own)
    .map(({ id, unrouted }) => ({
      id,
      subnets: unrouted.flatMap(({ network, subnets }) =>
        subnets.map((name) => `${network}/subnets/${name}`),
      ),
    }));

/** All mistakes in one failure, under the code of the first. */
export function refusal(problems: RoutingProblem[]): Failed {
  const details = [...new Set(problems.map(({ detail }) => detail))];
  return failed('invalid', problems[0]?.code ?? 'RoutingRefused', details.join(' '));
}

/** The route is looked for at home, where it should be, and wherever it was found. */
function tablesWithRoute(
  layout: HostLayout,
  { tables }: ObservedRouting,
  planned: TableTarget[],
): TableTarget[] {
  const found = tables.flatMap(({ id, routes }) =>
    id && routes?.some(({ name }) => isNamedRoute(layout.route, id, name)) ? [id] : [],
  );
  const adopted = (layout.route.adopted ?? []).map(({ tableId }) => tableId);
  const ids = [layout.routeTable.id, ...planned.map(({ id }) => id), ...found, ...adopted];
  const distinct = new Map(ids.map((id) => [id.toLowerCase(), id]));
  return [...distinct.values()].map((id) => ({ id, unrouted: [] }));
}

const withLeases = ({ unrouted, ...table }: TableTarget): TableFacts => ({
  ...table,
  lease: leaseKey(table.id),
  unrouted: unrouted.map(withLease),
});

const withLease = (group: { network: string; subnets: string[] }): SubnetGroup => ({
  ...group,
  lease: leaseKey(group.network),
});

/** Where an adoption found a route is known without a look; what may not be read is not written to either. */
async function readable({ clients }: Dependencies, targets: TableTarget[]): Promise<TableTarget[]> {
  const { unread } = await readTables(
    clients,
    targets.map(({ id }) => id),
  );
  return targets.filter(({ id }) => !unread.includes(id));
}

/** Subnets by VNet, for those who write them. */
export const subnetGroups = (subnetIds: string[]): SubnetGroup[] => byNetwork([], subnetIds).map(withLease);

export interface UnroutingFacts {
  tableId: string;
  subnets: SubnetGroup[];
  /** Tables of ours elsewhere that may have to go as well. */
  others: { id: string; lease: string }[];
}

/**
 * Subnets to take a table of ours off, because its last route has gone: only if we made the table, it is empty, and no
 * subnet outside the definition uses it. An undo leaves a table alone that was there before its operation. Without a
 * table: the one at home.
 */
export async function planUnrouting(
  deps: Dependencies,
  input: { operation: string; tableId?: string },
): Promise<Outcome<UnroutingFacts>> {
  const { layout, network, operation } = await loadHost(deps, input.operation);
  const tableId = input.tableId ?? layout.routeTable.id;
  const { request, absentBefore = [] } = operation.record;
  const mayGo = request.kind === 'teardown' || absentBefore.includes(tableId.toLowerCase());
  return outcomeOf(async () => {
    const table = await readRouteTable(deps.clients, tableId);
    const associated = table?.subnets?.flatMap(({ id }) => (id ? [id] : [])) ?? [];
    const { over } = new Passed(operation.record);
    const known = await isRouted(deps, layout, tableId, associated, over);
    const last = mayGo && table !== undefined && isOurTable(layout, table) && !table.routes?.length && known;
    return {
      status: 'done',
      change: 'unchanged',
      facts: {
        tableId,
        subnets: subnetGroups(last ? associated : []),
        others: input.tableId === undefined ? await otherTables(deps, layout, network, over) : [],
      },
    };
  });
}

/**
 * True for subnets that a network with this table at home routes, those of appliances on the way included, and for those
 * that any network remembers to have put it on: networks that meet elsewhere share the table there.
 */
async function isRouted(
  deps: Dependencies,
  layout: HostLayout,
  tableId: string,
  subnetIds: string[],
  over: PassOver | undefined,
): Promise<boolean> {
  const networks = await deps.records.networks.list();
  const routed = networks
    .filter(({ definition }) => sharesTable(definition, layout.definition))
    .flatMap(({ definition }) => routedSubnets(definition, virtualNetworkId(definition)).map(({ id }) => id));
  const own = layout.routedSubnets.map(({ id }) => id);
  const known = [...own, ...routed, ...subnetsOf(networks, tableId)];
  const listed = (id: string) => known.some((subnet) => sameId(subnet, id));
  if (subnetIds.every(listed)) return true;
  if (!layout.routedSubnets.some(({ via }) => via === 'appliance')) return false;
  const observed = await observeRouting(deps.clients, layout, over);
  const { subnets } = hostRouting(layout, observed);
  return subnetIds.every((id) => listed(id) || subnets.includes(id.toLowerCase()));
}

async function otherTables(
  deps: Dependencies,
  layout: HostLayout,
  network: NetworkRecord,
  over: PassOver | undefined,
): Promise<UnroutingFacts['others']> {
  const ids = [...(await tablesElsewhere(deps, layout, over)), ...(await tablesLeft(deps, network))];
  const distinct = [...new Map(ids.map((id) => [id.toLowerCase(), id])).values()];
  return distinct
    .filter((id) => !sameId(id, layout.routeTable.id))
    .map((id) => ({ id, lease: leaseKey(id) }));
}

/** By what the network remembers. One that the app may no longer look at is for the reconciler to tell of. */
async function tablesLeft({ clients }: Dependencies, { tables = [] }: NetworkRecord): Promise<string[]> {
  const { found } = await readTables(
    clients,
    tables.map(({ id }) => id),
  );
  return found.flatMap(({ id }) => id ?? []);
}

/** By the definition. */
async function tablesElsewhere(
  { clients }: Dependencies,
  layout: HostLayout,
  over: PassOver | undefined,
): Promise<string[]> {
  const foreign = layout.routedSubnets
    .map(({ id }) => networkIdOf(id))
    .filter((id) => !sameId(id, layout.virtualNetworkId));
  const networks = await readAll([...new Set(foreign)], (id) => readVirtualNetwork(clients, id), over);
  return foreign.length === 0 ? [] : ownTables(layout, networks).map(({ id }) => id);
}

import { outcomeOf } from '../../shared/azure/ensure';
import { sameId } from '../../shared/azure/ids';
import type { Outcome } from '../../shared/azure/outcome';
import { failed } from '../../shared/azure/outcome';
import {
  isOurTable,
  planRouting,
  readRouteTable,
  type RoutingPlan,
} from '../../shared/azure/resources/routeTable';
import { readNetworkInterface } from '../../shared/azure/resources/networkInterface';
import { readVirtualNetwork } from '../../shared/azure/resources/virtualNetwork';
import { verifyRouting } from '../../shared/azure/verify';
import { loadHost, type Dependencies } from './context';

/** Where the route goes, as the VNet is now; asked under the lease of the route table. */
export async function planRoutes(
  deps: Dependencies,
  input: { operation: string },
): Promise<Outcome<RoutingPlan & { ownTable: string }>> {
  const { layout } = await loadHost(deps, input.operation);
  return outcomeOf(async () => {
    const network = await readVirtualNetwork(deps.clients, layout.virtualNetworkId);
    // A VNet that is gone took its associations along; our own table may still hold the route.
    const plan = network ? planRouting(layout, network) : { tables: [], unrouted: [] };
    return { status: 'done', change: 'unchanged', facts: { ...plan, ownTable: layout.routeTable.id } };
  });
}

/**
 * Subnets to take our own table off, because its last route has gone: only if we made the table, it is empty, and no
 * subnet outside the definition uses it. An undo leaves a table alone that was there before its operation.
 */
export async function planUnrouting(
  deps: Dependencies,
  input: { operation: string },
): Promise<Outcome<{ tableId: string; subnets: string[] }>> {
  const { layout, operation } = await loadHost(deps, input.operation);
  const tableId = layout.routeTable.id;
  const { request, absentBefore = [] } = operation.record;
  const mayGo = request.kind === 'teardown' || absentBefore.includes(tableId.toLowerCase());
  return outcomeOf(async () => {
    const table = await readRouteTable(deps.clients, tableId);
    const associated = table?.subnets?.flatMap(({ id }) => (id ? [id] : [])) ?? [];
    const known = associated.every((id) => layout.routedSubnets.some((subnet) => sameId(subnet.id, id)));
    const last = mayGo && table !== undefined && isOurTable(layout, table) && !table.routes?.length && known;
    return {
      status: 'done',
      change: 'unchanged',
      facts: { tableId, subnets: last ? associated : [] },
    };
  });
}

/** Step "verify", Azure side: what was written is read back and compared with what was promised. */
export async function verifyAzure(deps: Dependencies, input: { operation: string }): Promise<Outcome> {
  const { layout } = await loadHost(deps, input.operation);
  return outcomeOf(async () => {
    const [network, nic1, nic2] = await Promise.all([
      readVirtualNetwork(deps.clients, layout.virtualNetworkId),
      readNetworkInterface(deps.clients, layout.nic1.id),
      readNetworkInterface(deps.clients, layout.nic2.id),
    ]);
    const tableIds = network ? planRouting(layout, network).tables : [];
    const tables = await Promise.all(tableIds.map((id) => readRouteTable(deps.clients, id)));
    const problems = verifyRouting(layout, {
      network,
      nic1,
      nic2,
      tables: tables.filter((table) => !!table),
    });
    return problems.length === 0
      ? { status: 'done', change: 'unchanged' }
      : failed('transient', 'VerificationFailed', problems.join(' '));
  });
}

import { sharesTable, virtualNetworkId } from '../../../shared/network/ids';
import type { Promised } from '../../../shared/reconcile/facts';
import type { Fresh } from '../../../shared/reconcile/judge';
import { observe } from '../../../shared/reconcile/observe';
import type { ReportRecord } from '../../../shared/records/reconciliation';
import type { NetworkRecord, OperationRecord } from '../../../shared/records/types';
import { loadNetwork, type Dependencies } from '../context';

/** Which run an activity works for. */
export interface ReconcileRun {
  /** Id of the report. */
  id: string;
  network: string;
}

export async function loadReport({ records }: Dependencies, id: string): Promise<ReportRecord> {
  const report = await records.reports.get(id);
  if (!report) throw new Error(`There is no report ${id}.`);
  return report;
}

/** What the records promise, with everything that is being done at the moment. */
export async function loadPromised(deps: Dependencies, network: NetworkRecord): Promise<Promised> {
  const { records, installation } = deps;
  const vnetId = virtualNetworkId(network.definition);
  const [networks, hosts, ledger, admitted, running] = await Promise.all([
    records.networks.list(),
    records.hosts.list(network.name),
    records.ledger.entries(vnetId),
    records.operations.list({ status: 'admitted' }),
    records.operations.list({ status: 'running' }),
  ]);
  const neighbours = new Set(
    networks
      .filter(({ definition }) => virtualNetworkId(definition).toLowerCase() === vnetId.toLowerCase())
      .map(({ name }) => name),
  );
  const active = [...admitted, ...running].filter((operation) => neighbours.has(operation.network));
  const own = active.filter((operation) => isOwn(operation, network.name));
  const ended = ledger.filter((entry) => entry.network === network.name && entry.state === 'releasing');
  const finished = await Promise.all(ended.map((entry) => records.operations.get(entry.operation)));
  return {
    network,
    neighbours: networks
      .filter(({ name, definition }) => name !== network.name && sharesTable(definition, network.definition))
      .map(({ definition }) => definition),
    tablesOfOthers: networks.flatMap(({ name, tables = [] }) => (name === network.name ? [] : tables)),
    installation,
    own: own.map(({ id }) => id),
    hosts,
    ledger,
    inFlight: active.filter((operation) => !isOwn(operation, network.name)),
    finished: finished.flatMap((row) => (row?.record.finishedAt === undefined ? [] : [row.record])),
  };
}

export const isOwn = ({ kind, network }: OperationRecord, name: string) =>
  kind === 'reconcile' && network === name;

/** Azure first, then the records: a host that is admitted in between then has its promise in what is read second. */
export async function readFresh(
  deps: Dependencies,
  name: string,
  more: Partial<Pick<Fresh['observed'], 'guests' | 'deadLeases'>> = {},
): Promise<Fresh> {
  const { record: before } = await loadNetwork(deps, name);
  const reading = await observe(deps.clients, before);
  const { record: network } = await loadNetwork(deps, name);
  return {
    observed: { ...reading, guests: more.guests ?? {}, deadLeases: more.deadLeases ?? [] },
    promised: await loadPromised(deps, network),
  };
}

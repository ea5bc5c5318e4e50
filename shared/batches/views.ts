import {
  countRows,
  type BatchRecord,
  type BatchRow,
  type PoisonRecord,
  type RowCounts,
} from '../records/batches';
import type { HostRecord } from '../records/types';
import { csvOf } from './csv';

export interface BatchView {
  id: string;
  caller: string;
  ticket?: string;
  /** `paused` while it stands still on a network. */
  state: 'accepting' | 'running' | 'paused' | 'cancelling' | 'finished';
  total: number;
  /** Absent in lists. */
  counts?: RowCounts;
  paused?: { network: string; since: string; reason: string }[];
  createdAt: string;
  updatedAt: string;
}

export function batchView(batch: BatchRecord, rows?: readonly BatchRow[]): BatchView {
  const { id, caller, ticket, total, createdAt, updatedAt } = batch;
  const paused = Object.entries(batch.paused).map(([network, pause]) => ({ network, ...pause }));
  return {
    id,
    caller,
    ...(ticket === undefined ? {} : { ticket }),
    state: stateOf(batch),
    total,
    ...(rows ? { counts: countRows(rows) } : {}),
    ...(paused.length > 0 ? { paused } : {}),
    createdAt,
    updatedAt,
  };
}

function stateOf({ state, cancelledAt, paused }: BatchRecord): BatchView['state'] {
  if (state !== 'running') return state;
  if (cancelledAt !== undefined) return 'cancelling';
  return Object.keys(paused).length > 0 ? 'paused' : 'running';
}

export function rowView({ row, request, status, operation, queuedAt, finishedAt, failure }: BatchRow) {
  const { network, name, ticket } = request;
  return {
    row,
    network,
    name,
    ...(ticket === undefined ? {} : { ticket }),
    status,
    ...(operation === undefined ? {} : { operation }),
    ...(queuedAt === undefined ? {} : { queuedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(failure ? { failure } : {}),
  };
}

const sheetColumns = [
  ...['row', 'network', 'name', 'ticket', 'status', 'operation'],
  ...['ghostedPrefix', 'natAddress', 'lanAddress', 'finishedAt', 'code', 'message'],
];

/** The result sheet: a line per row, with the addresses of the hosts that there are. */
export function resultSheet(rows: readonly BatchRow[], hosts: readonly HostRecord[]): string {
  const known = new Map(hosts.map((host) => [`${host.network}/${host.name}`, host.addresses]));
  return csvOf(
    sheetColumns,
    rows.map(({ row, request: { network, name, ticket }, status, operation, finishedAt, failure }) => {
      const addresses = known.get(`${network}/${name}`);
      return [
        ...[row, network, name, ticket, status, operation],
        ...[addresses?.ghostedPrefix, addresses?.natAddress, addresses?.lanAddress],
        ...[finishedAt, failure?.code, failure?.message],
      ];
    }),
  );
}

export function poisonView({ batch, ...record }: PoisonRecord) {
  return {
    ...record,
    ...(batch ? { batch, href: `/api/v1/batches/${batch.id}?after=${batch.row - 1}&limit=1` } : {}),
  };
}

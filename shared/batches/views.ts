import type { z } from 'zod';
import type { batch, batchRow, poison } from '../api/shapes';
import { countRows, type BatchRecord, type BatchRow, type PoisonRecord } from '../records/batches';
import type { HostRecord } from '../records/types';
import { csvOf } from './csv';
import { shownMessage } from './shownMessage';

export type BatchView = z.output<typeof batch>;
export type RowView = z.output<typeof batchRow>;
export type PoisonView = z.output<typeof poison>;

export function batchView(record: BatchRecord, rows?: readonly BatchRow[]): BatchView {
  const { id, caller, ticket, total, cancelledBy, resumedBy, createdAt, updatedAt } = record;
  const paused = Object.entries(record.paused).map(([network, pause]) => ({ network, ...pause }));
  return {
    id,
    caller,
    ...(ticket === undefined ? {} : { ticket }),
    state: stateOf(record),
    total,
    ...(rows ? { counts: countRows(rows) } : {}),
    ...(cancelledBy === undefined ? {} : { cancelledBy }),
    ...(resumedBy === undefined ? {} : { resumedBy }),
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

export function rowView({
  row,
  request,
  status,
  operation,
  queuedAt,
  finishedAt,
  failure,
}: BatchRow): RowView {
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

export function poisonView({ batch, ...record }: PoisonRecord): PoisonView {
  return {
    ...record,
    message: shownMessage(record.message),
    ...(batch ? { batch, href: `/api/v1/batches/${batch.id}?after=${batch.row - 1}&limit=1` } : {}),
  };
}

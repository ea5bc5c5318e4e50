import type { TableClient, TransactionAction } from '@azure/data-tables';
import { canonicalJson } from '../api/canonical';
import { nothingOccupied, type Occupied } from './occupied';
import { encode, getRow, insertRow, replaceRow, type RowKey } from './rows';

/** A row beside the promises of a VNet, one for each network on it: pools are a network's own. */
export interface OccupiedRow {
  key: RowKey;
  record: Occupied;
  /** Absent: there is no such row yet. */
  etag?: string;
}

export async function occupiedRow(
  client: TableClient,
  partitionKey: string,
  network: string,
): Promise<OccupiedRow> {
  const key = { partitionKey, rowKey: `occupied-${network}` };
  return { key, ...((await getRow<Occupied>(client, key)) ?? { record: nothingOccupied }) };
}

/** What a transaction does to the row, if anything, as long as it is as read. */
export function changed({ key, record, etag }: OccupiedRow, after: Occupied): TransactionAction[] {
  if (etag === undefined || isSame(record, after)) return [];
  return [['update', { ...key, ...encode(after) }, 'Replace', { etag }]];
}

/** Changes what is kept into what `next` makes of it; throws RecordConflict if somebody else does at the same time. */
export async function changeOccupied(
  client: TableClient,
  partitionKey: string,
  network: string,
  next: (before: Occupied) => Occupied,
): Promise<void> {
  const { key, record, etag } = await occupiedRow(client, partitionKey, network);
  const after = next(record);
  if (isSame(record, after)) return;
  await (etag === undefined ? insertRow(client, key, after) : replaceRow(client, key, after, etag));
}

const isSame = (a: Occupied, b: Occupied): boolean => canonicalJson(a) === canonicalJson(b);

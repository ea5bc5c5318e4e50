import type { TableClient, TableEntityQueryOptions } from '@azure/data-tables';
import { RecordConflict } from './store';
import type { Versioned } from './types';

export interface RowKey {
  partitionKey: string;
  rowKey: string;
}

export type Columns = Record<string, string>;

/** A string column holds 64 KiB of UTF-16; one row holds 1 MiB. */
const charactersPerColumn = 32_000;
const columnsPerRow = 12;

/** Spreads the JSON of a record over as many columns as it needs; throws if it is larger than a row should be. */
export function encode(record: unknown): Columns {
  const json = JSON.stringify(record);
  const count = Math.ceil(json.length / charactersPerColumn);
  if (count > columnsPerRow)
    throw new Error(`A record of ${json.length} characters does not fit into a row.`);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `json${index}`,
      json.slice(index * charactersPerColumn, (index + 1) * charactersPerColumn),
    ]),
  );
}

export function decode<T>(row: Record<string, unknown>): T {
  let json = '';
  for (let index = 0; typeof row[`json${index}`] === 'string'; index++) json += row[`json${index}`] as string;
  return JSON.parse(json) as T;
}

export async function getRow<T>(client: TableClient, key: RowKey): Promise<Versioned<T> | undefined> {
  try {
    const row = await client.getEntity<Record<string, unknown>>(key.partitionKey, key.rowKey);
    return { record: decode<T>(row), etag: row.etag };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

export async function listRows<T>(client: TableClient, filter?: string): Promise<T[]> {
  const queryOptions: TableEntityQueryOptions = filter === undefined ? {} : { filter };
  const records: T[] = [];
  for await (const row of client.listEntities<Record<string, unknown>>({ queryOptions }))
    records.push(decode<T>(row));
  return records;
}

/** The first rows in the order of their keys, at most so many. */
export async function firstRows<T>(client: TableClient, most: number, filter?: string): Promise<T[]> {
  const queryOptions: TableEntityQueryOptions = filter === undefined ? {} : { filter };
  const records: T[] = [];
  for await (const row of client.listEntities<Record<string, unknown>>({ queryOptions })) {
    if (records.push(decode<T>(row)) === most) break;
  }
  return records;
}

/** Writes of one row: `columns` are kept beside the JSON for filters. */
export async function insertRow(client: TableClient, key: RowKey, record: unknown, columns: Columns = {}) {
  await guarded(key, () => client.createEntity({ ...key, ...columns, ...encode(record) }));
}

export async function replaceRow(
  client: TableClient,
  key: RowKey,
  record: unknown,
  etag: string,
  columns: Columns = {},
) {
  await guarded(key, () =>
    client.updateEntity({ ...key, ...columns, ...encode(record) }, 'Replace', { etag }),
  );
}

export async function upsertRow(client: TableClient, key: RowKey, record: unknown, columns: Columns = {}) {
  await client.upsertEntity({ ...key, ...columns, ...encode(record) }, 'Replace');
}

/** The row must still be as read; one that is gone already counts as removed. */
export async function removeRow(client: TableClient, key: RowKey, etag: string) {
  await guarded(key, async () => {
    try {
      await client.deleteEntity(key.partitionKey, key.rowKey, { etag });
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  });
}

/** Turns "exists", "changed" and "gone" answers of the table into RecordConflict. */
export async function guarded<T>(key: RowKey, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 409 || status === 412) {
      throw new RecordConflict(`${key.partitionKey}/${key.rowKey}`);
    }
    throw error;
  }
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

/** Quotes a value for an OData filter. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

import type { TableClient } from '@azure/data-tables';
import {
  getRow,
  insertRow,
  listRows,
  quoted,
  removeRow,
  replaceRow,
  statusOf,
  upsertRow,
  type Columns,
} from './rows';
import type { OperationFilter, Records } from './store';
import type { Tables } from './tables';
import type { OperationRecord, WarrantRecord } from './types';

/** Most rows of a timeline that one page looks at; a page may be short where hardly any operation is asked for. */
const mostLooks = 2_000;
const looksAtOnce = 50;
const lastInstant = 9_999_999_999_999;

/**
 * One partition per operation: its row and its deletion warrants. Two more partitions say where to look: `timeline` names
 * every operation, newest first, `open` those that are not over. An entry is written before its operation and removed
 * after it, so it may name one that is not there, never the other way round; readers look at the operation itself.
 */
export function operationsOf(tables: Tables): Records['operations'] {
  const table = () => tables('operations');
  const key = (id: string) => ({ partitionKey: id, rowKey: 'operation' });
  const columns = ({ status, network }: OperationRecord): Columns => ({ status, network });

  const forget = async (partitionKey: string, rowKey: string): Promise<void> => {
    try {
      await (await table()).deleteEntity(partitionKey, rowKey);
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  };

  return {
    get: async (id) => getRow<OperationRecord>(await table(), key(id)),
    insert: async (record) => {
      const client = await table();
      for (const partitionKey of ['timeline', 'open'])
        await upsertRow(client, { partitionKey, rowKey: placeOf(record) }, record.id, facts(record));
      await insertRow(client, key(record.id), record, columns(record));
    },
    replace: async (record, etag) => {
      if (record.finishedAt !== undefined) await forget('open', placeOf(record));
      await replaceRow(await table(), key(record.id), record, etag, columns(record));
    },
    remove: async (id, etag) => {
      const client = await table();
      const row = await getRow<OperationRecord>(client, key(id));
      await removeRow(client, key(id), etag);
      if (!row) return;
      for (const partition of ['open', 'timeline']) await forget(partition, placeOf(row.record));
    },
    list: async (filter = {}) => {
      const terms = Object.entries(filter).map(([column, value]) => `${column} eq ${quoted(value)}`);
      return listRows<OperationRecord>(await table(), [`RowKey eq 'operation'`, ...terms].join(' and '));
    },
    page: async (filter, limit, after) => page(await table(), filter, limit, after),
    countOpen: async (caller, most) => {
      const filter = `PartitionKey eq 'open' and caller eq ${quoted(caller)}`;
      const rows = (await table()).listEntities({ queryOptions: { filter, select: ['RowKey'] } });
      let count = 0;
      for await (const _ of rows) if (++count >= most) break;
      return count;
    },
    prune: async (before, most) => {
      const client = await table();
      const oldest = placeOf({ createdAt: before, id: '' });
      const filter = `PartitionKey eq 'timeline' and RowKey gt ${quoted(oldest)}`;
      let pruned = 0;
      for await (const batch of batches(client, filter)) {
        for (const place of batch) {
          if (pruned === most) return pruned;
          const id = place.slice(14);
          const row = await getRow<OperationRecord>(client, key(id));
          if (row && !(row.record.finishedAt !== undefined && row.record.finishedAt < before)) continue;
          // The row goes after its warrants, and the entry last: a crash leaves what the next run finds.
          if (row && placeOf(row.record) === place) {
            const warrants = `PartitionKey eq ${quoted(id)} and RowKey ge 'warrant-' and RowKey lt 'warrant.'`;
            for (const { requestId } of await listRows<WarrantRecord>(client, warrants))
              await forget(id, `warrant-${requestId}`);
            await removeRow(client, key(id), row.etag);
            pruned += 1;
          }
          await forget('timeline', place);
        }
      }
      return pruned;
    },
    addWarrant: async (warrant) => {
      const row = { partitionKey: warrant.operation, rowKey: `warrant-${warrant.requestId}` };
      await upsertRow(await table(), row, warrant);
    },
    warrants: async (operation) => {
      const terms = [
        ...(operation === undefined ? [] : [`PartitionKey eq ${quoted(operation)}`]),
        `RowKey ge 'warrant-' and RowKey lt 'warrant.'`,
      ];
      const found = await listRows<WarrantRecord>(await table(), terms.join(' and '));
      return found.toSorted((a, b) => Date.parse(a.issuedAt) - Date.parse(b.issuedAt));
    },
  };
}

/** Place in the timeline: the newest operation comes first. */
export const placeOf = ({ createdAt, id }: Pick<OperationRecord, 'createdAt' | 'id'>): string =>
  `${String(lastInstant - Date.parse(createdAt)).padStart(13, '0')}-${id}`;

/** What never changes about an operation can be asked for in the timeline itself. */
const facts = ({ network, host, ticket, caller }: OperationRecord): Columns => ({
  network,
  caller,
  ...(host === undefined ? {} : { host }),
  ...(ticket === undefined ? {} : { ticket }),
});

async function page(
  client: TableClient,
  { status, ...fixed }: OperationFilter,
  limit: number,
  after: string | undefined,
): Promise<{ operations: OperationRecord[]; next?: string }> {
  const isOpen = status === 'admitted' || status === 'running';
  const filter = [
    `PartitionKey eq '${isOpen ? 'open' : 'timeline'}'`,
    ...(after === undefined ? [] : [`RowKey gt ${quoted(after)}`]),
    ...Object.entries(fixed).map(([column, value]) => `${column} eq ${quoted(value)}`),
  ].join(' and ');
  const operations: OperationRecord[] = [];
  let looks = 0;
  let last = '';
  for await (const batch of batches(client, filter)) {
    const rows = await Promise.all(
      batch.map((place) =>
        getRow<OperationRecord>(client, { partitionKey: place.slice(14), rowKey: 'operation' }),
      ),
    );
    for (const [index, place] of batch.entries()) {
      if (operations.length === limit || looks === mostLooks) return { operations, next: last };
      looks += 1;
      last = place;
      const record = rows[index]?.record;
      if (record && placeOf(record) === place && (status === undefined || record.status === status))
        operations.push(record);
    }
  }
  return { operations };
}

async function* batches(client: TableClient, filter: string): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const { rowKey } of client.listEntities({ queryOptions: { filter, select: ['RowKey'] } })) {
    batch.push(rowKey ?? '');
    if (batch.length < looksAtOnce) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

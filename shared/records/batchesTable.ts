import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { BatchRecord, BatchRow, PoisonRecord } from './batches';
import {
  decode,
  encode,
  getRow,
  insertRow,
  listRows,
  quoted,
  removeRow,
  replaceRow,
  upsertRow,
} from './rows';
import type { Records } from './store';
import type { Tables } from './tables';
import type { Versioned } from './types';

/** Most writes that a table takes in one transaction. */
const rowsAtOnce = 100;

const headKey = (id: string) => ({ partitionKey: 'batch', rowKey: id });
const rowKey = (row: number) => `row-${String(row).padStart(5, '0')}`;
const keyOf = ({ batch, row }: Pick<BatchRow, 'batch' | 'row'>) => ({
  partitionKey: batch,
  rowKey: rowKey(row),
});

/** Heads share a partition; the rows of a batch have one of their own, in their order. */
export function batchesOf(tables: Tables): Records['batches'] {
  const table = () => tables('batches');
  return {
    get: async (id) => getRow<BatchRecord>(await table(), headKey(id)),
    list: async (filter) =>
      listRows<BatchRecord>(
        await table(),
        `PartitionKey eq 'batch'${filter?.open ? ` and state ne 'finished'` : ''}`,
      ),
    insert: async (batch) => insertRow(await table(), headKey(batch.id), batch, { state: batch.state }),
    replace: async (batch, etag) =>
      replaceRow(await table(), headKey(batch.id), batch, etag, { state: batch.state }),
    remove: async (id, etag) => removeRow(await table(), headKey(id), etag),
    putRows: async (rows) => {
      const client = await table();
      for (let start = 0; start < rows.length; start += rowsAtOnce) {
        const actions = rows
          .slice(start, start + rowsAtOnce)
          .map((row): TransactionAction => ['upsert', { ...keyOf(row), ...encode(row) }, 'Replace']);
        await client.submitTransaction(actions);
      }
    },
    removeRows: async (batch) => removeRows(await table(), batch),
    prune: async (before, most) => {
      const client = await table();
      const heads = await listRows<BatchRecord>(client, `PartitionKey eq 'batch' and state eq 'finished'`);
      const old = heads.filter(({ updatedAt }) => updatedAt < before).slice(0, most);
      // The head goes last: a crash leaves what the next run finds.
      for (const { id } of old) {
        await removeRows(client, id);
        await removeRow(client, headKey(id), '*');
      }
      return old.length;
    },
    rows: async (batch) => {
      const queryOptions = { filter: `PartitionKey eq ${quoted(batch)}` };
      const rows: Versioned<BatchRow>[] = [];
      for await (const entity of (await table()).listEntities<Record<string, unknown>>({ queryOptions })) {
        rows.push({ record: decode<BatchRow>(entity), etag: entity.etag });
      }
      return rows;
    },
    row: async (batch, row) => getRow<BatchRow>(await table(), keyOf({ batch, row })),
    replaceRow: async (row, etag) => replaceRow(await table(), keyOf(row), row, etag),
  };
}

async function removeRows(client: TableClient, batch: string): Promise<void> {
  const filter = `PartitionKey eq ${quoted(batch)}`;
  const keys: string[] = [];
  for await (const { rowKey: key } of client.listEntities({
    queryOptions: { filter, select: ['RowKey'] },
  })) {
    if (key !== undefined) keys.push(key);
  }
  for (let start = 0; start < keys.length; start += rowsAtOnce) {
    const actions = keys
      .slice(start, start + rowsAtOnce)
      .map((key): TransactionAction => ['delete', { partitionKey: batch, rowKey: key }]);
    await client.submitTransaction(actions);
  }
}

export function poisonOf(tables: Tables): Records['poison'] {
  const table = () => tables('poison');
  const key = (id: string) => ({ partitionKey: 'poison', rowKey: id });
  return {
    get: async (id) => getRow<PoisonRecord>(await table(), key(id)),
    list: async () => listRows<PoisonRecord>(await table(), `PartitionKey eq 'poison'`),
    insert: async (record) => insertRow(await table(), key(record.id), record),
    replace: async (record, etag) => replaceRow(await table(), key(record.id), record, etag),
    noteReason: async (id, reason) => {
      await upsertRow(await table(), { partitionKey: 'reason', rowKey: id }, { reason });
    },
    reason: async (id) =>
      (await getRow<{ reason: string }>(await table(), { partitionKey: 'reason', rowKey: id }))?.record
        .reason,
    prune: async (before, most) => {
      const client = await table();
      const all = await listRows<PoisonRecord>(client, `PartitionKey eq 'poison'`);
      const old = all.filter(({ lastAt }) => lastAt < before).slice(0, most);
      for (const { id } of old) await removeRow(client, key(id), '*');
      // Most reasons are of messages that a later attempt took.
      const filter = `PartitionKey eq 'reason' and Timestamp lt datetime'${before}'`;
      let reasons = 0;
      for await (const { rowKey } of client.listEntities({ queryOptions: { filter, select: ['RowKey'] } })) {
        if (rowKey === undefined || reasons++ >= most) break;
        await removeRow(client, { partitionKey: 'reason', rowKey }, '*');
      }
      return old.length;
    },
  };
}

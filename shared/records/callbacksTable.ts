import type { CallbackFilter, CallbackRecord } from './callbacks';
import { firstRows, getRow, insertRow, listRows, quoted, removeRow, replaceRow } from './rows';
import type { Records } from './store';
import type { Tables } from './tables';

/** A partition for each: they are asked for one by one, or listed over all. */
export function callbacksOf(tables: Tables): Records['callbacks'] {
  const key = (id: string) => ({ partitionKey: id, rowKey: 'callback' });
  const columns = ({ status, operation, network, createdAt }: CallbackRecord) => ({
    status,
    operation,
    network,
    createdAt,
  });
  const where = ({ status, operation, network }: CallbackFilter, after?: string) =>
    [
      ...(after === undefined ? [] : [`PartitionKey gt ${quoted(after)}`]),
      ...Object.entries({ status, operation, network }).flatMap(([column, value]) =>
        value === undefined ? [] : [`${column} eq ${quoted(value)}`],
      ),
    ].join(' and ') || undefined;
  return {
    get: async (id) => getRow<CallbackRecord>(await tables('callbacks'), key(id)),
    insert: async (record) => insertRow(await tables('callbacks'), key(record.id), record, columns(record)),
    replace: async (record, etag) =>
      replaceRow(await tables('callbacks'), key(record.id), record, etag, columns(record)),
    list: async (filter) => listRows<CallbackRecord>(await tables('callbacks'), where(filter)),
    prune: async (before, most) => {
      const client = await tables('callbacks');
      const old = await firstRows<CallbackRecord>(client, most, `createdAt lt ${quoted(before)}`);
      for (const { id } of old) {
        const row = await getRow<CallbackRecord>(client, key(id));
        if (row && row.record.createdAt < before) await removeRow(client, key(id), row.etag);
      }
      return old.length;
    },
    page: async (filter, limit, after) => {
      const rows = await firstRows<CallbackRecord>(
        await tables('callbacks'),
        limit + 1,
        where(filter, after),
      );
      const callbacks = rows.slice(0, limit);
      const last = rows.length > limit ? callbacks.at(-1) : undefined;
      return { callbacks, ...(last ? { next: last.id } : {}) };
    },
  };
}

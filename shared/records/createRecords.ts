import type { StorageSettings } from '../config';
import { batchesOf, poisonOf } from './batchesTable';
import { callbacksOf } from './callbacksTable';
import { documentsOf } from './documents';
import { ledgerOf } from './ledger';
import { operationsOf } from './operations';
import { reportsOf } from './reportsTable';
import { firstRows, getRow, insertRow, listRows, quoted, removeRow, replaceRow } from './rows';
import type { Records } from './store';
import { openTables, type Tables } from './tables';
import type { ReconcileState } from './reconciliation';
import type { HostRecord, NetworkRecord } from './types';

/** Records on Azure Tables. Nothing is loaded or contacted before the first call. */
export function createRecords(storage: StorageSettings): Records {
  const tables = openTables(storage);
  return {
    networks: networksOf(tables),
    hosts: hostsOf(tables),
    ledger: ledgerOf(tables),
    operations: operationsOf(tables),
    reconciliations: reconciliationsOf(tables),
    reports: reportsOf(tables),
    documents: documentsOf(tables),
    callbacks: callbacksOf(tables),
    batches: batchesOf(tables),
    poison: poisonOf(tables),
  };
}

function networksOf(tables: Tables): Records['networks'] {
  const key = (name: string) => ({ partitionKey: 'network', rowKey: name });
  return {
    get: async (name) => getRow<NetworkRecord>(await tables('networks'), key(name)),
    list: async () => listRows<NetworkRecord>(await tables('networks')),
    page: async (limit, after) => {
      const filter = after === undefined ? undefined : `RowKey gt ${quoted(after)}`;
      const found = await firstRows<NetworkRecord>(await tables('networks'), limit + 1, filter);
      const networks = found.slice(0, limit);
      const last = found.length > limit ? networks.at(-1) : undefined;
      return { networks, ...(last ? { next: last.name } : {}) };
    },
    insert: async (record) => insertRow(await tables('networks'), key(record.name), record),
    replace: async (record, etag) => replaceRow(await tables('networks'), key(record.name), record, etag),
    remove: async (name, etag) => removeRow(await tables('networks'), key(name), etag),
  };
}

function hostsOf(tables: Tables): Records['hosts'] {
  const key = (network: string, name: string) => ({ partitionKey: network, rowKey: name });
  return {
    get: async (network, name) => getRow<HostRecord>(await tables('hosts'), key(network, name)),
    list: async (network) =>
      listRows<HostRecord>(await tables('hosts'), network && `PartitionKey eq ${quoted(network)}`),
    page: async (network, limit, after) => {
      const [partition = '', row = ''] = after?.split('/') ?? [];
      const filter = [
        ...(network === undefined ? [] : [`PartitionKey eq ${quoted(network)}`]),
        ...(after === undefined
          ? []
          : [
              `(PartitionKey gt ${quoted(partition)} or (PartitionKey eq ${quoted(partition)} and RowKey gt ${quoted(row)}))`,
            ]),
      ].join(' and ');
      const found = await firstRows<HostRecord>(await tables('hosts'), limit + 1, filter || undefined);
      const hosts = found.slice(0, limit);
      const last = hosts.at(-1);
      return { hosts, ...(found.length > limit && last ? { next: `${last.network}/${last.name}` } : {}) };
    },
    insert: async (record) => insertRow(await tables('hosts'), key(record.network, record.name), record),
    replace: async (record, etag) =>
      replaceRow(await tables('hosts'), key(record.network, record.name), record, etag),
    remove: async (network, name, etag) => removeRow(await tables('hosts'), key(network, name), etag),
  };
}

/** Kept beside the reports, in a partition of its own. */
function reconciliationsOf(tables: Tables): Records['reconciliations'] {
  const key = (network: string) => ({ partitionKey: 'state', rowKey: network });
  return {
    get: async (network) => getRow<ReconcileState>(await tables('reports'), key(network)),
    insert: async (state) => insertRow(await tables('reports'), key(state.network), state),
    replace: async (state, etag) => replaceRow(await tables('reports'), key(state.network), state, etag),
  };
}

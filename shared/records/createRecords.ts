import type { StorageSettings } from '../config';
import { documentsOf } from './documents';
import { ledgerOf } from './ledger';
import { getRow, insertRow, listRows, quoted, removeRow, replaceRow, upsertRow, type Columns } from './rows';
import type { Records } from './store';
import { openTables, type Tables } from './tables';
import type { ReconcileState, ReportRecord } from './reconciliation';
import type { HostRecord, NetworkRecord, OperationRecord, WarrantRecord } from './types';

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
  };
}

function networksOf(tables: Tables): Records['networks'] {
  const key = (name: string) => ({ partitionKey: 'network', rowKey: name });
  return {
    get: async (name) => getRow<NetworkRecord>(await tables('networks'), key(name)),
    list: async () => listRows<NetworkRecord>(await tables('networks')),
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
    insert: async (record) => insertRow(await tables('hosts'), key(record.network, record.name), record),
    replace: async (record, etag) =>
      replaceRow(await tables('hosts'), key(record.network, record.name), record, etag),
    remove: async (network, name, etag) => removeRow(await tables('hosts'), key(network, name), etag),
  };
}

/** One partition per operation: its row and its deletion warrants. */
function operationsOf(tables: Tables): Records['operations'] {
  const key = (id: string) => ({ partitionKey: id, rowKey: 'operation' });
  const columns = ({ status, network }: OperationRecord): Columns => ({ status, network });
  return {
    get: async (id) => getRow<OperationRecord>(await tables('operations'), key(id)),
    insert: async (record) => insertRow(await tables('operations'), key(record.id), record, columns(record)),
    replace: async (record, etag) =>
      replaceRow(await tables('operations'), key(record.id), record, etag, columns(record)),
    remove: async (id, etag) => removeRow(await tables('operations'), key(id), etag),
    list: async (filter = {}) => {
      const terms = Object.entries(filter).map(([column, value]) => `${column} eq ${quoted(value)}`);
      return listRows<OperationRecord>(
        await tables('operations'),
        [`RowKey eq 'operation'`, ...terms].join(' and '),
      );
    },
    addWarrant: async (warrant) => {
      const row = { partitionKey: warrant.operation, rowKey: `warrant-${warrant.requestId}` };
      await upsertRow(await tables('operations'), row, warrant);
    },
    warrants: async (operation) => {
      const terms = [
        ...(operation === undefined ? [] : [`PartitionKey eq ${quoted(operation)}`]),
        `RowKey ge 'warrant-' and RowKey lt 'warrant.'`,
      ];
      const found = await listRows<WarrantRecord>(await tables('operations'), terms.join(' and '));
      return found.toSorted((a, b) => Date.parse(a.issuedAt) - Date.parse(b.issuedAt));
    },
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

function reportsOf(tables: Tables): Records['reports'] {
  const key = (id: string) => ({ partitionKey: 'report', rowKey: id });
  return {
    put: async (report) =>
      upsertRow(await tables('reports'), key(report.id), report, { network: report.network }),
    get: async (id) => (await getRow<ReportRecord>(await tables('reports'), key(id)))?.record,
    list: async (network) => {
      const terms = [
        `PartitionKey eq 'report'`,
        ...(network === undefined ? [] : [`network eq ${quoted(network)}`]),
      ];
      return listRows<ReportRecord>(await tables('reports'), terms.join(' and '));
    },
  };
}

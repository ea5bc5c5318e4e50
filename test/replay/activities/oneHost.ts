import type { RouteTable } from '@azure/arm-network';
import type { Dependencies } from '../../../orchestrations/activities/context';
import type { FinishInput } from '../../../orchestrations/activities/finish';
import type { AzureClients } from '../../../shared/azure/clients';
import type { ReconcileState } from '../../../shared/records/reconciliation';
import type { Records } from '../../../shared/records/store';
import type { HostRecord, LedgerEntry, NetworkRecord, OperationRecord } from '../../../shared/records/types';
import { addresses, definition, spec } from '../../unit/shared/fixture';

export const network: NetworkRecord = {
  name: 'nested-fun',
  definition,
  state: 'ready',
  operation: 'def',
  updatedAt: '',
};
export const entry: LedgerEntry = {
  ...addresses,
  network: 'nested-fun',
  host: 'hv-01',
  state: 'reserved',
  operation: 'op',
};
export const host: HostRecord = {
  network: 'nested-fun',
  name: 'hv-01',
  state: 'provisioning',
  spec,
  specFingerprint: '',
  claim: 'op',
  addresses,
  updatedAt: '',
};
export const provisioning: OperationRecord = {
  id: 'op',
  kind: 'provision',
  network: 'nested-fun',
  host: 'hv-01',
  status: 'running',
  caller: 'test',
  fingerprint: '',
  request: { kind: 'provision', spec, onFailure: 'undo' },
  createdAt: '',
};

/** Records of one host, with a crash at a chosen write. */
export class FakeRecords {
  writes = 0;
  reconciliation: ReconcileState | undefined;
  constructor(
    public host: HostRecord | undefined,
    public ledger: LedgerEntry | undefined,
    public operation: OperationRecord = provisioning,
    public crashAt = Infinity,
    readonly others: NetworkRecord[] = [],
  ) {}

  private write(change: () => void): Promise<void> {
    this.writes += 1;
    if (this.writes === this.crashAt) return Promise.reject(new Error('crash'));
    change();
    return Promise.resolve();
  }

  readonly records = {
    networks: {
      get: () => Promise.resolve({ record: network, etag: '1' }),
      list: () => Promise.resolve([network, ...this.others]),
    },
    operations: {
      get: () => Promise.resolve({ record: this.operation, etag: '1' }),
      replace: (record: OperationRecord) => this.write(() => (this.operation = record)),
    },
    hosts: {
      get: () => Promise.resolve(this.host && { record: this.host, etag: '1' }),
      replace: (record: HostRecord) => this.write(() => (this.host = record)),
      remove: () => this.write(() => (this.host = undefined)),
    },
    ledger: {
      entries: () => Promise.resolve(this.ledger ? [this.ledger] : []),
      find: () => Promise.resolve(this.ledger),
      release: () => this.write(() => (this.ledger = undefined)),
      setState: (_: string, __: string, state: LedgerEntry['state']) =>
        this.write(() => {
          if (this.ledger) this.ledger = { ...this.ledger, state };
        }),
    },
    reconciliations: {
      get: () => Promise.resolve(this.reconciliation && { record: this.reconciliation, etag: '1' }),
      insert: (record: ReconcileState) => this.write(() => (this.reconciliation = record)),
    },
  } as unknown as Records;
}

export const deps = (records: Records, routeTable?: RouteTable): Dependencies => ({
  records,
  installation: 'default',
  queue: {
    send: () => Promise.resolve(),
    sendText: () => Promise.resolve(),
    oldestSeconds: () => Promise.resolve(0),
  },
  operationsInFlight: 20,
  callbacks: { hosts: [], privateHosts: [], secrets: [] },
  clients: {
    network: () => Promise.resolve({ routeTables: { get: () => Promise.resolve(routeTable) } }),
  } as unknown as AzureClients,
});

export const failure = { class: 'fatal', code: 'Test', message: 'Why.' };
export const ending = (extra: Partial<FinishInput>): FinishInput => ({
  kind: 'provision',
  status: 'succeeded',
  operation: 'op',
  steps: [{ name: 'plan', status: 'done' }],
  now: Date.UTC(2026, 0, 1),
  ...extra,
});

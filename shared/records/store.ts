import type { BatchRecord, BatchRow, PoisonRecord } from './batches';
import type { CallbackFilter, CallbackRecord } from './callbacks';
import type { DocumentKind, DocumentRecord } from './documents';
import type { Occupied, SeenOccupied } from './occupied';
import type { ReconcileState, ReportRecord } from './reconciliation';
import type {
  HostAddresses,
  HostRecord,
  LedgerEntry,
  LedgerState,
  NetworkRecord,
  OperationRecord,
  Versioned,
  WarrantRecord,
} from './types';

/** A row that was to be inserted exists, or a row changed since it was read. */
export class RecordConflict extends Error {
  constructor(readonly key: string) {
    super(`The record ${key} was written by somebody else; read it again.`);
    this.name = 'RecordConflict';
  }
}

/** Which operations are asked for: all that have these values. */
export type OperationFilter = Partial<Pick<OperationRecord, 'status' | 'network' | 'host' | 'ticket'>>;

/** Every method may throw RecordConflict where it writes; reads of absent rows give undefined. */
export interface Records {
  networks: {
    get(name: string): Promise<Versioned<NetworkRecord> | undefined>;
    list(): Promise<NetworkRecord[]>;
    /** By name; `after` is the `next` of the page before. */
    page(limit: number, after?: string): Promise<{ networks: NetworkRecord[]; next?: string }>;
    insert(record: NetworkRecord): Promise<void>;
    replace(record: NetworkRecord, etag: string): Promise<void>;
    remove(name: string, etag: string): Promise<void>;
  };
  hosts: {
    get(network: string, name: string): Promise<Versioned<HostRecord> | undefined>;
    list(network?: string): Promise<HostRecord[]>;
    /** In the order of network and name; `next` is where the following page starts. */
    page(
      network: string | undefined,
      limit: number,
      after?: string,
    ): Promise<{ hosts: HostRecord[]; next?: string }>;
    insert(record: HostRecord): Promise<void>;
    replace(record: HostRecord, etag: string): Promise<void>;
    remove(network: string, name: string, etag: string): Promise<void>;
  };
  /** One partition per VNet; `vnetId` is the ARM id in any case. */
  ledger: {
    entries(vnetId: string): Promise<LedgerEntry[]>;
    find(vnetId: string, host: string): Promise<LedgerEntry | undefined>;
    /**
     * Reads all entries, lets `choose` (pure) pick prefix and addresses, and writes prefix, both addresses and the
     * host name in one transaction guarded by the partition's head row; starts over on conflict. If the host holds an
     * entry already, that one is returned unchanged.
     */
    reserve(
      vnetId: string,
      owner: { network: string; host: string; operation: string },
      choose: (taken: LedgerEntry[], occupied: Occupied) => HostAddresses & Pick<LedgerEntry, 'promisedAt'>,
    ): Promise<LedgerEntry>;
    /**
     * Promises the host other addresses in one transaction. False, and nothing written: `from` is not what is reserved for
     * it, or somebody was promised `to` meanwhile.
     */
    move(vnetId: string, host: string, from: HostAddresses, to: HostAddresses): Promise<boolean>;
    /** What somebody else has in the pools and NIC subnets of a network, as last seen. */
    occupied(vnetId: string, network: string): Promise<Occupied>;
    /**
     * Keeps what a look at Azure saw, in place of what an earlier one did, as `afterLook` says. With `since`, what was kept when the look began:
     * nothing, if somebody looked meanwhile, who may have seen more.
     */
    noteOccupied(vnetId: string, network: string, seen: SeenOccupied, since?: Occupied): Promise<void>;
    /** Keeps an address that Azure refused because somebody has it. */
    noteRefused(vnetId: string, network: string, address: string): Promise<void>;
    setState(vnetId: string, host: string, state: LedgerState, operation: string): Promise<void>;
    /** Removes all rows of the host; absent is fine. */
    release(vnetId: string, host: string): Promise<void>;
  };
  operations: {
    get(id: string): Promise<Versioned<OperationRecord> | undefined>;
    insert(record: OperationRecord): Promise<void>;
    replace(record: OperationRecord, etag: string): Promise<void>;
    remove(id: string, etag: string): Promise<void>;
    list(filter?: { status?: OperationRecord['status']; network?: string }): Promise<OperationRecord[]>;
    /** Newest first. A page may be shorter than `limit`; there is more as long as it has a `next`. */
    page(
      filter: OperationFilter,
      limit: number,
      after?: string,
    ): Promise<{ operations: OperationRecord[]; next?: string }>;
    /** How many operations of a caller are not over; counting stops at `most`. */
    countOpen(caller: string, most: number): Promise<number>;
    /** Removes operations that ended before `before` (ISO 8601), with their warrants; at most so many. */
    prune(before: string, most: number): Promise<number>;
    addWarrant(warrant: WarrantRecord): Promise<void>;
    /** In the order of issue; those of every operation if none is named. */
    warrants(operation?: string): Promise<WarrantRecord[]>;
  };
  /** One row per network; absent until the first reconciliation. */
  reconciliations: {
    get(network: string): Promise<Versioned<ReconcileState> | undefined>;
    insert(state: ReconcileState): Promise<void>;
    replace(state: ReconcileState, etag: string): Promise<void>;
  };
  reports: {
    put(report: ReportRecord): Promise<void>;
    get(id: string): Promise<ReportRecord | undefined>;
    list(): Promise<ReportRecord[]>;
    /** Newest first. A page may be shorter than `limit`; there is more as long as it has a `next`. */
    page(
      network: string | undefined,
      limit: number,
      after?: string,
    ): Promise<{ reports: ReportRecord[]; next?: string }>;
    /** Removes reports of runs that began before `before` (ISO 8601), at most so many; gives how many. */
    prune(before: string, most: number): Promise<number>;
  };
  /** One row per operation and event. */
  callbacks: {
    get(id: string): Promise<Versioned<CallbackRecord> | undefined>;
    insert(record: CallbackRecord): Promise<void>;
    replace(record: CallbackRecord, etag: string): Promise<void>;
    list(filter: CallbackFilter): Promise<CallbackRecord[]>;
    /** Removes those made before that instant (ISO 8601), at most so many; gives how many. */
    prune(before: string, most: number): Promise<number>;
    /** By id; `after` is the `next` of the page before. */
    page(
      filter: CallbackFilter,
      limit: number,
      after?: string,
    ): Promise<{ callbacks: CallbackRecord[]; next?: string }>;
  };
  /** What reads of Azure told; of any length up to a few MB. */
  documents: {
    /** Writes the document, over an earlier one of the same id; whoever reads meanwhile gets one of both, whole. */
    put(document: DocumentRecord): Promise<void>;
    get(id: string): Promise<DocumentRecord | undefined>;
    /** The latest document of a kind under a key. */
    find(kind: DocumentKind, key: string): Promise<DocumentRecord | undefined>;
    /** Removes what expired before `now` (ISO 8601). */
    prune(now: string): Promise<void>;
  };
  batches: {
    get(id: string): Promise<Versioned<BatchRecord> | undefined>;
    /** `open`: those only that are not finished. */
    list(filter?: { open: true }): Promise<BatchRecord[]>;
    insert(batch: BatchRecord): Promise<void>;
    replace(batch: BatchRecord, etag: string): Promise<void>;
    remove(id: string, etag: string): Promise<void>;
    /** Writes rows of one batch, over earlier ones; a hundred at a time, so that a crash may leave a part. */
    putRows(rows: readonly BatchRow[]): Promise<void>;
    removeRows(batch: string): Promise<void>;
    /** Removes batches that were over before that instant (ISO 8601), with their rows; at most so many; gives how many. */
    prune(before: string, most: number): Promise<number>;
    /** All rows, in their order. */
    rows(batch: string): Promise<Versioned<BatchRow>[]>;
    row(batch: string, row: number): Promise<Versioned<BatchRow> | undefined>;
    replaceRow(row: BatchRow, etag: string): Promise<void>;
  };
  /** Messages that the queue gave up. */
  poison: {
    get(id: string): Promise<Versioned<PoisonRecord> | undefined>;
    list(): Promise<PoisonRecord[]>;
    insert(record: PoisonRecord): Promise<void>;
    replace(record: PoisonRecord, etag: string): Promise<void>;
    /** Why the message with that id failed at its last attempt. */
    noteReason(id: string, reason: string): Promise<void>;
    reason(id: string): Promise<string | undefined>;
    /** Removes messages given up, and reasons noted, before that instant (ISO 8601); at most so many; gives how many messages. */
    prune(before: string, most: number): Promise<number>;
  };
}

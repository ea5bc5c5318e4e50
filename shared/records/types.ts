/** The app's records: what is kept in tables, independent of how the tables store it. */

import type { CallbackWish } from './callbacks';
import type { HostDefaults } from './definition';
import type { AdoptionReport, GuestInventory, OperationRequest } from './requests';

export type * from './definition';
export type * from './network';
export type * from './requests';

/** ETag of the row as read; a write with it fails if somebody wrote in between. */
export interface Versioned<T> {
  record: T;
  etag: string;
}

/** What a caller asks for; the defaults of the network fill the rest. */
export interface HostSpec extends Omit<HostDefaults, 'resourceGroup'> {
  /** Explicit prefix; absent: allocated from the pools. */
  ghostedPrefix?: string;
  /** Secret in the network's vault that holds the administrator's password. */
  adminPassword?: { secretId: string };
}

/** Addresses promised to one host; reserved in one transaction. */
export interface HostAddresses {
  ghostedPrefix: string;
  natAddress: string;
  lanAddress: string;
}

/** A resource that an adoption found. */
export interface AdoptedResource {
  /** As Azure spells it. */
  id: string;
  /** What Azure itself drew for it (`vmId`, `resourceGuid`, `uniqueId`): a later resource by that name has another. */
  uniqueId: string;
}

/**
 * What was found when a host built by hand was adopted, under the names that it has. This record stands in for the tags
 * that the app puts on what it makes; what it does not list is never deleted.
 */
export interface AdoptedHost {
  virtualMachine: AdoptedResource;
  nic1: AdoptedResource;
  /** Absent if the adoption had to make it: that one carries tags. */
  nic2?: AdoptedResource;
  osDisk: AdoptedResource;
  /** Ids of the data disks that were attached. They may go with their VM if Azure is set so, and never otherwise. */
  dataDisks: string[];
  /** Name of the ghosted subnet. */
  ghostedSubnet: string;
  /** The host's routes, in whatever tables they were found. */
  routes: { tableId: string; name: string }[];
}

export type HostState = 'provisioning' | 'adopting' | 'ready' | 'deleting' | 'failed';

export interface HostRecord {
  network: string;
  name: string;
  state: HostState;
  spec: HostSpec;
  /** sha256 of the canonical spec; tells "same host again" from "another host". */
  specFingerprint: string;
  /** Operation that holds the host, if any: nobody else may act on it. */
  claim?: string;
  /** Teardown that takes the host over as soon as the operation that holds it has ended. */
  next?: string;
  addresses?: HostAddresses;
  /** Present if the host was built by somebody else and taken over. */
  adopted?: AdoptedHost;
  /** Its release is not finished: what is left of the host is not the app's to delete. */
  keepVirtualMachine?: true;
  /** Id of the VM in lower case, once it exists. */
  vmId?: string;
  /** Last guest verification, once there is one. */
  guest?: {
    os: string;
    /** Of that verification; another one since means that Windows has restarted. */
    bootTime: string;
    verifiedAt: string;
    /** When a later one found something wrong. */
    failedAt?: string;
  };
  /** Ranges that Windows, at its last verification that succeeded, sent out of NIC 2. */
  ranges?: string[];
  reason?: string;
  updatedAt: string;
}

/** A prefix goes reserved -> active -> releasing -> gone. */
export type LedgerState = 'reserved' | 'active' | 'releasing';

export interface LedgerEntry extends HostAddresses {
  network: string;
  host: string;
  state: LedgerState;
  operation: string;
  /** Epoch milliseconds; later than every promise that stood in the VNet when this one was made. */
  promisedAt?: number;
}

export type OperationKind =
  'defineNetwork' | 'provision' | 'adopt' | 'repair' | 'inventory' | 'teardown' | 'reconcile' | 'converge';
export type OperationStatus = 'admitted' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface StepRecord {
  name: string;
  status: 'pending' | 'running' | 'done' | 'failed' | 'skipped';
  change?: 'created' | 'updated' | 'unchanged' | 'deleted';
  /** ISO 8601, time of the orchestration. */
  startedAt?: string;
  finishedAt?: string;
  detail?: string;
}

/** What a roll-out came to on one host. */
export interface HostOutcome {
  host: string;
  /**
   * `busy`: another operation had it all the time. `skipped`: it is not ready, or going. `needsInterruption`: only a
   * restart, or the like, would bring it about; nothing was restarted.
   */
  status: 'pending' | 'converged' | 'unchanged' | 'busy' | 'skipped' | 'needsInterruption' | 'failed';
  /** What was changed. */
  changed?: string[];
  reason?: string;
  /** Operation under whose claim the host was worked on. */
  operation?: string;
}

/** Why an operation did not succeed: class, Azure code, what to do, ids to find it. */
export interface FailureRecord {
  class: string;
  code: string;
  message: string;
  /** Every mistake in the request, by JSON pointer, where it is the request that does not fit. */
  errors?: { pointer: string; detail: string }[];
  step?: string;
  /** Resources that undo could not remove; the reconciler finishes them. */
  leftovers?: string[];
}

/** Row of a batch. */
export interface BatchPlace {
  id: string;
  /** From 1. */
  row: number;
}

export interface OperationRecord {
  id: string;
  kind: OperationKind;
  network: string;
  host?: string;
  status: OperationStatus;
  caller: string;
  /** Who asked it to stop: the first to do so, whether it stopped or had come too far. */
  cancelRequestedBy?: string;
  /** Who last gave it a new orchestration. */
  restartedBy?: string;
  ticket?: string;
  /** The row that asked for it. */
  batch?: BatchPlace;
  /** Where the caller wants to be told, and of what. */
  callback?: CallbackWish;
  /** sha256 of the canonical request; another body under the same key is refused. */
  fingerprint: string;
  /** The validated request. */
  request: OperationRequest;
  createdAt: string;
  /** W3C trace context of the request that asked for it, if spans were taken. */
  traceparent?: string;
  /** The admission was refused after the row was written; what it claimed is being given back, then the row goes. */
  withdrawn?: true;
  startedAt?: string;
  finishedAt?: string;
  steps?: StepRecord[];
  failure?: FailureRecord;
  /** What became of each host, where the operation is about all of a network. */
  hosts?: HostOutcome[];
  /** ARM ids (lower case) that the plan found absent: the only ones an undo may delete. */
  absentBefore?: string[];
  /** What an adoption recognised. */
  adoption?: AdoptionReport;
  /** What an inventory found. */
  inventory?: GuestInventory;
}

export function isOver({ status }: OperationRecord): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

/** Audit of one DELETE, written before it is sent. */
export interface WarrantRecord {
  operation: string;
  resourceId: string;
  /** Client request id that the DELETE bears; Azure's activity log shows it. Key of the warrant. */
  requestId: string;
  evidence: WarrantEvidence;
  /** ISO 8601, time of the orchestration. */
  issuedAt: string;
}

export interface WarrantEvidence {
  /** Why it goes. */
  purpose: 'undo' | 'teardown' | 'reconcile' | 'housekeeping';
  /** Report of the reconciliation that found the leftover. */
  reconciliation?: string;
  /** The facts that agree, in words an auditor can check. */
  proof: string[];
}

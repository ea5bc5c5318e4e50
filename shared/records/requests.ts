/** What operations are asked to do, as their rows keep it, and what they found out on the way. */

import type { HostAddresses, HostSpec } from './types';
import type { NetworkDefinition } from './definition';

export interface DefineNetworkRequest {
  kind: 'defineNetwork';
  definition: NetworkDefinition;
  /** Only if the network is still defined as these tags say, or if there is none yet. */
  precondition?: Precondition;
}

/** Headers `If-Match` and `If-None-Match` as they were sent. */
export interface Precondition {
  ifMatch?: string;
  ifNoneMatch?: string;
}

export interface ProvisionRequest {
  kind: 'provision';
  spec: HostSpec;
  /** What happens to what was created if a step fails. */
  onFailure: 'undo' | 'keep';
  /** Who goes first at the gate; absent: `usualPriority`. Higher goes first. */
  priority?: number;
  /** The plan that somebody approved: nothing is written unless it is still the plan. */
  approved?: Approval;
}

/** A plan that was looked at before it was ordered. */
export interface Approval {
  /** `planHash` of the dry run. */
  planHash: string;
  /** Addresses in it, if it was compared before admission: no others are promised. */
  addresses?: HostAddresses;
}

/** Takes over a host that somebody else built. */
export interface AdoptRequest {
  kind: 'adopt';
  /** ARM id of the VM. */
  virtualMachineId: string;
  /** Name of its ghosted subnet; absent: found by the route to NIC 2. */
  ghostedSubnet?: string;
  /** What differs may be put right although that restarts or deallocates the VM. */
  allowInterruption: boolean;
  /** Only says what was recognised and what would be done. */
  dryRun: boolean;
}

/** What an adoption recognised. */
export interface AdoptionReport {
  virtualMachineId: string;
  nic1Id: string;
  nic2Id?: string;
  /** With what is chosen where the host has none yet. */
  addresses: Partial<HostAddresses>;
  ghostedSubnet: string;
  /** The host's routes, as ARM ids. */
  routes: string[];
  /** What differs in Azure and can be put right while guests run. */
  repairs: string[];
  /** What differs in Azure and needs the VM deallocated. */
  interruptions: string[];
}

/** Runs the fixed sequence again on a host that is there. */
export interface RepairRequest {
  kind: 'repair';
  /** What differs may be put right although that restarts or deallocates the VM. */
  allowInterruption: boolean;
  /** Becomes part of the host's specification first. Absent: that stays as it is. */
  metadataProtection?: MetadataWall;
  /** As that of a provisioning. */
  priority?: number;
}

/** What a host that exists can be given to keep its guests from its identity; it is not taken away again. */
export type MetadataWall = 'full' | 'filters';

/** Asks Windows which guests there are. */
export interface InventoryRequest {
  kind: 'inventory';
}

/** Guests of a host, in whatever state. `guests` may be shorter than `count` says. */
export interface GuestInventory {
  count: number;
  guests: {
    name: string;
    state: string;
    /** As the guest says while it runs; absent: it says none. */
    addresses?: string[];
    /** What DHCP has leased to its adapters; absent: nothing. */
    leases?: string[];
  }[];
}

export interface TeardownRequest {
  kind: 'teardown';
  /** Tear down although guests exist or cannot be counted. */
  force: boolean;
  /** Detach data disks first, so that they stay. */
  keepDisks: boolean;
  /** Release the host: its VM stays, with NICs, disks and public address, and is the app's no more. */
  keepVirtualMachine?: true;
}

/** What a reconciliation mends on one host, or on the network where no host is named. */
export interface ReconcileRequest {
  kind: 'reconcile';
  /** Id of the report. */
  reconciliation: string;
}

/** Rolls the definition of a network out to its hosts; with `under`, to the one host that the operation names. */
export interface ConvergeRequest {
  kind: 'converge';
  /** Operation on the network that this one is a part of. */
  under?: string;
}

/** What an operation was asked to do; network and host are on the operation itself. */
export type OperationRequest =
  | DefineNetworkRequest
  | ProvisionRequest
  | AdoptRequest
  | RepairRequest
  | InventoryRequest
  | TeardownRequest
  | ReconcileRequest
  | ConvergeRequest;

/** Input of every orchestration that carries out an operation; its instance id is the operation's id. */
export interface OperationInput {
  operation: string;
}

/** Input of the orchestration `reconcileNetwork`. */
export interface ReconcileInput {
  /** Id of the report that it leaves, and of the instance. */
  id: string;
  network: string;
  /** Who asked for it: the id of a caller, or `timer`. */
  caller: string;
  /** Absent: as the network's policy says, else the app's setting. */
  dryRun?: boolean;
  /** Also runs the verify phase inside every running host; each costs a run command. */
  verifyGuests?: boolean;
}

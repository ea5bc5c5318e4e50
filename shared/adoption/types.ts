import type { VirtualMachine } from '@azure/arm-compute';
import type { NetworkInterface, RouteTable, VirtualNetwork } from '@azure/arm-network';
import type { AdoptedHost, HostSpec } from '../records/types';

/** What Azure shows of a VM that may be a host, and of the network around it. */
export interface Candidate {
  vm: VirtualMachine | undefined;
  running: boolean;
  /** Another host of the records that is this VM. */
  adoptedAs?: string;
  /** Those of the VM that exist. */
  networkInterfaces: NetworkInterface[];
  /** `uniqueId` of the OS disk. */
  osDiskUniqueId?: string;
  virtualNetwork: VirtualNetwork | undefined;
  /** Every table on a subnet of the VNet, and on routed subnets elsewhere. */
  tables: RouteTable[];
}

/** What the caller says about the host. */
export interface Hints {
  /** Name that the host will have in the records. */
  host: string;
  /** ARM id of the VM. */
  virtualMachineId: string;
  /** Name of the ghosted subnet. */
  ghostedSubnet?: string;
}

/** Why a VM cannot be adopted, and what to do about it. */
export interface Reason {
  code: ReasonCode;
  detail: string;
  remedy: string;
}

export type ReasonCode =
  | 'VirtualMachineNotFound'
  | 'VirtualMachineElsewhere'
  | 'VirtualMachineNotSettled'
  | 'VirtualMachineNotRunning'
  | 'ManagedAlready'
  | 'NotWindows'
  | 'SizeCannotNest'
  | 'NoManagedDisk'
  | 'NatNicNotFound'
  | 'SeveralNics'
  | 'UnexpectedNic'
  | 'SeveralAddresses'
  | 'GhostedSubnetNotFound'
  | 'GhostedSubnetAmbiguous'
  | 'GhostedSubnetInUse'
  | 'GhostedOutsideNetwork'
  | 'GhostedOutsidePools'
  | 'GhostedPrefixUnusable';

/** A host that was recognised. */
export interface RecognisedHost {
  /** `ghostedSubnet` is the name that a new one gets if the VM has none. */
  adopted: AdoptedHost;
  spec: HostSpec;
  natAddress: string;
  /** Absent: the VM has no NIC 2. */
  lanAddress?: string;
  /** Absent: the VM has no ghosted subnet. */
  ghostedPrefix?: string;
  /** What can be put right while guests run. */
  repairs: string[];
  /** What needs the VM deallocated. */
  interruptions: string[];
}

export type Recognition = { ok: true; host: RecognisedHost } | { ok: false; reasons: Reason[] };

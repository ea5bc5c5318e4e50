/** What reconciliations find, may do and leave behind. */

/** What a reconciliation can find. */
export const findingKinds = [
  'orphanedGhostedSubnet',
  'orphanedRoute',
  'wrongHopRoute',
  'missingRoute',
  'lostAssociation',
  'routingRefused',
  'routesUnread',
  'peeringBroken',
  'foreignRoute',
  'forwardingOff',
  'forwardingOn',
  'publicAddressLost',
  'noWayOut',
  'outboundRedirected',
  'networkInterfaceGone',
  'networkInterfaceChanged',
  'virtualMachineGone',
  'ghostedSubnetGone',
  'leftoverVirtualMachine',
  'leftoverNetworkInterface',
  'leftoverPublicAddress',
  'leftoverDisk',
  'ledgerWithoutResource',
  'recordsLost',
  'unneededRouteTable',
  'deadLease',
  'guestDrift',
  'loopRisk',
  'newRange',
  'newUnroutedSubnet',
  'foreignNetworkInterface',
  'virtualNetworkGone',
] as const;
export type FindingKind = (typeof findingKinds)[number];

export type Remedy = 'report' | 'repair' | 'delete';

/** One way in which Azure and the records disagree. */
export interface Finding {
  kind: FindingKind;
  network: string;
  /** What it is about: an ARM id, a prefix or a lease. With `kind` the key by which it is known again. */
  what: string;
  host?: string;
  subnet?: string;
  prefix?: string;
  /** Facts that led to it, in words that can be checked. */
  evidence: string[];
  /** What would mend it. */
  remedy: Remedy;
  /** Mending needs a restart, a deallocation or another address: a repair does that, never the reconciler. */
  repairNeedsInterruption?: true;
  /** Why it must not be deleted now although it is ours. */
  blockedBy?: string[];
  detail: string;
}

/** What became of a finding in one run. */
export interface FindingAction {
  /**
   * `none`: it is only reported. `withheld`: it could be mended, but not now. `planned`: this run does it, or was stopped
   * before it did.
   */
  verdict: 'none' | 'withheld' | 'planned' | 'done' | 'failed';
  reason?: string;
  /** Operation that took it up, under which its steps and deletion warrants are kept. */
  operation?: string;
}

export interface FindingRecord extends Finding {
  /** The most that this run may do about it. */
  policy: Remedy;
  seen: Sighting;
  action: FindingAction;
  /** Findings with the same number are mended together, under one claim. */
  job?: number;
}

/** How long a finding has been there without a break. Times are ISO 8601. */
export interface Sighting {
  first: string;
  last: string;
  times: number;
}

/** What the reconciler may do on one network; what is absent is as the app's settings say. */
export interface ReconcilePolicy {
  dryRun?: boolean;
  /** `report`: nothing is repaired, or deleted, on this network. */
  repairs?: 'report' | 'repair';
  deletes?: 'report' | 'delete';
  /** Hours for which a leftover must have been there before it is deleted. */
  graceHours?: number;
  /** Most deletions of one run. */
  mostDeletes?: number;
}

/** What reconciliations of one network keep from run to run. */
export interface ReconcileState {
  network: string;
  /** Run that is under way: another one does not start. */
  claim?: string;
  policy?: ReconcilePolicy;
  /** Who wrote the policy, and when (ISO 8601). */
  policySet?: { caller: string; at: string };
  /** By `kind what`, lower case. */
  sightings: Record<string, Sighting>;
  /** Hosts whose VM the last run saw stopped. */
  stopped?: string[];
  /** Hosts that had been stopped, run again, and have not been asked since. */
  started?: string[];
  /** Run that counted the sightings last: it counts once, however often it looks. */
  countedBy?: string;
}

export interface ReportRecord {
  id: string;
  network: string;
  /** Who asked for the run: the id of a caller, or `timer`. Unknown of some old ones. */
  caller?: string;
  dryRun: boolean;
  startedAt: string;
  /** Absent while the run is under way. */
  finishedAt?: string;
  /** Why the run ended without looking: another one was under way, or Azure could not be read. */
  failure?: string;
  findings: FindingRecord[];
  /** Findings that were left out of the report because it would have become too large. */
  truncated?: number;
  /** Hosts whose VM is stopped or deallocated: that is no drift. */
  stopped?: string[];
  /** Hosts that are to be asked by the verify phase. */
  verify?: string[];
  /** What the verify phase found inside the hosts that were asked. */
  guests?: Record<string, { ok: boolean; message?: string; failedChecks: string[] }>;
}

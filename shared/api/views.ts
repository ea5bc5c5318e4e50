import { poolOccupancy } from '../network/allocator';
import { parsePrefix } from '../network/ipv4';
import type { ReportRecord } from '../records/reconciliation';
import type {
  AdoptedHost,
  AdoptionReport,
  BatchPlace,
  FailureRecord,
  GuestInventory,
  HostOutcome,
  HostAddresses,
  HostRecord,
  HostSpec,
  HostState,
  LedgerEntry,
  NetworkDefinition,
  NetworkRecord,
  OperationKind,
  OperationRecord,
  OperationStatus,
  StepRecord,
  WarrantRecord,
} from '../records/types';

export interface NetworkView {
  name: string;
  state: NetworkRecord['state'];
  /** Operation that defines the network or did so last. */
  operation: string;
  /** Operation that rolls the definition out at the moment. */
  converging?: string;
  definition: NetworkDefinition;
  occupancy: { pools: { prefix: string; total: number; used: number }[] };
  updatedAt: string;
}

/** `total` and `used` count prefixes of the length that hosts of this network get. */
export function networkView(network: NetworkRecord, ledger: LedgerEntry[]): NetworkView {
  const { name, definition, pending, converging, updatedAt } = network;
  // Hosts stand on the definition that was until a new one is in place; no more are taken meanwhile.
  const state = pending ? 'defining' : network.state;
  const operation = pending?.operation ?? network.operation;
  const taken = ledger.map((entry) => parsePrefix(entry.ghostedPrefix));
  const pools = definition.ghosted.pools.map((prefix) => ({
    prefix,
    ...poolOccupancy(parsePrefix(prefix), definition.ghosted.prefixLength, taken),
  }));
  const rolling = converging === undefined ? {} : { converging };
  return { name, state, operation, ...rolling, definition, occupancy: { pools }, updatedAt };
}

export interface HostView {
  network: string;
  name: string;
  state: HostState;
  /** Operation that holds the host at the moment. */
  operation?: string;
  /** Teardown that has the host next. */
  next?: string;
  spec: HostSpec;
  addresses?: HostAddresses;
  /** Present if the host was built by somebody else: what was taken over, under the names that it has. */
  adopted?: AdoptedHost;
  vmId?: string;
  guest?: NonNullable<HostRecord['guest']>;
  reason?: string;
  updatedAt: string;
}

export function hostView(host: HostRecord): HostView {
  const { network, name, state, claim, next, spec, addresses, adopted, vmId, guest, reason, updatedAt } =
    host;
  return {
    network,
    name,
    state,
    ...(claim !== undefined && { operation: claim }),
    ...(next !== undefined && { next }),
    spec,
    ...(addresses && { addresses }),
    ...(adopted && { adopted }),
    ...(vmId !== undefined && { vmId }),
    ...(guest && { guest }),
    ...(reason !== undefined && { reason }),
    updatedAt,
  };
}

export interface OperationView {
  id: string;
  kind: OperationKind;
  network: string;
  host?: string;
  status: OperationStatus;
  caller: string;
  ticket?: string;
  batch?: BatchPlace;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  steps: StepRecord[];
  failure?: FailureRecord;
  hosts?: HostOutcome[];
  /** What an adoption recognised, and what it would do or did about it. */
  adoption?: AdoptionReport;
  /** What an inventory found. */
  inventory?: GuestInventory;
  /** Every DELETE that it asked for, with what proved it right; absent where only an overview is asked for. */
  warrants?: WarrantView[];
}

export type WarrantView = Omit<WarrantRecord, 'evidence'> & WarrantRecord['evidence'];

export function warrantView({ evidence, ...warrant }: WarrantRecord): WarrantView {
  return { ...warrant, ...evidence };
}

/** `liveSteps` are those of the running orchestration; a finished operation has its own. */
export function operationView(
  operation: OperationRecord,
  liveSteps?: StepRecord[],
  warrants?: WarrantRecord[],
): OperationView {
  const { id, kind, network, host, status, caller, ticket, createdAt, startedAt, finishedAt, failure } =
    operation;
  return {
    id,
    kind,
    network,
    ...(host !== undefined && { host }),
    status,
    caller,
    ...(ticket !== undefined && { ticket }),
    ...(operation.batch && { batch: operation.batch }),
    createdAt,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    steps: (finishedAt === undefined ? liveSteps : undefined) ?? operation.steps ?? [],
    ...(failure && { failure }),
    ...(operation.hosts && { hosts: operation.hosts }),
    ...(operation.inventory && { inventory: operation.inventory }),
    ...(operation.adoption && { adoption: operation.adoption }),
    ...(warrants && { warrants: warrants.map(warrantView) }),
  };
}

export const operationPath = (id: string) => `/api/v1/operations/${id}`;

/** A report as it is served: without what only the run itself needs. */
export function reportView(
  { verify: _verify, findings, ...report }: ReportRecord,
  warrants?: WarrantRecord[],
) {
  return {
    ...report,
    findings: findings.map(({ job: _job, ...finding }) => finding),
    ...(warrants && { warrants: warrants.map(warrantView) }),
  };
}

/** Operations that carried out what a report planned to delete: their warrants are the report's. */
export function deletingOperations({ findings }: ReportRecord): string[] {
  const named = findings.flatMap(({ remedy, action }) =>
    remedy === 'delete' && action.operation !== undefined ? [action.operation] : [],
  );
  return [...new Set(named)];
}

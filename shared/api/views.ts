import type { z } from 'zod';
import { poolOccupancy } from '../network/allocator';
import { parsePrefix } from '../network/ipv4';
import type { Occupied } from '../records/occupied';
import type { ReportRecord } from '../records/reconciliation';
import type {
  HostRecord,
  LedgerEntry,
  NetworkRecord,
  OperationRecord,
  StepRecord,
  WarrantRecord,
} from '../records/types';
import type { host, network, operation, report, warrant } from './shapes';

export type NetworkView = z.output<typeof network>;
export type HostView = z.output<typeof host>;
export type OperationView = z.output<typeof operation>;
export type WarrantView = z.output<typeof warrant>;
export type ReportView = z.output<typeof report>;

export function networkView(network: NetworkRecord, ledger: LedgerEntry[], foreign: Occupied): NetworkView {
  const { name, definition, pending, converging, updatedAt } = network;
  // Hosts stand on the definition that was until a new one is in place; no more are taken meanwhile.
  const state = pending ? 'defining' : network.state;
  const operation = pending?.operation ?? network.operation;
  const promised = ledger.map((entry) => parsePrefix(entry.ghostedPrefix));
  const others = foreign.ranges.map(({ prefix }) => parsePrefix(prefix, 'clear'));
  const count = (pool: string, taken: typeof others) =>
    poolOccupancy(parsePrefix(pool), definition.ghosted.prefixLength, taken);
  const pools = definition.ghosted.pools.map((prefix) => ({
    prefix,
    ...count(prefix, [...promised, ...others]),
    foreign: count(prefix, others).used,
  }));
  const rolling = converging === undefined ? {} : { converging };
  return { name, state, operation, ...rolling, definition, occupancy: { pools, foreign }, updatedAt };
}

export function hostView(record: HostRecord): HostView {
  const { network, name, state, claim, next, spec, addresses, adopted, vmId, guest, reason, updatedAt } =
    record;
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
  const { cancelRequestedBy, restartedBy } = operation;
  return {
    id,
    kind,
    network,
    ...(host !== undefined && { host }),
    status,
    caller,
    ...(cancelRequestedBy !== undefined && { cancelRequestedBy }),
    ...(restartedBy !== undefined && { restartedBy }),
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
): ReportView {
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

import { RecordConflict, type Records } from '../records/store';
import type { HostRecord, OperationRecord, OperationRequest } from '../records/types';
import { decideTeardown, teardownOf, type Decision } from './decide';

/** 'held': the operation holds all it needs. 'again': something was written, look again. */
export type Progress = 'held' | 'again' | Decision;

const keepsMachine = (request: OperationRequest | undefined): boolean =>
  request?.kind === 'teardown' && request.keepVirtualMachine === true;

/** What would become of a teardown now, also in view of another one that is at work. */
export async function judgeTeardown(
  records: Records,
  { id, request }: OperationRecord,
  host: HostRecord | undefined,
): Promise<Decision> {
  const other = host && teardownOf(host);
  const holder = other === undefined ? undefined : await records.operations.get(other);
  return decideTeardown(host, id, {
    wanted: keepsMachine(request),
    other: keepsMachine(holder?.record.request),
  });
}

export async function claimTeardown(
  records: Records,
  operation: OperationRecord,
  now: string,
): Promise<Progress> {
  const row = await records.hosts.get(operation.network, hostOf(operation));
  const decision = await judgeTeardown(records, operation, row?.record);
  if (decision.kind === 'mine') return 'held';
  if (decision.kind !== 'claim' || !row) return decision;
  const claimed: HostRecord =
    row.record.claim === undefined
      ? { ...row.record, state: 'deleting', claim: operation.id, updatedAt: now }
      : { ...row.record, next: operation.id, updatedAt: now };
  await records.hosts.replace(claimed, row.etag);
  return 'held';
}

export function hostOf(operation: OperationRecord): string {
  if (operation.host === undefined) throw new RecordConflict(`${operation.id} names no host`);
  return operation.host;
}

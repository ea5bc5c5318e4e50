import { expectOk } from '../../local/launch/http';
import type { System } from '../../local/launch/system';
import { createRecords } from '../../shared/records/createRecords';
import type { OperationRecord, WarrantRecord } from '../../shared/records/types';

/** A DELETE that the simulated Azure accepted. What Azure takes along by itself is no request. */
export interface Deletion {
  /** Simulated time, ISO 8601. */
  at: string;
  id: string;
  clientRequestId: string;
  /** Ids of what goes along. */
  along: string[];
}

/** Every DELETE that was accepted, in order, but for those that the test itself sent as somebody else. */
export async function deletions({ azure, arm }: System): Promise<Deletion[]> {
  const { deletes } = await expectOk<{ deletes: Deletion[] }>(`${azure.adminEndpoint}/deletes`);
  return deletes.filter(({ clientRequestId }) => !arm.sent.has(clientRequestId));
}

export interface Audit {
  warrants: WarrantRecord[];
  operations: OperationRecord[];
}

/**
 * Every deletion that has not exactly one warrant on record: by the id that the request bore, for the same resource,
 * issued before it by an operation that was at work then. Each with its details and why.
 */
export function unwarranted(deletions: readonly Deletion[], { warrants, operations }: Audit): string[] {
  return deletions.flatMap((deletion) => {
    const objection = objectionTo(
      deletion,
      warrants.filter(({ requestId }) => requestId === deletion.clientRequestId),
      operations,
    );
    const { at, id, clientRequestId } = deletion;
    return objection === undefined ? [] : [`DELETE ${id} at ${at} (${clientRequestId}): ${objection}`];
  });
}

function objectionTo(
  { id, at }: Deletion,
  warrants: WarrantRecord[],
  operations: readonly OperationRecord[],
): string | undefined {
  const [warrant] = warrants;
  if (!warrant) return 'no warrant on record';
  if (warrants.length > 1) return `${warrants.length} warrants on record`;
  if (warrant.resourceId.toLowerCase() !== id.toLowerCase())
    return `the warrant is for ${warrant.resourceId}`;
  if (warrant.evidence.proof.length === 0) return 'the warrant names no proof';
  const sent = Date.parse(at);
  if (Date.parse(warrant.issuedAt) > sent) return `the warrant was issued at ${warrant.issuedAt}`;
  const operation = operations.find((one) => one.id === warrant.operation);
  if (!operation) return `there is no operation ${warrant.operation}`;
  const { startedAt, finishedAt } = operation;
  const atWork =
    startedAt !== undefined &&
    Date.parse(startedAt) <= sent &&
    (finishedAt === undefined || sent <= Date.parse(finishedAt));
  return atWork ? undefined : `operation ${operation.id} worked from ${startedAt} to ${finishedAt}`;
}

/** Reads what was deleted and the records as they are, and throws with everything that has no warrant. */
export async function expectWarrants(system: System): Promise<void> {
  const { operations } = createRecords({
    kind: 'connectionString',
    connectionString: system.storageConnection,
  });
  const audit = { warrants: await operations.warrants(), operations: await operations.list() };
  const found = unwarranted(await deletions(system), audit);
  if (found.length > 0) throw new Error(`Deleted without a warrant:\n${found.join('\n')}`);
}

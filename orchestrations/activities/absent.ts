import { loadOperation, type Dependencies } from './context';

/**
 * Adds an id to what was absent before an operation, on record before the resource is made. Only where the plan has said
 * what was absent: nothing else is undone.
 */
export async function noteAbsent(deps: Dependencies, operationId: string, id: string): Promise<void> {
  const { record, etag } = await loadOperation(deps, operationId);
  const { absentBefore } = record;
  const noted = id.toLowerCase();
  if (!absentBefore || absentBefore.includes(noted)) return;
  await deps.records.operations.replace({ ...record, absentBefore: [...absentBefore, noted] }, etag);
}

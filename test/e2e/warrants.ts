import type { System } from '../../local/launch/system';
import { deletions, unwarranted } from '../../local/launch/warrants';
import { createRecords } from '../../shared/records/createRecords';

export { deletions, unwarranted, type Audit, type Deletion } from '../../local/launch/warrants';

/** Reads what was deleted and the records as they are, and throws with everything that has no warrant. */
export async function expectWarrants(system: System): Promise<void> {
  // Read first: a deletion that comes later has its warrant later, too.
  const deleted = await deletions(system);
  const { operations } = createRecords({
    kind: 'connectionString',
    connectionString: system.storageConnection,
  });
  const warrants = (await operations.warrants()).map(({ evidence, ...warrant }) => ({
    ...warrant,
    ...evidence,
  }));
  const audit = { warrants, operations: await operations.list() };
  const found = unwarranted(deleted, audit);
  if (found.length > 0) throw new Error(`Deleted without a warrant:\n${found.join('\n')}`);
}

import { admit } from '../../../../shared/admission/admit';
import { Problem } from '../../../../shared/api/problems';
import type { Records } from '../../../../shared/records/store';
import { definitionOn, Door } from '../door';

let number = 0;

/** A network of its own, ready for hosts. */
export async function ready(records: Records, changes: object = {}): Promise<Door> {
  const name = `net-${++number}`;
  const door = new Door(records, definitionOn(name, changes), name);
  await admit(door.context, door.define(`define-${name}`));
  await door.networkReady();
  return door;
}

/** With what it is refused. */
export const slugOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => new Error('It was admitted.'),
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error.slug;
  throw error;
};

import type { CallbackRecord } from '../records/callbacks';
import { RecordConflict, type Records } from '../records/store';
import { callbackOf, type EventFacts, type Told } from './event';

/**
 * Writes down what the operation, with the status that it has, owes its caller. Doing it again changes nothing: what was
 * written first is what is sent.
 */
export async function announce(
  records: Records,
  operation: Told,
  facts: EventFacts,
): Promise<CallbackRecord | undefined> {
  const callback = callbackOf(operation, facts);
  if (!callback) return undefined;
  try {
    await records.callbacks.insert(callback);
  } catch (error) {
    if (!(error instanceof RecordConflict)) throw error;
  }
  return callback;
}

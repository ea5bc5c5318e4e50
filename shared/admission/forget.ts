import { Problem } from '../api/problems';
import { entityTag, matches } from '../api/entityTag';
import { RecordConflict, type Records } from '../records/store';
import { updateState } from '../reconcile/state';
import { dependentsOf, inWords } from './dependents';

const turns = 20;

/**
 * Forgets a network that nothing depends on. Only records go: what the app made for the network in Azure stays, but for its
 * route table, which went with the last host. The row is marked first, and an admission reads it only after its host can
 * be seen, so that no host comes in between; whoever finds the mark left by a crash takes it off or finishes. Throws the
 * Problem that refuses. A network that is plainly in use is not marked: admissions go on beside the refusal.
 */
export async function forgetNetwork(records: Records, name: string, ifMatch?: string): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    try {
      if (await attempt(records, name, ifMatch)) return;
    } catch (error) {
      if (!(error instanceof RecordConflict)) throw error;
    }
  }
  throw new RecordConflict(`network/${name}`);
}

/** False: the mark is set, look again. */
async function attempt(records: Records, name: string, ifMatch: string | undefined): Promise<boolean> {
  const row = await records.networks.get(name);
  if (!row) throw new Problem('unknown-network', `There is no network ${name}.`);
  const { record, etag } = row;
  if (ifMatch !== undefined && !matches(ifMatch, entityTag(record))) {
    throw new Problem('precondition-failed', 'The network is defined otherwise by now.');
  }
  const holder = record.pending?.operation ?? (record.state === 'defining' ? record.operation : undefined);
  const busy = holder ?? record.converging;
  if (busy !== undefined) {
    throw new Problem('network-busy', `Operation ${busy} holds the network ${name}.`, { operation: busy });
  }
  const dependents = await dependentsOf(records, record);
  if (!record.forgetting && dependents.length === 0) {
    await records.networks.replace({ ...record, forgetting: true }, etag);
    return false;
  }
  if (dependents.length > 0) {
    if (record.forgetting) {
      const { forgetting: _, ...kept } = record;
      await records.networks.replace(kept, etag);
    }
    const words = inWords(dependents, ({ host, promised }) =>
      promised === undefined ? `host ${host}` : `${promised}, promised to ${host}`,
    );
    throw new Problem('network-in-use', `The network ${name} still has ${words}.`, { dependents });
  }
  await records.networks.remove(name, etag);
  // A later network by this name starts with the app's own policy.
  if (await records.reconciliations.get(name)) {
    await updateState(records, name, ({ policy: _, ...state }) => state);
  }
  return true;
}

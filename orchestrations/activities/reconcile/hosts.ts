import { RecordConflict } from '../../../shared/records/store';
import type { HostRecord, NetworkRecord } from '../../../shared/records/types';
import type { Dependencies } from '../context';

/**
 * Takes the claim of a host for an operation of a reconciliation, as any operation would. `own` are operations of runs
 * that are over. A name without a host gets a row that keeps others from making one meanwhile.
 * @returns the operation that has the host instead, if any.
 */
export async function takeHost(
  { records }: Dependencies,
  network: NetworkRecord,
  name: string,
  operation: string,
  own: readonly string[],
  at: string,
): Promise<string | undefined> {
  const row = await records.hosts.get(network.name, name);
  const claim = row?.record.claim;
  if (claim === operation) return undefined;
  if (claim !== undefined && !own.includes(claim)) return claim;
  try {
    await (row
      ? records.hosts.replace({ ...row.record, claim: operation, updatedAt: at }, row.etag)
      : records.hosts.insert(placeholder(network, name, operation, at)));
    return undefined;
  } catch (error) {
    if (error instanceof RecordConflict) return 'that was just admitted';
    throw error;
  }
}

function placeholder(
  { name: network, definition }: NetworkRecord,
  name: string,
  claim: string,
  at: string,
): HostRecord {
  const { resourceGroup: _, ...spec } = definition.hosts;
  return {
    network,
    name,
    state: 'deleting',
    spec,
    specFingerprint: '',
    claim,
    reason: 'Leftovers of an earlier host by this name are being removed.',
    updatedAt: at,
  };
}

/** Gives the claim back; a row that was only there for the claim goes. Safe to repeat. */
export async function giveHostBack(
  { records }: Dependencies,
  network: string,
  name: string,
  operation: string,
  at: string,
): Promise<void> {
  const row = await records.hosts.get(network, name);
  if (row?.record.claim !== operation) return;
  const { claim: _, ...kept } = row.record;
  if (kept.addresses === undefined && kept.state === 'deleting') {
    await records.hosts.remove(network, name, row.etag);
    return;
  }
  await records.hosts.replace({ ...kept, updatedAt: at }, row.etag);
}

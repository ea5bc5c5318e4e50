import type { FailureRecord, HostState, LedgerState, OperationKind, OperationStatus } from './records/types';

/** How an operation on a host ended. */
export interface Ending {
  kind: OperationKind;
  status: Extract<OperationStatus, 'succeeded' | 'failed' | 'cancelled'>;
  failure?: FailureRecord;
  /** A failed provisioning was undone; `failure.leftovers` names what could not be removed. */
  undone?: boolean;
  /** The operation stopped before it changed anything in Azure. */
  untouched?: boolean;
}

/** What that means for the host's record and its promise in the ledger. */
export type Closing =
  | { host: 'remove'; ledger: 'release' }
  /** The host is what it was before. */
  | { host: 'same'; ledger: 'keep' }
  | { host: HostState; ledger: LedgerState | 'keep'; reason?: string };

/**
 * A host that is wholly gone gives its prefix back; anything that stayed behind keeps it, so that it is never promised
 * to somebody else while a subnet or a route still uses it. `earlierReason` is what the host's record said before: a
 * reason means that an earlier operation failed and may have left something, which an untouched host keeps.
 */
export function closingOf(ending: Ending, earlierReason?: string): Closing {
  const { kind, status, failure, undone, untouched } = ending;
  const reason = failure ? { reason: failure.message } : {};
  if (kind === 'inventory') return { host: 'same', ledger: 'keep' };
  if (kind === 'repair') {
    if (status === 'succeeded') return { host: 'ready', ledger: 'active' };
    return untouched ? { host: 'same', ledger: 'keep' } : { host: 'failed', ledger: 'keep', ...reason };
  }
  if (status !== 'succeeded' && untouched && earlierReason !== undefined) {
    return { host: 'failed', ledger: 'keep', reason: earlierReason };
  }
  if (kind === 'provision') {
    if (status === 'succeeded') return { host: 'ready', ledger: 'active' };
    if (untouched) return { host: 'remove', ledger: 'release' };
    if (!undone) return { host: 'failed', ledger: 'keep', ...reason };
    return failure?.leftovers?.length
      ? { host: 'failed', ledger: 'releasing', ...reason }
      : { host: 'remove', ledger: 'release' };
  }
  if (kind === 'adopt') {
    // What an adoption that failed changed in Azure belongs to whoever built the host.
    return status === 'succeeded' && !untouched
      ? { host: 'ready', ledger: 'active' }
      : { host: 'remove', ledger: 'release' };
  }
  if (status === 'succeeded') return { host: 'remove', ledger: 'release' };
  return untouched ? { host: 'ready', ledger: 'keep' } : { host: 'failed', ledger: 'releasing', ...reason };
}

/**
 * What a closing becomes where a teardown waits for the host: row and promise stay until it has seen for itself that nothing
 * is left. A host that did not become ready has a reason, so that a teardown which is cancelled leaves it as failed.
 */
export function handedOver(closing: Closing): { ledger: LedgerState | 'keep'; reason?: string } {
  if (closing.host === 'ready') return { ledger: closing.ledger };
  const told = 'reason' in closing ? closing.reason : undefined;
  // What was to be kept is no leftover before the teardown begins.
  const ledger = closing.ledger === 'keep' ? 'keep' : 'releasing';
  return { ledger, reason: told ?? 'A teardown ended its provisioning.' };
}

import type { FailureRecord, HostState, LedgerState, OperationKind, OperationStatus } from './records/types';

/** How an operation on a host ended. */
export interface Ending {
  kind: OperationKind;
  status: Extract<OperationStatus, 'succeeded' | 'failed' | 'cancelled'>;
  failure?: FailureRecord;
  /** A failed provisioning was undone; `failure.leftovers` names what could not be removed. */
  undone?: boolean;
  /** A teardown that stopped before it changed anything. */
  untouched?: boolean;
}

/** What that means for the host's record and its promise in the ledger. */
export type Closing =
  { host: 'remove'; ledger: 'release' } | { host: HostState; ledger: LedgerState | 'keep'; reason?: string };

/**
 * A host that is wholly gone gives its prefix back; anything that stayed behind keeps it, so that it is never promised
 * to somebody else while a subnet or a route still uses it.
 */
export function closingOf(ending: Ending): Closing {
  const { kind, status, failure, undone, untouched } = ending;
  const reason = failure ? { reason: failure.message } : {};
  if (kind === 'provision') {
    if (status === 'succeeded') return { host: 'ready', ledger: 'active' };
    if (!undone) return { host: 'failed', ledger: 'keep', ...reason };
    return failure?.leftovers?.length
      ? { host: 'failed', ledger: 'releasing', ...reason }
      : { host: 'remove', ledger: 'release' };
  }
  if (status === 'succeeded') return { host: 'remove', ledger: 'release' };
  return untouched ? { host: 'ready', ledger: 'keep' } : { host: 'failed', ledger: 'releasing', ...reason };
}

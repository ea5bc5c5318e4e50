import type { HostAddresses } from '../../records/types';

/** A host that exists in Azure although its promise, its record or both are gone. */
export interface LostHost {
  host: string;
  /** Id of its VM. */
  what: string;
  /** Absent: what is left does not say which ones it has. */
  addresses?: HostAddresses;
  missing: ('promise' | 'record')[];
  /** What says that the host is ours and has these addresses. */
  evidence: string[];
  /** Why nothing is rebuilt: facts that do not agree. */
  contradictions: string[];
  /** Why it is not rebuilt now, although the facts agree: what is seen may not last, or not be all. */
  blockers: string[];
  /** Its route exists, which the sequence makes last: it was ready. */
  routed: boolean;
}

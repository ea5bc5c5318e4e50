import type { HostRecord } from '../records/types';

/** How a teardown stands to the host that it is to take away. */
export type TakeOver =
  /** It has the claim. */
  | { kind: 'held' }
  /** It is the next to have it, and nobody has it at present. */
  | { kind: 'take' }
  /** It is the next to have it, after the operation named. */
  | { kind: 'wait'; holder: string }
  /** There is no host any more. */
  | { kind: 'gone' }
  /** Somebody else has it. */
  | { kind: 'lost' };

/** A provisioning hands its host over itself when it ends; one that was refused on the way only leaves it. */
export function decideTakeOver(host: HostRecord | undefined, operation: string): TakeOver {
  if (!host) return { kind: 'gone' };
  if (host.claim === operation) return { kind: 'held' };
  if (host.next !== operation) return { kind: 'lost' };
  return host.claim === undefined ? { kind: 'take' } : { kind: 'wait', holder: host.claim };
}

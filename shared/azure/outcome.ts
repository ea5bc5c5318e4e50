/**
 * Fate of a failure, the only thing a caller decides by:
 * `transient` try again soon; `conflict` somebody else is writing; `throttled` too many requests; `capacity` Azure has
 * no hardware now; `quota` a limit of the subscription; `invalid` the request is wrong; `denied` RBAC, policy or lock;
 * `fatal` anything that trying again cannot mend.
 */
export type FailureClass =
  'transient' | 'conflict' | 'throttled' | 'capacity' | 'quota' | 'invalid' | 'denied' | 'fatal';

export type Change = 'created' | 'updated' | 'unchanged' | 'deleted';

export interface Failed {
  status: 'failed';
  class: FailureClass;
  /** Azure's own error code where there is one. */
  code: string;
  /** What happened and what to do; at most 2,000 characters. */
  message: string;
  retryAfterSeconds?: number;
  /** Only the look failed, not the operation looked at: look at the same operation again. */
  resumable?: true;
}

export interface Pending {
  status: 'pending';
  /** Azure's wish (Retry-After), else absent: the caller's poll schedule decides. */
  pollAfterSeconds?: number;
  /** Operation URL, verbatim; absent: read the resource itself again. */
  operation?: string;
  /** What the write did, if this is the answer to one. */
  change?: Change;
}

export interface Done<Facts = unknown> {
  status: 'done';
  change: Change;
  facts?: Facts;
}

/** What one look at a resource came to (read, compare, perhaps write); never a wait. */
export type Outcome<Facts = unknown> = Done<Facts> | Pending | Failed;

const longestMessage = 2_000;

export function failed(cls: FailureClass, code: string, message: string, retryAfterSeconds?: number): Failed {
  return {
    status: 'failed',
    class: cls,
    code,
    message: message.length > longestMessage ? `${message.slice(0, longestMessage - 3)}...` : message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

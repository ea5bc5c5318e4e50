/**
 * Fate of a failure, the only thing a caller decides by:
 * `transient` try again soon; `conflict` somebody else is writing; `throttled` too many requests; `capacity` Azure has
 * no hardware now; `quota` a limit of the subscription; `invalid` the request is wrong; `denied` RBAC, policy or lock;
 * `fatal` anything that trying again cannot mend.
 */
export type FailureClass =
  'transient' | 'conflict' | 'throttled' | 'capacity' | 'quota' | 'invalid' | 'denied' | 'fatal';

export type Change = 'created' | 'updated' | 'unchanged' | 'deleted';

/** One way in which a request and Azure disagree. */
export interface Mistake {
  /** JSON pointer into the request. */
  pointer: string;
  detail: string;
}

export interface Failed {
  status: 'failed';
  class: FailureClass;
  /** Azure's own error code where there is one. */
  code: string;
  /** What happened and what to do; at most 2,000 characters. */
  message: string;
  /** Every mistake that led to it, as far as a failure has room for them. */
  errors?: Mistake[];
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

/** Histories take 4 KB of a failure; the message has half of it. */
const longestErrors = 2_000;

/** The failure with its mistakes one by one; `message` holds them as one text. What has no room is counted. */
export function withMistakes(failure: Failed, mistakes: readonly Mistake[]): Failed {
  const message = mistakes.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(' ');
  const kept: Mistake[] = [];
  for (const { pointer, detail } of mistakes) {
    if (JSON.stringify([...kept, { pointer, detail }]).length > longestErrors) break;
    kept.push({ pointer, detail });
  }
  const more = mistakes.length - kept.length;
  const rest = { pointer: '', detail: `${more} more. Mend these first, then put it again.` };
  const { class: cls, code, retryAfterSeconds } = failure;
  return {
    ...failed(cls, code, message, retryAfterSeconds),
    errors: more === 0 ? kept : [...kept, rest],
  };
}

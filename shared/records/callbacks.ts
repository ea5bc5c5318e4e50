/** What callers are told of their operations, and how far the telling came. */

export const callbackEvents = ['accepted', 'completed', 'failed', 'cancelled'] as const;
export type CallbackEvent = (typeof callbackEvents)[number];

/** Where a caller wants to be told, and of what. */
export interface CallbackWish {
  /** https; may hold a token of the receiver, so it is shown to nobody. */
  url: string;
  events: CallbackEvent[];
}

/** CloudEvents 1.0, structured: the body of a callback. */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  /** ISO 8601. */
  time: string;
  datacontenttype: 'application/json';
  data: Record<string, unknown>;
}

/** `waiting`: attempts go on. `undelivered`: given up; can be sent again. */
export type CallbackStatus = 'waiting' | 'delivered' | 'undelivered';

/** One event of one operation on its way to its receiver. */
export interface CallbackRecord {
  /** `cb-<operation>-<event>`; also the `webhook-id`, the same at every attempt. */
  id: string;
  operation: string;
  event: CallbackEvent;
  network: string;
  host?: string;
  url: string;
  body: CloudEvent;
  status: CallbackStatus;
  /** Counts how often the schedule was begun: once, and once more for every time somebody had it sent again. */
  round: number;
  /** Who last had it sent again. */
  resentBy?: string;
  /** Attempts of this round. */
  attempts: number;
  lastAttempt?: AttemptRecord;
  /** ISO 8601, as all times here; those of attempts are times of the orchestration. */
  nextAttemptAt?: string;
  deliveredAt?: string;
  createdAt: string;
}

export interface AttemptRecord {
  at: string;
  /** HTTP status of the answer; absent if there was none. */
  status?: number;
  /** Why it counts as failed. */
  code?: string;
  message?: string;
}

export interface CallbackFilter {
  status?: CallbackStatus | undefined;
  operation?: string | undefined;
  network?: string | undefined;
}

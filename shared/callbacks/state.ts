import { callbackEvents, type AttemptRecord, type CallbackRecord } from '../records/callbacks';

/** What one attempt came to. */
export type AttemptResult =
  | { kind: 'delivered'; status: number }
  /** Tried again on schedule, or later if the receiver asked for it. */
  | { kind: 'failed'; status?: number; code: string; message: string; retryAfterSeconds?: number }
  /** Trying again mends nothing: the receiver said so, or this app's rules forbid the target. */
  | { kind: 'final'; status?: number; code: string; message: string };

const minute = 60;
const hour = 3_600;

/** Seconds before each attempt, as Standard Webhooks recommends: about three days in all. */
export const schedule: readonly number[] = [
  0,
  5,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];
const longestWait = 24 * hour;

/** The record after an attempt of its present round. `now`: epoch milliseconds. */
export function afterAttempt(record: CallbackRecord, result: AttemptResult, now: number): CallbackRecord {
  const { nextAttemptAt: _due, ...rest } = record;
  const at = new Date(now).toISOString();
  const attempts = record.attempts + 1;
  const tried = { ...rest, attempts, lastAttempt: attemptOf(result, at) };
  if (result.kind === 'delivered') return { ...tried, status: 'delivered', deliveredAt: at };
  const wait = schedule[attempts];
  if (result.kind === 'final' || wait === undefined) return { ...tried, status: 'undelivered' };
  const seconds = Math.min(Math.max(wait, result.retryAfterSeconds ?? 0), longestWait);
  return { ...tried, nextAttemptAt: new Date(now + seconds * 1_000).toISOString() };
}

/** Begins the schedule anew, under the same id and with the same body. */
export function sentAgain(record: CallbackRecord, resentBy: string): CallbackRecord {
  const { nextAttemptAt: _due, deliveredAt: _delivered, ...rest } = record;
  return { ...rest, status: 'waiting', round: record.round + 1, resentBy, attempts: 0 };
}

/** Seconds until the next attempt is due; undefined if there is none. */
export function secondsUntilNext({ status, nextAttemptAt }: CallbackRecord, now: number): number | undefined {
  if (status !== 'waiting') return undefined;
  return nextAttemptAt === undefined ? 0 : Math.max(0, Math.ceil((Date.parse(nextAttemptAt) - now) / 1_000));
}

/** Id of the orchestration instance that carries out a round; a finished instance is never started again. */
export const deliveryInstance = ({ id, round }: { id: string; round: number }) =>
  round === 1 ? id : `${id}-${round}`;

const idPattern = new RegExp(`^cb-(.+)-(?:${callbackEvents.join('|')})$`);

/** The operation that a callback with this id tells of. */
export const operationOfCallback = (id: string): string | undefined => idPattern.exec(id)?.[1];

function attemptOf(result: AttemptResult, at: string): AttemptRecord {
  if (result.kind === 'delivered') return { at, status: result.status };
  const { status, code, message } = result;
  return { at, ...(status === undefined ? {} : { status }), code, message };
}

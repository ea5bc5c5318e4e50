import { isRowOver, type BatchRecord, type BatchRow } from '../records/batches';
import { tripped } from './breaker';

/** What the next round of a dispatch does. */
export interface Round {
  /** Rows whose message goes out now, in this order. */
  enqueue: BatchRow[];
  /** Rows that are not begun and never will be. */
  cancel: BatchRow[];
  /** Rows that are begun and whose operation is asked to stop. */
  stop: BatchRow[];
  /** Networks on which the batch stops, with the reason. */
  pause: { network: string; reason: string }[];
  /** Nothing is left to do or to wait for. */
  finished: boolean;
}

/** One that did not hear it, because it had not started yet, is asked again. */
const askAgainAfterMinutes = 5;
/** So many are asked to stop in one round. */
const mostAsked = 40;

/** A message that nobody took for so long is sent again; that it comes twice then does no harm. */
const lostAfterMinutes = 30;

/**
 * Decides a round from the rows alone, so that a dispatch can be taken up by anybody at any time. On each network the
 * first host must become ready before others follow, at most `window` are under way at once, and failures that the next
 * host would meet as well stop it.
 */
export function decideRound(
  batch: Pick<BatchRecord, 'cancelledAt' | 'cancelsRunning' | 'paused' | 'resumed'>,
  rows: readonly BatchRow[],
  { window, now }: { window: number; now: number },
): Round {
  const open = rows.filter((row) => !isRowOver(row));
  if (batch.cancelledAt !== undefined) {
    const cancel = open.filter(({ status }) => status === 'pending' || status === 'queued');
    const stop = batch.cancelsRunning ? open.filter((row) => isToStop(row, now)).slice(0, mostAsked) : [];
    return { enqueue: [], cancel, stop, pause: [], finished: cancel.length === open.length };
  }
  const round: Round = { enqueue: [], cancel: [], stop: [], pause: [], finished: open.length === 0 };
  for (const [network, own] of groups(rows)) {
    if (own.every(isRowOver) || batch.paused[network]) continue;
    const next = nextOn(own, batch.resumed[network] ?? '', window);
    if ('reason' in next) round.pause.push({ network, reason: next.reason });
    else round.enqueue.push(...next.enqueue, ...own.filter((row) => isLost(row, now)));
  }
  return round;
}

function nextOn(
  rows: readonly BatchRow[],
  resumedAt: string,
  window: number,
): { enqueue: BatchRow[] } | { reason: string } {
  const pending = rows.filter(({ status }) => status === 'pending');
  if (pending.length === 0) return { enqueue: [] };
  const underWay = rows.filter(({ status }) => status === 'queued' || status === 'running').length;
  const failed = rows.filter(
    ({ status, finishedAt = '' }) => (status === 'failed' || status === 'poisoned') && finishedAt > resumedAt,
  );
  const proven = rows.some(({ status }) => status === 'succeeded' || status === 'unchanged');
  if (!proven) {
    const [canary] = failed;
    if (canary) return { reason: canaryReason(canary) };
    return { enqueue: underWay > 0 ? [] : pending.slice(0, 1) };
  }
  const reason = tripped(
    rows
      .filter(({ finishedAt = '' }) => finishedAt > resumedAt)
      .filter(({ status }) => status === 'succeeded' || status === 'failed')
      .map(({ request, finishedAt = '', failure }) => ({ host: request.name, finishedAt, failure })),
  );
  if (reason !== undefined) return { reason };
  return { enqueue: pending.slice(0, Math.max(0, window - underWay)) };
}

function canaryReason({ request, failure }: BatchRow): string {
  const why = failure ? `${failure.code}: ${failure.message}` : 'for a reason that is not known';
  return `The first host, ${request.name}, did not become ready, so no other one was begun. ${why}`;
}

const isLost = ({ status, queuedAt = '' }: BatchRow, now: number): boolean =>
  status === 'queued' && now - Date.parse(queuedAt) > lostAfterMinutes * 60_000;

const isToStop = ({ status, stopAskedAt }: BatchRow, now: number): boolean =>
  status === 'running' &&
  (stopAskedAt === undefined || now - Date.parse(stopAskedAt) > askAgainAfterMinutes * 60_000);

function groups(rows: readonly BatchRow[]): Map<string, BatchRow[]> {
  const groups = new Map<string, BatchRow[]>();
  for (const row of rows) {
    const own = groups.get(row.request.network);
    if (own) own.push(row);
    else groups.set(row.request.network, [row]);
  }
  return groups;
}

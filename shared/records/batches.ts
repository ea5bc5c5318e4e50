import type { BatchPlace, FailureRecord } from './types';
import type { HostRequest } from '../api/schemas';

/** Many hosts ordered at once. What has become of them is in its rows, never here. */
export interface BatchRecord {
  /** Also the id of the orchestration instance that dispatches it. */
  id: string;
  caller: string;
  ticket?: string;
  /** sha256 of the request: another one under the same key is refused. */
  fingerprint: string;
  /** `accepting`: not all rows are written yet, so nothing of it is begun. */
  state: 'accepting' | 'running' | 'finished';
  total: number;
  /** Networks on which nothing more is begun until somebody resumes. */
  paused: Record<string, Pause>;
  /** When a network was resumed last (ISO 8601): what failed before that is forgiven. */
  resumed: Record<string, string>;
  /** Rows that are not begun yet stay so, from this moment on (ISO 8601). */
  cancelledAt?: string;
  /** Who said so. */
  cancelledBy?: string;
  /** Rows that are begun are cancelled as well. */
  cancelsRunning?: true;
  /** Who said that, which may be somebody else. */
  cancelsRunningBy?: string;
  /** Who last had it go on. */
  resumedBy?: string;
  createdAt: string;
  updatedAt: string;
}

/** Why a batch stopped on one network. */
export interface Pause {
  since: string;
  reason: string;
}

/**
 * `pending` -> `queued` (a message is under way) -> `running` (admitted) -> `succeeded` or `failed`. `unchanged`: the host
 * was as asked already. `refused`: it was not admitted. `poisoned`: its message was given up. `cancelled`: never begun.
 */
export const rowStatuses = [
  'pending',
  'queued',
  'running',
  'succeeded',
  'unchanged',
  'failed',
  'refused',
  'poisoned',
  'cancelled',
] as const;
export type RowStatus = (typeof rowStatuses)[number];

export interface BatchRow {
  batch: string;
  /** Place in what was sent, from 1. */
  row: number;
  request: HostRequest;
  status: RowStatus;
  /** ISO 8601. */
  queuedAt?: string;
  finishedAt?: string;
  /** When its operation was last asked to stop. */
  stopAskedAt?: string;
  /** Operation that works on the host, or did; also another one's that was asked for the same before. */
  operation?: string;
  failure?: FailureRecord;
  /** What its sender is owed, if it ended without an operation, is written down. */
  told?: true;
}

const over: readonly RowStatus[] = ['succeeded', 'unchanged', 'failed', 'refused', 'poisoned', 'cancelled'];

export const isRowOver = ({ status }: Pick<BatchRow, 'status'>): boolean => over.includes(status);

export type RowCounts = Record<RowStatus, number>;

export function countRows(rows: readonly Pick<BatchRow, 'status'>[]): RowCounts {
  const counts = Object.fromEntries(rowStatuses.map((status) => [status, 0])) as RowCounts;
  for (const { status } of rows) counts[status] += 1;
  return counts;
}

/** A message that the queue gave up. */
export interface PoisonRecord {
  /** Follows from the message: the same text is the same record. */
  id: string;
  /** The message as it was delivered. */
  message: string;
  /** What was wrong with it at the last attempt. */
  reason: string;
  /** Row of a batch that it was about. */
  batch?: BatchPlace;
  /** How often the queue gave it up. */
  times: number;
  /** ISO 8601. */
  firstAt: string;
  lastAt: string;
  /** When it was last put back into the queue, and by whom. */
  replayedAt?: string;
  replayedBy?: string;
}

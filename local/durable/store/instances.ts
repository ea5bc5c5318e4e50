import type { SQLOutputValue } from 'node:sqlite';
import type { HistoryEvent, ParentInstance } from '../engine/history';
import { textOrNull, numberOf, textOf } from './columns';
import type { Connection } from './database';

export type RuntimeStatus = 'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated';

export const isTerminal = (status: RuntimeStatus): boolean =>
  status === 'Completed' || status === 'Failed' || status === 'Terminated';

/** One orchestration instance. `input`, `output` and `customStatus` are JSON text; instants are epoch ms. */
export interface InstanceRow {
  id: string;
  executionId: string;
  name: string;
  status: RuntimeStatus;
  input: string | null;
  output: string | null;
  customStatus: string | null;
  parent: ParentInstance | null;
  createdAt: number;
  updatedAt: number;
}

/** Which instances a listing or purge takes; absent fields take all. */
export interface InstanceFilter {
  createdFrom?: number | undefined;
  createdTo?: number | undefined;
  statuses?: string[] | undefined;
  idPrefix?: string | undefined;
  /** Only ids after this one, in id order. */
  after?: string | undefined;
  limit?: number | undefined;
}

/** Orchestration instances and the history of their current execution. */
export class Instances {
  constructor(private readonly database: Connection) {}

  get(id: string): InstanceRow | undefined {
    const row = this.database.prepare('SELECT * FROM instances WHERE id = ?').get(id);
    return row && readRow(row);
  }

  list(filter: InstanceFilter): InstanceRow[] {
    const rows = this.database
      .prepare(
        `SELECT * FROM instances
         WHERE createdAt >= :from AND createdAt <= :to AND id > :after AND substr(id, 1, length(:prefix)) = :prefix
           AND (:statuses IS NULL OR status IN (SELECT value FROM json_each(:statuses)))
         ORDER BY id LIMIT :limit`,
      )
      .all({
        from: filter.createdFrom ?? 0,
        to: filter.createdTo ?? Number.MAX_SAFE_INTEGER,
        after: filter.after ?? '',
        prefix: filter.idPrefix ?? '',
        statuses: filter.statuses ? JSON.stringify(filter.statuses) : null,
        limit: filter.limit ?? -1,
      });
    return rows.map(readRow);
  }

  put(row: InstanceRow): void {
    this.database
      .prepare(
        `INSERT OR REPLACE INTO instances VALUES
         (:id, :executionId, :name, :status, :input, :output, :customStatus, :parent, :createdAt, :updatedAt)`,
      )
      .run({ ...row, parent: row.parent && JSON.stringify(row.parent) });
  }

  /** Removes the instance and its history. */
  remove(id: string): void {
    this.database.prepare('DELETE FROM instances WHERE id = ?').run(id);
    this.clearHistory(id);
  }

  /** Events of earlier episodes, marked as played. */
  history(id: string): HistoryEvent[] {
    return this.database
      .prepare('SELECT event FROM history WHERE instanceId = ? ORDER BY number')
      .all(id)
      .map((row) => ({ ...(JSON.parse(textOf(row['event'])) as HistoryEvent), IsPlayed: true }));
  }

  /** W3C trace context that the current execution was started with; its start is the second event of every history. */
  traceParent(id: string): string | undefined {
    const row = this.database
      .prepare(
        `SELECT json_extract(event, '$.ParentTraceContext.TraceParent') AS traceParent
         FROM history WHERE instanceId = ? AND number = 1`,
      )
      .get(id);
    return row ? (textOrNull(row['traceParent']) ?? undefined) : undefined;
  }

  /** Appends events behind the first `known` ones. */
  append(id: string, known: number, events: HistoryEvent[]): void {
    const insert = this.database.prepare('INSERT INTO history VALUES (?, ?, ?)');
    events.forEach((event, index) => insert.run(id, known + index, JSON.stringify(event)));
  }

  clearHistory(id: string): void {
    this.database.prepare('DELETE FROM history WHERE instanceId = ?').run(id);
  }
}

function readRow(row: Record<string, SQLOutputValue>): InstanceRow {
  const parent = textOrNull(row['parent']);
  return {
    id: textOf(row['id']),
    executionId: textOf(row['executionId']),
    name: textOf(row['name']),
    status: textOf(row['status']) as RuntimeStatus,
    input: textOrNull(row['input']),
    output: textOrNull(row['output']),
    customStatus: textOrNull(row['customStatus']),
    parent: parent === null ? null : (JSON.parse(parent) as ParentInstance),
    createdAt: numberOf(row['createdAt']),
    updatedAt: numberOf(row['updatedAt']),
  };
}

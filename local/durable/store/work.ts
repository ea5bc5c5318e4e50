import { numberOf, textOf, textOrNull } from './columns';
import type { Connection } from './database';

/** A message in the mailbox of an instance or entity. */
export interface Message {
  number: number;
  /** Execution it is meant for; null for whichever is current. */
  executionId: string | null;
  /** JSON text: a history event, or an entity request. */
  body: string;
}

/** Order inside a mailbox: the start of an execution, then what it inherits, then all other messages. */
export const rank = { start: 0, inherited: 1, usual: 2 } as const;

export interface ActivityRow {
  number: number;
  instanceId: string;
  executionId: string;
  taskId: number;
  name: string;
  /** JSON text of a one-element array. */
  input: string;
}

export interface TimerRow {
  instanceId: string;
  timerId: number;
  executionId: string;
  /** Epoch ms. */
  fireAt: number;
}

/** Everything still to be done: messages, activities, timers. A row disappears with the commit of its outcome. */
export class Work {
  constructor(private readonly database: Connection) {}

  post(
    target: string,
    body: object,
    options: { executionId?: string | undefined; rank?: number } = {},
  ): void {
    this.database
      .prepare('INSERT INTO messages (target, executionId, rank, body) VALUES (?, ?, ?, ?)')
      .run(target, options.executionId ?? null, options.rank ?? rank.usual, JSON.stringify(body));
  }

  mailbox(target: string, limit = -1): Message[] {
    return this.database
      .prepare(
        'SELECT number, executionId, body FROM messages WHERE target = ? ORDER BY rank, number LIMIT ?',
      )
      .all(target, limit)
      .map((row) => ({
        number: numberOf(row['number']),
        executionId: textOrNull(row['executionId']),
        body: textOf(row['body']),
      }));
  }

  /** Owners of non-empty mailboxes, the longest waiting first. */
  targets(): string[] {
    return this.database
      .prepare('SELECT target FROM messages GROUP BY target ORDER BY MIN(number)')
      .all()
      .map((row) => textOf(row['target']));
  }

  removeMessages(messages: Message[]): void {
    const remove = this.database.prepare('DELETE FROM messages WHERE number = ?');
    for (const message of messages) remove.run(message.number);
  }

  addActivity(activity: Omit<ActivityRow, 'number'>): void {
    this.database
      .prepare(
        `INSERT INTO activities (instanceId, executionId, taskId, name, input)
         VALUES (:instanceId, :executionId, :taskId, :name, :input)`,
      )
      .run({ ...activity });
  }

  /** The oldest activities, running ones included. */
  activities(limit: number): ActivityRow[] {
    return this.database
      .prepare('SELECT * FROM activities ORDER BY number LIMIT ?')
      .all(limit)
      .map((row) => ({
        number: numberOf(row['number']),
        instanceId: textOf(row['instanceId']),
        executionId: textOf(row['executionId']),
        taskId: numberOf(row['taskId']),
        name: textOf(row['name']),
        input: textOf(row['input']),
      }));
  }

  /** @returns whether the activity was still there */
  removeActivity(number: number): boolean {
    return this.database.prepare('DELETE FROM activities WHERE number = ?').run(number).changes === 1;
  }

  addTimer(timer: TimerRow): void {
    this.database
      .prepare('INSERT INTO timers VALUES (:instanceId, :timerId, :executionId, :fireAt)')
      .run({ ...timer });
  }

  removeTimer(instanceId: string, timerId: number): void {
    this.database.prepare('DELETE FROM timers WHERE instanceId = ? AND timerId = ?').run(instanceId, timerId);
  }

  removeTimers(instanceId: string): void {
    this.database.prepare('DELETE FROM timers WHERE instanceId = ?').run(instanceId);
  }

  /** Timers due at `now`, the earliest first. */
  dueTimers(now: number): TimerRow[] {
    return this.database
      .prepare('SELECT * FROM timers WHERE fireAt <= ? ORDER BY fireAt, instanceId, timerId')
      .all(now)
      .map((row) => ({
        instanceId: textOf(row['instanceId']),
        timerId: numberOf(row['timerId']),
        executionId: textOf(row['executionId']),
        fireAt: numberOf(row['fireAt']),
      }));
  }

  /** Epoch ms of the earliest timer. */
  nextTimer(): number | null {
    const row = this.database.prepare('SELECT MIN(fireAt) AS fireAt FROM timers').get();
    const fireAt = row?.['fireAt'];
    return typeof fireAt === 'number' ? fireAt : null;
  }

  /** Messages, activities and due timers that have no committed outcome, running ones included. */
  outstanding(now: number): number {
    const row = this.database
      .prepare(
        `SELECT (SELECT COUNT(*) FROM messages) + (SELECT COUNT(*) FROM activities)
              + (SELECT COUNT(*) FROM timers WHERE fireAt <= ?) AS count`,
      )
      .get(now);
    return numberOf(row?.['count']);
  }

  /** Empties the mailbox and the timers of an instance. Its activities run to their end; nobody hears of it. */
  forget(instanceId: string): void {
    this.database.prepare('DELETE FROM messages WHERE target = ?').run(instanceId);
    this.removeTimers(instanceId);
  }
}

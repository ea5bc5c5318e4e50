import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';

const schema = `
CREATE TABLE IF NOT EXISTS instances (
  id TEXT PRIMARY KEY,
  executionId TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  input TEXT,
  output TEXT,
  customStatus TEXT,
  parent TEXT,
  createdAt INTEGER NOT NULL,
  updatedAt INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS history (
  instanceId TEXT NOT NULL,
  number INTEGER NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (instanceId, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  target TEXT NOT NULL,
  executionId TEXT,
  rank INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messagesByTarget ON messages (target, rank, number);
CREATE TABLE IF NOT EXISTS activities (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  instanceId TEXT NOT NULL,
  executionId TEXT NOT NULL,
  taskId INTEGER NOT NULL,
  name TEXT NOT NULL,
  input TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS timers (
  instanceId TEXT NOT NULL,
  timerId INTEGER NOT NULL,
  executionId TEXT NOT NULL,
  fireAt INTEGER NOT NULL,
  PRIMARY KEY (instanceId, timerId)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS timersByFireAt ON timers (fireAt);
CREATE TABLE IF NOT EXISTS entities (
  id TEXT PRIMARY KEY,
  state TEXT,
  updatedAt INTEGER NOT NULL
) STRICT;
`;

const schemaVersion = 1;

/**
 * The open database file. What is committed survives the death of the process; the last commits before a power cut may
 * be lost (WAL without a sync per commit). The lock is exclusive: a second engine on the same file fails to open it, so
 * no work is dispatched twice.
 */
export class Connection {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  /** @throws if another process has the file open or it was written by another version */
  constructor(file: string) {
    this.database = new DatabaseSync(file);
    // A predecessor that was just killed may take a moment to go.
    this.database.exec(
      'PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL',
    );
    this.database.exec('PRAGMA synchronous = NORMAL');
    const version = this.database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (version !== 0 && version !== schemaVersion) {
      this.database.close();
      throw new Error(`${file} has schema version ${String(version)}, expected ${schemaVersion}`);
    }
    this.database.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${schemaVersion}; COMMIT`);
  }

  /** The statement of that text, compiled once. */
  prepare(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  /** Runs `work` as one transaction: all of it or nothing. */
  transaction<T>(work: () => T): T {
    this.prepare('BEGIN IMMEDIATE').run();
    try {
      const result = work();
      this.prepare('COMMIT').run();
      return result;
    } catch (error) {
      this.prepare('ROLLBACK').run();
      throw error;
    }
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }
}

import { DatabaseSync } from 'node:sqlite';

/** What the orchestrations of one kind cost the durable engine. */
export interface HistoryFigures {
  instances: number;
  /** Activities, timers and messages to entities that were asked for. */
  awaits: number;
  mostAwaits: number;
  /** Times that an orchestrator was replayed. */
  episodes: number;
}

/** Numbers of event types in the history: TaskScheduled, TimerCreated and EventSent; OrchestratorStarted. */
const awaited = [4, 10, 14];
const started = 12;

/** Reads the histories of one orchestrator from the database of a durable engine that has stopped. */
export function readHistories(databaseFile: string, orchestrator: string): HistoryFigures {
  const database = new DatabaseSync(databaseFile, { readOnly: true });
  try {
    const rows = database
      .prepare(
        `SELECT SUM(event ->> 'EventType' IN (${awaited.join(', ')})) AS awaits,
                SUM(event ->> 'EventType' = ${started}) AS episodes
         FROM history JOIN instances ON id = instanceId WHERE name = ? GROUP BY instanceId`,
      )
      .all(orchestrator);
    const awaits = rows.map((row) => Number(row['awaits']));
    return {
      instances: rows.length,
      awaits: sum(awaits),
      mostAwaits: Math.max(0, ...awaits),
      episodes: sum(rows.map((row) => Number(row['episodes']))),
    };
  } finally {
    database.close();
  }
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

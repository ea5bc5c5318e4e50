import { AsyncLocalStorage } from 'node:async_hooks';

export type Level = 'info' | 'warn';

/** Where the lines of an invocation go, and what they are about. */
interface Log {
  write(level: Level, message: string): void;
  facts?: Record<string, string> | undefined;
}

const current = new AsyncLocalStorage<Log>();

/** While the work runs, its lines go to this log. */
export const logTo = <T>(log: Log, work: () => T): T => current.run(log, work);

/** One line into the log of the invocation that runs; lost outside of any. */
export function logLine(level: Level, message: string): void {
  current.getStore()?.write(level, message);
}

/** The message with what it is about as JSON behind it, so that a query finds all lines of an operation. */
export function withFacts(message: string): string {
  const facts = current.getStore()?.facts;
  return facts ? `${message} ${JSON.stringify(facts)}` : message;
}

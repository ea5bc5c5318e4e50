import type { Demand } from '../access/demand';
import { isChange, isQuestion } from './questions';

/** One request as it was answered, or as far as it came. */
export interface LogEntry {
  seq: number;
  /** Simulated time of arrival, ISO 8601. */
  at: string;
  method: string;
  /** Without query. */
  path: string;
  apiVersion: string;
  /** 0: not processed; the connection went before. */
  status: number;
  correlationId: string;
  clientRequestId: string;
  /** Whose token it carried; absent: none that is known. */
  identity?: string;
  /** The permissions that it needed; absent: nothing serves the path. */
  demand?: Demand;
  /** The answer was 201, whether or not it reached the client. */
  created: boolean;
  /** Of a PUT, as it was sent; told only to those who ask. */
  body?: string;
}

/** An entry as it is told: the body as JSON, without the password in it. */
export type ToldEntry = Omit<LogEntry, 'body'> & { body?: unknown };

export interface LogEvent {
  phase: 'arrived' | 'answered';
  seq: number;
  method: string;
  path: string;
  status?: number;
}

export interface LogCounts {
  requests: number;
  writes: number;
  questions: number;
  deletes: number;
  conflicts: number;
  throttled: number;
}

/** What was asked of ARM, in order of arrival. */
export class RequestLog {
  private entries: LogEntry[] = [];
  private sequence = 0;
  private readonly listeners = new Set<(event: LogEvent) => void>();

  arrived(
    request: Pick<LogEntry, 'at' | 'method' | 'path' | 'apiVersion' | 'clientRequestId' | 'body'>,
  ): LogEntry {
    this.sequence += 1;
    const entry = { seq: this.sequence, status: 0, correlationId: '', created: false, ...request };
    this.entries.push(entry);
    this.tell({ phase: 'arrived', seq: entry.seq, method: entry.method, path: entry.path });
    return entry;
  }

  /** The request took effect: from here on the answer stands, even if it never arrives. */
  processed(entry: LogEntry, status: number, correlationId: string): void {
    entry.status = status;
    entry.created = status === 201;
    entry.correlationId = correlationId;
  }

  answered(entry: LogEntry): void {
    const { seq, method, path, status } = entry;
    this.tell({ phase: 'answered', seq, method, path, status });
  }

  since(seq: number, bodies = false): { requests: ToldEntry[]; counts: LogCounts } {
    const requests = this.entries
      .filter((entry) => entry.seq > seq)
      .map(({ body, ...entry }) => (bodies && body !== undefined ? { ...entry, body: told(body) } : entry));
    const count = (test: (entry: ToldEntry) => boolean): number => requests.filter(test).length;
    return {
      requests,
      counts: {
        requests: requests.length,
        writes: count((entry) => isChange(entry) && entry.method !== 'DELETE'),
        questions: count(isQuestion),
        deletes: count(({ method }) => method === 'DELETE'),
        conflicts: count(({ status }) => status === 409 || status === 412),
        throttled: count(({ status }) => status === 429),
      },
    };
  }

  onEvent(listener: (event: LogEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  clear(): void {
    this.entries = [];
  }

  private tell(event: LogEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function told(body: string): unknown {
  try {
    return JSON.parse(body, (key, value: unknown) => (key === 'adminPassword' ? undefined : value));
  } catch {
    return undefined;
  }
}

import type { FunctionKind } from '../contracts';

/** How a function of the app ended, when it did. */
export type InvocationOutcome = { ok: true; value: unknown } | { ok: false; message: string; stack: string };

/** One function to run, and what to commit afterwards. */
export interface WorkItem {
  kind: FunctionKind;
  functionName: string;
  /** JSON text for the trigger binding. */
  input: string;
  metadata: Record<string, unknown>;
  /** W3C trace context of whoever started the orchestration. */
  traceParent?: string | undefined;
  /** Writes the outcome; called inside a transaction. Returns what is worth a line in the log. */
  finish(outcome: InvocationOutcome): string | undefined;
}

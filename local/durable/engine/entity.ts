import { z } from 'zod';

/** An operation on its way to an entity. */
export interface EntityRequest {
  op: string;
  /** A signal has no answer. */
  signal: boolean;
  /** JSON text. */
  input?: string | undefined;
  id: string;
  /** Calling instance and execution; absent for signals of clients. */
  parent?: string | undefined;
  parentExecution?: string | undefined;
}

export interface EntityState {
  exists: boolean;
  /** JSON text. */
  state: string | null;
}

/** What one batch of operations changes. */
export interface EntityBatchResult extends EntityState {
  /** Answers to callers, in order; `input` is the JSON text of the answer event. */
  answers: { instanceId: string; executionId: string | undefined; requestId: string; input: string }[];
  signals: { target: string; request: EntityRequest }[];
}

/** Scheduler id of an entity: `@name@key`, the name in lower case. */
export const entityId = (name: string, key: string): string => `@${name.toLowerCase()}@${key}`;

/** Name and key of a scheduler id. */
export function entityParts(id: string): { name: string; key: string } {
  const at = id.indexOf('@', 1);
  return { name: id.slice(1, at), key: id.slice(at + 1) };
}

/** Trigger input of an entity function for a batch. */
export const entityInput = (id: string, entity: EntityState, batch: EntityRequest[]): string =>
  JSON.stringify({
    self: entityParts(id),
    exists: entity.exists,
    state: entity.state,
    batch: batch.map(({ op, input, signal }) => ({ name: op, input: input ?? null, isSignal: signal })),
  });

const answerOf = (request: EntityRequest, answer: object): EntityBatchResult['answers'] =>
  request.signal || request.parent === undefined
    ? []
    : [
        {
          instanceId: request.parent,
          executionId: request.parentExecution,
          requestId: request.id,
          input: JSON.stringify(answer),
        },
      ];

const returned = z.object({
  results: z.array(z.object({ isError: z.boolean(), result: z.string().nullish() })),
  signals: z.array(
    z.object({
      target: z.object({ name: z.string(), key: z.string() }),
      name: z.string(),
      input: z.string().nullish(),
    }),
  ),
  entityExists: z.boolean(),
  entityState: z.string().nullish(),
});

/**
 * Reads what an entity function returned for a batch.
 * @param signalId id for the n-th signal sent
 */
export function readBatch(
  value: unknown,
  before: EntityState,
  batch: EntityRequest[],
  signalId: (n: number) => string,
): EntityBatchResult {
  const parsed = returned.safeParse(value);
  if (!parsed.success)
    return failBatch(`Unsupported entity result: ${z.prettifyError(parsed.error)}`, before, batch);
  const { results, signals, entityExists, entityState } = parsed.data;
  return {
    exists: entityExists,
    state: entityExists ? (entityState ?? null) : null,
    answers: batch.flatMap((request, index) => {
      const { isError, result } = results[index] ?? { isError: true, result: '"no result"' };
      return answerOf(request, { result: result ?? null, ...(isError ? { exceptionType: 'Error' } : {}) });
    }),
    signals: signals.map((signal, n) => ({
      target: entityId(signal.target.name, signal.target.key),
      request: { op: signal.name, signal: true, input: signal.input || undefined, id: signalId(n) },
    })),
  };
}

/** Every operation of the batch fails; the state stays. */
export const failBatch = (
  message: string,
  before: EntityState,
  batch: EntityRequest[],
): EntityBatchResult => ({
  ...before,
  answers: batch.flatMap((request) =>
    answerOf(request, { result: JSON.stringify(message), exceptionType: 'Error' }),
  ),
  signals: [],
});

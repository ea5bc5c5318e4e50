import type { FailureRecord } from '../records/types';

/** Kinds of failure that the next host will most probably meet as well. */
export type Systemic = 'denied' | 'quota' | 'capacity' | 'guest';

/** So many hosts in a row that fail in the same way stop a batch on their network. */
export const tripsAfter = 3;

const guestSteps = ['configureGuest', 'verify'];

export function systemicOf({ class: kind, step }: FailureRecord): Systemic | undefined {
  if (kind === 'denied' || kind === 'quota' || kind === 'capacity') return kind;
  return step !== undefined && guestSteps.includes(step) ? 'guest' : undefined;
}

/** What became of one host; `failure` is absent if it succeeded. */
export interface Result {
  host: string;
  /** ISO 8601. */
  finishedAt: string;
  failure?: FailureRecord | undefined;
}

/**
 * Why nothing more should be begun, given all results on a network since it was last resumed; undefined if it may go on.
 * A success starts the count anew; failures of no systemic kind neither count nor interrupt.
 */
export function tripped(results: readonly Result[]): string | undefined {
  const inOrder = [...results].sort((a, b) => a.finishedAt.localeCompare(b.finishedAt));
  let kind: Systemic | undefined;
  let failed: Result[] = [];
  for (const result of inOrder) {
    const found = result.failure && systemicOf(result.failure);
    if (result.failure && found === undefined) continue;
    failed =
      found !== undefined && found === kind ? [...failed, result] : found === undefined ? [] : [result];
    kind = found;
  }
  if (kind === undefined || failed.length < tripsAfter) return undefined;
  const hosts = failed.map(({ host }) => host).join(', ');
  const last = failed.at(-1)?.failure;
  return `${failed.length} hosts in a row failed for the same reason, ${kind} (${hosts}). The last one: ${last?.code}: ${last?.message}`;
}

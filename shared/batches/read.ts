import { z } from 'zod';
import { callbackQuery } from '../api/callback';
import type { FieldError } from '../api/problems';
import { hostRequest, type HostRequest } from '../api/schemas';
import { fieldErrors } from '../api/validate';
import { inRow } from './rowErrors';

export const mostRows = 5_000;

/** Rows of a batch wait behind single requests, unless somebody says otherwise. */
export const batchPriority = 3;

/** What is the same for all rows that do not say it themselves. */
export const batchDefaults = z.strictObject({
  ...hostRequest.pick({ ticket: true, priority: true, callback: true }).shape,
  network: hostRequest.shape.network.optional(),
  onFailure: z.enum(['undo', 'keep']).optional(),
});
/** The same as query parameters, beside a CSV text. */
export const batchQuery = z.strictObject({
  ...batchDefaults.omit({ callback: true }).shape,
  ...callbackQuery,
  priority: z.string().regex(/^\d$/, 'A priority is 0 to 9.').transform(Number).optional(),
});
export type BatchDefaults = z.output<typeof batchDefaults>;

/** Rows are judged one by one, so that every mistake in every row is told. */
export const batchRequest = z.strictObject({
  ...batchDefaults.shape,
  rows: z
    .array(z.looseObject({}), 'Rows are objects, in a list.')
    .min(1, 'A batch has at least one row.')
    .max(mostRows, `A batch has at most ${mostRows} rows.`),
});

/** A row that can be read, and its place in the batch from 0. */
export interface Placed {
  request: HostRequest;
  index: number;
}

const named = hostRequest.pick({ network: true, name: true });

/**
 * The rows as requests for hosts, defaults filled in, and every mistake by row and column; `mistakes` finds those that the
 * schema cannot know. A host that two rows name is placed once.
 */
export function readRows(
  rows: readonly object[],
  defaults: BatchDefaults,
  mistakes: (row: object) => FieldError[] = () => [],
): { placed: Placed[]; errors: FieldError[] } {
  const { onFailure, ...others } = defaults;
  const first = new Map<string, number>();
  const placed: Placed[] = [];
  const errors: FieldError[] = [];
  for (const [index, row] of rows.entries()) {
    const whole = {
      priority: batchPriority,
      ...(onFailure === undefined ? {} : { onFailure }),
      ...others,
      ...row,
    };
    const { data, error } = hostRequest.safeParse(whole);
    // A row is compared with the others whatever else is wrong with it.
    const before = nameBefore(first, data ?? whole, index);
    const found = [...(error ? fieldErrors(error) : []), ...mistakes(row), ...before];
    errors.push(...found.map((one) => inRow(index, one)));
    if (data && before.length === 0) placed.push({ request: data, index });
  }
  return { placed, errors };
}

function nameBefore(first: Map<string, number>, row: object, index: number): FieldError[] {
  const { network, name } = row as { network?: unknown; name?: unknown };
  const { data } = named.safeParse({ network, name });
  if (!data) return [];
  const key = `${data.network}/${data.name}`;
  const before = first.get(key);
  if (before === undefined) first.set(key, index);
  return before === undefined
    ? []
    : [{ pointer: '/name', detail: `Row ${before + 1} names the host ${key} already.` }];
}

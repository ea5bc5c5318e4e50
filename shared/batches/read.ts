import { z } from 'zod';
import { callbackQuery } from '../api/callback';
import type { FieldError } from '../api/problems';
import { hostRequest, type HostRequest } from '../api/schemas';
import { fieldErrors } from '../api/validate';
import { inRow, refuse } from './rowErrors';

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

/**
 * The rows as requests for hosts, defaults filled in. Throws one Problem that names every mistake by row and column;
 * `mistakes` finds those that the schema cannot know.
 */
export function readRows(
  rows: readonly object[],
  defaults: BatchDefaults,
  mistakes: (row: object) => FieldError[] = () => [],
): HostRequest[] {
  const { onFailure, ...others } = defaults;
  const read = rows.map((row, index) => {
    const result = hostRequest.safeParse({
      priority: batchPriority,
      ...(onFailure === undefined ? {} : { onFailure }),
      ...others,
      ...row,
    });
    const more = mistakes(row).map((error) => inRow(index, error));
    if (result.success) return { request: result.data, errors: more };
    return { errors: [...fieldErrors(result.error).map((error) => inRow(index, error)), ...more] };
  });
  refuse(read.flatMap(({ errors }) => errors));
  const requests = read.flatMap(({ request }) => request ?? []);
  refuse(duplicates(requests));
  return requests;
}

function duplicates(requests: readonly HostRequest[]): FieldError[] {
  const first = new Map<string, number>();
  return requests.flatMap(({ network, name }, index) => {
    const key = `${network}/${name}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, index);
    return before === undefined
      ? []
      : [inRow(index, { pointer: '/name', detail: `Row ${before + 1} names the host ${key} already.` })];
  });
}

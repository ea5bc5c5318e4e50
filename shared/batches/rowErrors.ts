import { Problem, type FieldError } from '../api/problems';

/** More mistakes than these are counted, not listed. */
const mostErrors = 1_000;

/** The mistake, with the place of the row that made it; `index` from 0. */
export function inRow(index: number, { pointer, detail }: FieldError): FieldError {
  const column = /^\/([^/]+)$/.exec(pointer)?.[1];
  return {
    pointer: `/rows/${index}${pointer}`,
    row: index + 1,
    ...(column === undefined ? {} : { column }),
    detail,
  };
}

/** Throws one Problem that names all of them, if there are any. */
export function refuse(errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const rows = new Set(errors.map(({ row }) => row)).size;
  const listed = errors.length > mostErrors ? ` The first ${mostErrors} are listed.` : '';
  const inOrder = [...errors].sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  throw new Problem(
    'invalid-request',
    `${errors.length} mistakes in ${rows} rows. Nothing was accepted.${listed}`,
    { errors: inOrder.slice(0, mostErrors) },
  );
}

import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { Problem, type FieldError } from '../api/problems';
import { hostRequest } from '../api/schemas';

const numbers: readonly string[] = ['osDiskSizeGb', 'dataDiskSizeGb', 'priority'];

/** What a cell can hold; a callback is the same for all rows and comes with the call. */
const columns = Object.keys(hostRequest.shape).filter(
  (name) => !['callback', 'adminPassword'].includes(name),
);

/**
 * Rows of a CSV text (RFC 4180: header row, quoted fields, any line ends; a byte order mark is no part of it) as the
 * objects that a JSON request would hold; empty cells are left out. Throws the Problem that says what is wrong with the text.
 */
export function rowsOfCsv(text: string): Record<string, unknown>[] {
  const [header, ...records] = table(text);
  if (!header) throw new Problem('invalid-csv', 'The text is empty. It starts with a header row.');
  const errors: FieldError[] = header.flatMap((name, index) => {
    if (!columns.includes(name)) {
      return [
        { pointer: '', row: 0, column: name, detail: `Unknown column. There are: ${columns.join(', ')}.` },
      ];
    }
    return header.indexOf(name) < index
      ? [{ pointer: '', row: 0, column: name, detail: 'This column is there twice.' }]
      : [];
  });
  for (const [index, record] of records.entries()) {
    if (record.length > header.length) {
      const detail = `The row has ${record.length} cells, the header ${header.length}.`;
      errors.push({ pointer: `/rows/${index}`, row: index + 1, detail });
    }
  }
  if (errors.length > 0) {
    throw new Problem('invalid-csv', 'The header, or the number of cells in a row, is wrong.', { errors });
  }
  return records.map((record) => objectOf(header, record));
}

function table(text: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, trim: true, relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Problem('invalid-csv', `${error.message}.`);
  }
}

function objectOf(header: readonly string[], record: readonly string[]): Record<string, unknown> {
  const cells = header.map((name, index) => [name, record[index] ?? ''] as const);
  return Object.fromEntries(
    cells.filter(([, text]) => text !== '').map(([name, text]) => [name, valueOf(name, text)]),
  );
}

/** Text that is no number stays text, so that validation can say so. */
const valueOf = (name: string, text: string): unknown =>
  numbers.includes(name) && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;

/** A CSV text with a header row; a cell that a spreadsheet would take for a formula is defused by an apostrophe. */
export function csvOf(
  header: readonly string[],
  records: readonly (readonly (string | number | undefined)[])[],
): string {
  return stringify([header, ...records] as (string | number | undefined)[][], {
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}

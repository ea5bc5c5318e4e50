import type { SQLOutputValue } from 'node:sqlite';

/** Text of a NOT NULL text column. */
export function textOf(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`expected text, found ${typeof value}`);
  return value;
}

/** Text of a nullable text column. */
export const textOrNull = (value: SQLOutputValue | undefined): string | null =>
  value === null ? null : textOf(value);

/** Number of an integer column. */
export function numberOf(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number') throw new TypeError(`expected a number, found ${typeof value}`);
  return value;
}

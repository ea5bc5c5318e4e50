import type { TypedData } from './messages';

/** A value for a binding: text as it is, everything else as JSON. */
export function toTyped(value: unknown): TypedData {
  if (typeof value === 'string') return { string: value };
  return value === undefined ? {} : { json: JSON.stringify(value) };
}

/** The JSON value a function returned; bytes become base64 text, nothing becomes null. */
export function fromTyped(data: TypedData | null | undefined): unknown {
  if (!data) return null;
  if (data.string !== undefined) return data.string;
  if (data.json !== undefined) return JSON.parse(data.json) as unknown;
  if (data.bytes !== undefined) return Buffer.from(data.bytes).toString('base64');
  return data.int ?? data.double ?? null;
}

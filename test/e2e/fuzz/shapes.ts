import fc from 'fast-check';
import { z } from 'zod';

/** What is used of a JSON Schema. */
export interface Shape {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Shape>;
  additionalProperties?: unknown;
  required?: string[];
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
}

export const shapeOf = (schema: z.ZodType): Shape =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;

/** Names that hurt where objects are used as maps. */
const pollution = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

/** Texts of all scripts, with controls, lone surrogates and what is special to queries, paths, shells and formulas. */
export const oddText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    "' or 1 eq 1",
    '../../admin',
    '%00',
    '=1+1',
    '$(reboot)',
    '\u0000',
    '\ud800',
    '\u202e',
    '${7*7}',
    '#?/\\',
  ),
);

const scalar = fc.oneof(oddText, fc.double(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
const anything = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.string(), scalar, { maxKeys: 3 }),
);

/** What UTF-8 makes of a text: a lone surrogate is lost. */
export const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** Values that have about the shape that a schema wants; most of them are wrong somewhere. */
export function about(shape: Shape): fc.Arbitrary<unknown> {
  const { anyOf, oneOf, properties = {}, items = {}, type } = shape;
  if (shape.const !== undefined) return fc.constant(shape.const);
  if (shape.enum) return fc.oneof(fc.constantFrom(...shape.enum), oddText);
  if (anyOf ?? oneOf) return fc.oneof(...(anyOf ?? oneOf ?? []).map(about));
  if (type === 'object') {
    const fields = Object.entries(properties).map(([name, inner]) => [name, about(inner)] as const);
    const record = fc.record(Object.fromEntries(fields), { requiredKeys: [], noNullPrototype: true });
    return fc.oneof({ weight: 4, arbitrary: record }, { weight: 1, arbitrary: anything });
  }
  if (type === 'array') return fc.array(about(items), { maxLength: 3 });
  if (type === 'string') return oddText;
  if (type === 'integer' || type === 'number') return fc.oneof(fc.maxSafeInteger(), fc.double());
  return type === 'boolean' ? fc.boolean() : anything;
}

type Path = (string | number)[];

/** Of a union the branch that the value belongs to. */
export function branchOf(shape: Shape | undefined, value: unknown): Shape | undefined {
  const branches = shape?.anyOf ?? shape?.oneOf;
  return (
    branches?.find(({ properties = {} }) =>
      Object.entries(properties).every(
        ([name, inner]) =>
          inner.const === undefined || inner.const === (Object(value) as Record<string, unknown>)[name],
      ),
    ) ?? shape
  );
}

/** Every place in a value, with what is there and what the schema says of it. */
function places(
  value: unknown,
  union: Shape | undefined,
  path: Path = [],
): { path: Path; value: unknown; shape: Shape | undefined }[] {
  const shape = branchOf(union, value);
  const inner = Array.isArray(value)
    ? value.flatMap((one: unknown, index) => places(one, shape?.items, [...path, index]))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, one]) =>
          places(one, shape?.properties?.[name], [...path, name]),
        )
      : [];
  return [{ path, value, shape }, ...inner];
}

/** A copy of `value` with another thing at a place; undefined takes away what is there. */
function withAt(value: unknown, [first, ...rest]: Path, put: unknown): unknown {
  if (first === undefined) return put;
  const next = withAt((value as Record<string | number, unknown>)[first], rest, put);
  if (Array.isArray(value)) return value.map((one: unknown, index) => (index === first ? next : one));
  // Defined, not assigned: `__proto__` is to become a field like any other.
  return Object.fromEntries([
    ...Object.entries(value as object).filter(([name]) => name !== first),
    ...(next === undefined ? [] : [[first, next]]),
  ]);
}

const kindOf = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/**
 * A request that was right, with one mistake that no schema may let pass: a field of another type, an unknown one, one that
 * is missing, a text or number beyond all limits.
 */
export function spoilt(example: object, schema: z.ZodType): fc.Arbitrary<unknown> {
  const all = places(example, shapeOf(schema));
  const at = (fits: (place: (typeof all)[number]) => boolean) => all.filter(fits);
  const required = all.flatMap(({ path, shape }) => (shape?.required ?? []).map((name) => [...path, name]));
  const objects = at(({ value, shape }) => kindOf(value) === 'object' && shape?.properties !== undefined);
  const texts = at(({ value }) => typeof value === 'string');
  const numbers = at(({ value }) => typeof value === 'number');
  const choices = [
    fc
      .tuple(fc.constantFrom(...all), anything)
      .filter(([{ value }, put]) => kindOf(put) !== kindOf(value))
      .map(([{ path }, put]) => withAt(example, path, put)),
    fc
      .tuple(fc.constantFrom(...objects), fc.oneof(fc.constantFrom(...pollution), oddText), anything)
      .filter(
        ([{ value, shape }, name]) => !Object.hasOwn({ ...(value as object), ...shape?.properties }, name),
      )
      .map(([{ path }, name, put]) => withAt(example, [...path, name], put)),
  ];
  if (required.length > 0)
    choices.push(fc.constantFrom(...required).map((path) => withAt(example, path, undefined)));
  if (texts.length > 0)
    choices.push(
      fc
        .tuple(
          fc.constantFrom(...texts),
          fc.integer({ min: 3_000, max: 20_000 }),
          fc.constantFrom('x', '10.', 'ü', '𝒳', '/'),
        )
        .map(([{ path }, length, letter]) => withAt(example, path, letter.repeat(length))),
    );
  if (numbers.length > 0)
    choices.push(
      fc
        .tuple(fc.constantFrom(...numbers), fc.constantFrom(-1, -1e300, 1e9))
        .map(([{ path }, put]) => withAt(example, path, put)),
    );
  const refusedByForm = about(shapeOf(schema)).filter((value) => !schema.safeParse(value).success);
  return fc.oneof({ weight: 4, arbitrary: fc.oneof(...choices) }, { weight: 1, arbitrary: refusedByForm });
}

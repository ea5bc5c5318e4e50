import type { z } from 'zod';
import { Problem, type FieldError } from './problems';

/** Gives what the schema makes of the value, or throws one problem that names every mistake. */
export function validate<T extends z.ZodType>(
  schema: T,
  value: unknown,
  moreFindings: (value: unknown) => FieldError[] = () => [],
): z.output<T> {
  const result = schema.safeParse(value);
  const errors = [...(result.success ? [] : fieldErrors(result.error)), ...moreFindings(value)];
  if (!result.success || errors.length > 0) {
    throw new Problem('invalid-request', summary(errors), { errors });
  }
  return result.data;
}

/** Every mistake that a schema found, each with its place. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: pointerTo([...issue.path, key]),
        detail: 'Unknown field.',
      }));
    }
    const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return [{ pointer: pointerTo(issue.path), detail: missing ? 'Required.' : sentence(issue.message) }];
  });
}

/** RFC 6901. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);

function summary(errors: FieldError[]): string {
  const [first] = errors;
  if (first === undefined) return 'The request has a mistake.';
  const where = first.pointer === '' ? 'The body' : first.pointer;
  const others = errors.length === 1 ? '' : ` (${errors.length} mistakes in all)`;
  return `${where}: ${first.detail}${others}`;
}

import type { System } from '../../local/launch/system';

/** Everything of a resource but what every write changes, and the order in which it lists others. */
export function content(value: unknown): unknown {
  if (Array.isArray(value)) return inOrder(value.map(content));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'etag' && key !== 'provisioningState');
  return Object.fromEntries(kept.map(([key, inner]) => [key, content(inner)]));
}

const idOf = (value: unknown): unknown => (value as { id?: unknown } | null | undefined)?.id;

const inOrder = (values: unknown[]): unknown[] =>
  values.every((one) => typeof idOf(one) === 'string')
    ? values.toSorted((a, b) => String(idOf(a)).localeCompare(String(idOf(b))))
    : values;

/** All that a subscription holds, by id; without one: all that there is. */
export async function holdings({ admin }: System, subscription?: string): Promise<Record<string, unknown>> {
  const { resources } = await admin.state();
  const own = resources.filter(
    ({ id }) => subscription === undefined || id.startsWith(`/subscriptions/${subscription}/`),
  );
  return Object.fromEntries(own.map((one) => [one.id, content(one)]));
}

import type { System } from '../../../launch/system';

/** By ARM id: the resource without what every write changes. */
export type Snapshot = Record<string, string>;

export async function snapshot({ arm }: System, ids: readonly string[]): Promise<Snapshot> {
  const read = async (id: string): Promise<[string, string]> => {
    const { status, body } = await arm.get(id);
    return [id, status === 200 ? JSON.stringify(content(body)) : `${status}`];
  };
  return Object.fromEntries(await Promise.all(ids.map(read)));
}

/** Ids whose content is another one, or that are gone. */
export function changedSince(before: Snapshot, after: Snapshot): string[] {
  return Object.keys(before).filter((id) => before[id] !== after[id]);
}

function content(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(content);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'etag' && key !== 'provisioningState');
  return Object.fromEntries(kept.map(([key, inner]) => [key, content(inner)]));
}

const passing = new Set(['Updating', 'Creating']);

/**
 * What was read, as if all that Azure is working on were done: a plan is about what is left to do then, and does not
 * differ because a neighbour is being written.
 */
export function settled<T>(observed: T): T {
  if (Array.isArray(observed)) return observed.map((item: unknown) => settled(item)) as T;
  if (typeof observed !== 'object' || observed === null || observed instanceof Date) return observed;
  const entries = Object.entries(observed).map(([key, value]) => [
    key,
    key === 'provisioningState' && passing.has(value as string) ? 'Succeeded' : (settled(value) as unknown),
  ]);
  return Object.fromEntries(entries) as T;
}

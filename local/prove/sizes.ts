/**
 * Small sizes for the host, the one that is cheapest in most regions first. Each is of a family that the app lets nest and
 * carries two NICs; a test holds the list to the app's own rule.
 */
export const hostSizes = [
  'Standard_D2as_v5',
  'Standard_D2s_v5',
  'Standard_D2s_v4',
  'Standard_D2s_v3',
  'Standard_E2as_v5',
  'Standard_E2s_v5',
  'Standard_D4s_v5',
] as const;

/** Sizes for the Linux machine that sends packets; it only has to run. */
export const probeSizes = ['Standard_B1s', 'Standard_B2ats_v2', 'Standard_B1ms', 'Standard_B2s'] as const;

interface Sku {
  resourceType?: string;
  name?: string;
  restrictions?: { type?: string }[];
}

/** Those of `wanted` that the subscription may use in the region, in their order. */
export function onOffer(skus: readonly unknown[], wanted: readonly string[]): string[] {
  const usable = (skus as readonly Sku[]).filter(
    ({ resourceType, restrictions }) =>
      resourceType === 'virtualMachines' && !restrictions?.some(({ type }) => type === 'Location'),
  );
  const names = new Set(usable.map(({ name }) => name?.toLowerCase()));
  return wanted.filter((size) => names.has(size.toLowerCase()));
}

/** The cheapest; without prices the first. */
export function cheapest(sizes: readonly string[], priceOf: ReadonlyMap<string, number>): string | undefined {
  const priced = sizes.filter((size) => priceOf.has(size));
  const [first] = priced.sort((one, other) => (priceOf.get(one) ?? 0) - (priceOf.get(other) ?? 0));
  return first ?? sizes[0];
}

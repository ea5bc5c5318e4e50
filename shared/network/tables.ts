import type { OwnTable } from '../records/types';

/**
 * Tables of ours are found again by this list, not by the definition: a routed subnet that is taken out of it may still have
 * one. Nothing leaves the list until Azure shows that it is gone.
 */
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The list with what was seen, or is about to be made, added; undefined if it says all that already. */
export function withTables(
  known: readonly OwnTable[] | undefined,
  seen: readonly OwnTable[],
): OwnTable[] | undefined {
  let grown = false;
  const all = (known ?? []).map(({ id, subnets }) => ({ id, subnets: [...subnets] }));
  for (const { id, subnets } of seen) {
    let table = all.find((one) => same(one.id, id));
    if (!table) {
      table = { id, subnets: [] };
      all.push(table);
      grown = true;
    }
    for (const subnet of subnets) {
      if (table.subnets.some((one) => same(one, subnet))) continue;
      table.subnets.push(subnet);
      grown = true;
    }
  }
  return grown ? all : undefined;
}

/** The list without tables that are gone; undefined if there are none of those in it. */
export function withoutTables(
  known: readonly OwnTable[] | undefined,
  gone: readonly string[],
): OwnTable[] | undefined {
  const left = (known ?? []).filter(({ id }) => !gone.some((one) => same(one, id)));
  return left.length === (known ?? []).length ? undefined : left;
}

/** Subnets that a table was put on, by the records of these networks; ids in lower case. */
export function subnetsOf(networks: readonly { tables?: OwnTable[] }[], tableId: string): string[] {
  return networks
    .flatMap(({ tables = [] }) => tables)
    .filter(({ id }) => same(id, tableId))
    .flatMap(({ subnets }) => subnets.map((id) => id.toLowerCase()));
}

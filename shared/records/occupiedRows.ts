import type { TableClient } from '@azure/data-tables';
import { canonicalJson } from '../api/canonical';
import { nothingOccupied, type Occupied } from './occupied';
import { getRow, upsertRow } from './rows';

/** A row beside the promises of a VNet, one for each network on it: pools are a network's own. */
const keyOf = (partitionKey: string, network: string) => ({ partitionKey, rowKey: `occupied-${network}` });

export async function occupiedIn(client: TableClient, partition: string, network: string): Promise<Occupied> {
  return (await getRow<Occupied>(client, keyOf(partition, network)))?.record ?? nothingOccupied;
}

/** Whoever writes last wins: the plan of a host looks for itself. */
export async function keepOccupied(
  client: TableClient,
  partition: string,
  network: string,
  before: Occupied,
  after: Occupied,
): Promise<void> {
  if (canonicalJson(after) === canonicalJson(before)) return;
  await upsertRow(client, keyOf(partition, network), after);
}

import { TableClient } from '@azure/data-tables';
import type { System } from '../../local/launch/system';

/** Deletes all rows of a table of the records, or those whose key says so, as a loss of storage would. */
export async function wipe(
  { storageConnection }: System,
  table: 'hosts' | 'ledger',
  which: (rowKey: string) => boolean = () => true,
): Promise<void> {
  const client = TableClient.fromConnectionString(storageConnection, table, {
    allowInsecureConnection: true,
  });
  for await (const { partitionKey = '', rowKey = '' } of client.listEntities())
    if (which(rowKey)) await client.deleteEntity(partitionKey, rowKey);
}

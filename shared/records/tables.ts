import type { TableClient, TableServiceClientOptions } from '@azure/data-tables';
import type { StorageSettings } from '../config';

export type TableName =
  | 'networks'
  | 'hosts'
  | 'ledger'
  | 'operations'
  | 'reports'
  | 'documents'
  | 'callbacks'
  | 'batches'
  | 'poison';

/** Gives the client of a table and creates the table at its first use. */
export type Tables = (name: TableName) => Promise<TableClient>;

/** Loads the storage SDK only now: triggers that touch no record start without it. */
export function openTables(settings: StorageSettings): Tables {
  const opened = new Map<TableName, Promise<TableClient>>();
  return (name) => {
    const known = opened.get(name);
    if (known) return known;
    const opening = open(settings, name);
    opened.set(name, opening);
    // A failure is not kept: the next use tries again.
    opening.catch(() => opened.delete(name));
    return opening;
  };
}

async function open(settings: StorageSettings, name: TableName): Promise<TableClient> {
  const client = await connect(settings, name);
  await client.createTable();
  return client;
}

async function connect(settings: StorageSettings, name: TableName): Promise<TableClient> {
  const { TableClient } = await import('@azure/data-tables');
  const options: TableServiceClientOptions = {
    retryOptions: { maxRetries: 4, retryDelayInMs: 100, maxRetryDelayInMs: 2000 },
  };
  if (settings.kind === 'connectionString') {
    // Plain HTTP is what the storage emulator speaks; the connection string decides.
    return TableClient.fromConnectionString(settings.connectionString, name, {
      ...options,
      allowInsecureConnection: true,
    });
  }
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential(
    settings.clientId === undefined ? {} : { managedIdentityClientId: settings.clientId },
  );
  return new TableClient(settings.tableServiceUri, name, credential, options);
}

import type { QueueServiceClient } from '@azure/storage-queue';
import { setting } from '../settings';

/**
 * Client for the storage account behind a connection name: a setting with a connection string (also as `AzureWebJobs<name>`),
 * or `<name>__queueServiceUri` / `<name>__accountName`, used with the default credential. Rejects when none is set.
 */
export async function queueService(
  settings: Record<string, string>,
  name: string,
): Promise<QueueServiceClient> {
  // Loaded when the first queue function needs it: apps without one start faster.
  const { QueueServiceClient } = await import('@azure/storage-queue');
  // Whoever polls comes back anyway: no long waits inside the client.
  const options = { retryOptions: { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 400 } };
  const connectionString = setting(settings, name) ?? setting(settings, `AzureWebJobs${name}`);
  if (connectionString) return QueueServiceClient.fromConnectionString(connectionString, options);
  const account = setting(settings, `${name}__accountName`);
  const uri =
    setting(settings, `${name}__queueServiceUri`) ??
    (account ? `https://${account}.queue.core.windows.net` : undefined);
  if (!uri) throw new Error(`The storage connection "${name}" is not set.`);
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new QueueServiceClient(uri, new DefaultAzureCredential(), options);
}

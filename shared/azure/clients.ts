import type { ComputeManagementClient } from '@azure/arm-compute';
import type { NetworkManagementClient } from '@azure/arm-network';
import type { TokenCredential } from '@azure/identity';

/** One set of management clients per subscription, on one credential. Created by the first activity that needs it. */
export interface AzureClients {
  readonly endpoint: string;
  network(subscriptionId: string): Promise<NetworkManagementClient>;
  compute(subscriptionId: string): Promise<ComputeManagementClient>;
}

export interface AzureClientOptions {
  /** Origin of Azure Resource Manager, `https://management.azure.com` in the public cloud. */
  endpoint: string;
}

/**
 * The SDKs are imported on first use: a worker that only answers HTTP never pays for them. Their own retries are off,
 * since the ensure driver is the only retry and starts every attempt with a read.
 */
export function createAzureClients({ endpoint }: AzureClientOptions): AzureClients {
  const options = { endpoint, retryOptions: { maxRetries: 0 } };
  let credential: Promise<TokenCredential> | undefined;
  const getCredential = () =>
    (credential ??= import('@azure/identity').then(
      ({ DefaultAzureCredential }) => new DefaultAzureCredential(),
    ));
  return {
    endpoint,
    network: perSubscription(async (subscriptionId) => {
      const { NetworkManagementClient } = await import('@azure/arm-network');
      return new NetworkManagementClient(await getCredential(), subscriptionId, options);
    }),
    compute: perSubscription(async (subscriptionId) => {
      const { ComputeManagementClient } = await import('@azure/arm-compute');
      return new ComputeManagementClient(await getCredential(), subscriptionId, options);
    }),
  };
}

function perSubscription<T>(
  create: (subscriptionId: string) => Promise<T>,
): (subscriptionId: string) => Promise<T> {
  const clients = new Map<string, Promise<T>>();
  return (subscriptionId) => {
    const existing = clients.get(subscriptionId);
    if (existing) return existing;
    const client = create(subscriptionId);
    clients.set(subscriptionId, client);
    client.catch(() => clients.delete(subscriptionId));
    return client;
  };
}

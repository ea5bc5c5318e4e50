import type { ComputeManagementClient } from '@azure/arm-compute';
import type { NetworkManagementClient } from '@azure/arm-network';
import type { Pipeline } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import type { SecretClient } from '@azure/keyvault-secrets';
import { traceRequests } from './tracing';

/** One set of management clients per subscription, on one credential. Created by the first activity that needs it. */
export interface AzureClients {
  readonly endpoint: string;
  network(subscriptionId: string): Promise<NetworkManagementClient>;
  compute(subscriptionId: string): Promise<ComputeManagementClient>;
  /** Secrets of a Key Vault, by the vault's name. */
  secrets(vault: string): Promise<SecretClient>;
}

export interface AzureClientOptions {
  /** Origin of Azure Resource Manager, `https://management.azure.com` in the public cloud. */
  endpoint: string;
  /** URL of a Key Vault with `{vault}` for its name. */
  vaultUrl: string;
}

/**
 * The SDKs are imported on first use: a worker that only answers HTTP never pays for them. Their own retries are off,
 * since the ensure driver is the only retry and starts every attempt with a read.
 */
export function createAzureClients({ endpoint, vaultUrl }: AzureClientOptions): AzureClients {
  const options = { endpoint, retryOptions: { maxRetries: 0 } };
  let credential: Promise<TokenCredential> | undefined;
  const getCredential = () =>
    (credential ??= import('@azure/identity').then(
      ({ DefaultAzureCredential }) => new DefaultAzureCredential(),
    ));
  return {
    endpoint,
    network: oncePerKey(async (subscriptionId) => {
      const { NetworkManagementClient } = await import('@azure/arm-network');
      return tracedClient(new NetworkManagementClient(await getCredential(), subscriptionId, options));
    }),
    compute: oncePerKey(async (subscriptionId) => {
      const { ComputeManagementClient } = await import('@azure/arm-compute');
      return tracedClient(new ComputeManagementClient(await getCredential(), subscriptionId, options));
    }),
    secrets: oncePerKey(async (vault) => {
      const { SecretClient } = await import('@azure/keyvault-secrets');
      const url = vaultUrl.replace('{vault}', vault);
      return new SecretClient(url, await getCredential(), {
        retryOptions: { maxRetries: 0 },
        // The client compares the vault's domain with that of the token it is asked for; an address has no domain.
        disableChallengeResourceVerification: /^[\d.]+$/.test(new URL(url).hostname),
      });
    }),
  };
}

function tracedClient<T extends { pipeline: Pipeline }>(client: T): T {
  traceRequests(client.pipeline);
  return client;
}

/** One for each key; a failure is not kept. */
function oncePerKey<T>(create: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const clients = new Map<string, Promise<T>>();
  return (key) => {
    const existing = clients.get(key);
    if (existing) return existing;
    const client = create(key);
    clients.set(key, client);
    client.catch(() => clients.delete(key));
    return client;
  };
}

import { ComputeManagementClient } from '@azure/arm-compute';
import { NetworkManagementClient } from '@azure/arm-network';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { DefaultAzureCredential } from '@azure/identity';
import { startAzure } from '../../../local/azure/start';
import type { AzureOptions, RunningAzure } from '../../../local/azure/start';
import { plainGuest } from '../../unit/azure/support';

export interface Connected {
  azure: RunningAzure;
  network: NetworkManagementClient;
  compute: ComputeManagementClient;
  admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/**
 * The simulated Azure with the public clients of the resource providers, logged in as an App Service app would be.
 * Simulated time leaps ahead after every write, so that the first poll finds the operation over.
 */
export async function connect(options: AzureOptions = {}, leapSeconds = 600): Promise<Connected> {
  const azure = await startAzure({ guest: plainGuest, throttling: false, ...options });
  const { info } = azure;
  process.env.IDENTITY_ENDPOINT = info.tokenEndpoint;
  process.env.IDENTITY_HEADER = 'any';
  const credential = new DefaultAzureCredential();
  const leap: PipelinePolicy = {
    name: 'leap',
    sendRequest: async (request, next) => {
      const response = await next(request);
      if (request.method !== 'GET') azure.clock.change({ advanceBy: leapSeconds * 1000 });
      return response;
    },
  };
  const clientOptions = {
    endpoint: info.endpoint,
    tlsOptions: { ca: azure.ca },
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: leap, position: 'perCall' as const }],
  };
  return {
    azure,
    network: new NetworkManagementClient(credential, info.subscriptionId, clientOptions),
    compute: new ComputeManagementClient(credential, info.subscriptionId, clientOptions),
    admin: async (method, path, body) => {
      const response = await fetch(`${info.adminEndpoint}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await response.json()) as Record<string, unknown>;
    },
    stop: () => azure.stop(),
  };
}

/** Plants a resource group: its client is none of those that the app uses. */
export function addGroup({ azure }: Connected, name: string, location: string): void {
  azure.cloud.store.put({
    id: `/subscriptions/${azure.info.subscriptionId}/resourceGroups/${name}`,
    name,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    properties: { provisioningState: 'Succeeded' },
  });
}

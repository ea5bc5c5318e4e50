import { Child } from './child';
import { builtEntry } from './layout';

/** What the simulated Azure prints first: where it listens. */
export interface AzureEndpoints {
  /** https://127.0.0.1:P, Azure Resource Manager. */
  endpoint: string;
  /** Of Key Vaults, with `{vault}` for the name of one. */
  vaultUrl: string;
  /** Certificate to trust, PEM. */
  caFile: string;
  tokenEndpoint: string;
  adminEndpoint: string;
  subscriptionId: string;
}

export interface AzureOptions {
  /** Rate of the simulated clock against real time, or `max` to jump over every wait. */
  speed: number | 'max';
  seed?: number;
  port?: number;
}

/** Starts the simulated Azure; everything it knows is gone when it ends. */
export async function startAzure(
  options: AzureOptions,
  folder: string,
  logFile: string,
): Promise<AzureEndpoints & { child: Child }> {
  const child = new Child({
    name: 'simulated Azure',
    module: builtEntry('azure'),
    args: [
      ...['--port', String(options.port ?? 0), '--speed', String(options.speed), '--data', folder],
      ...(options.seed === undefined ? [] : ['--seed', String(options.seed)]),
    ],
    logFile,
  });
  const endpoints = await child.line((line) =>
    line.startsWith('{') ? (JSON.parse(line) as AzureEndpoints) : undefined,
  );
  return { ...endpoints, child };
}

/** The app's managed identity, as the simulated Azure knows it. */
export const appIdentity = 'nested-hosts';

/** Settings that point the app's unchanged credential chain and clients at the simulated Azure. */
export function azureSettings(azure: AzureEndpoints): Record<string, string> {
  return {
    ARM_ENDPOINT: azure.endpoint,
    KEY_VAULT_URL: azure.vaultUrl,
    NODE_EXTRA_CA_CERTS: azure.caFile,
    IDENTITY_ENDPOINT: azure.tokenEndpoint,
    IDENTITY_HEADER: appIdentity,
  };
}

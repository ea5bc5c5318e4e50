import { SecretClient } from '@azure/keyvault-secrets';
import { readFileSync } from 'node:fs';
import type { System } from '../../local/launch/system';

/** A Key Vault of the simulated Azure, as its operator uses it. */
export function vaultOf({ azure }: System, name: string): SecretClient {
  const getToken = async () => {
    const url = `${azure.tokenEndpoint}?resource=https://vault.azure.net&api-version=2019-08-01`;
    const answer = await fetch(url, { headers: { 'x-identity-header': 'operator' } });
    const { access_token: token, expires_on: expires } = (await answer.json()) as Record<string, string>;
    return { token: token ?? '', expiresOnTimestamp: Number(expires) * 1_000 };
  };
  return new SecretClient(
    azure.vaultUrl.replace('{vault}', name),
    { getToken },
    {
      disableChallengeResourceVerification: true,
      tlsOptions: { ca: readFileSync(azure.caFile, 'utf8') },
    },
  );
}

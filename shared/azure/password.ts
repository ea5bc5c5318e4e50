import { createHash, randomBytes } from 'node:crypto';
import type { AzureClients } from './clients';
import { tagNames, type HostLayout } from './layout';
import { failed } from './outcome';
import { AzureFailure, read } from './send';

/** `https://<vault>.vault.azure.net/secrets/<name>[/<version>]`, in any cloud. */
export const secretIdPattern =
  /^https:\/\/([a-z0-9-]{3,24})\.vault\.[a-z0-9.]+\/secrets\/([a-z0-9-]{1,127})(?:\/([0-9a-f]{32}))?$/i;

export interface SecretName {
  vault: string;
  name: string;
  version?: string;
}

export function parseSecretId(id: string): SecretName | undefined {
  const [, vault, name, version] = secretIdPattern.exec(id) ?? [];
  if (vault === undefined || name === undefined) return undefined;
  return { vault: vault.toLowerCase(), name, ...(version === undefined ? {} : { version }) };
}

/** Readable, and unique although names may hold hyphens themselves. */
export function passwordSecretName(owner: { installation: string; network: string; host: string }): string {
  const { installation, network, host } = owner;
  const digest = createHash('sha256')
    .update(JSON.stringify([installation, network, host]))
    .digest('hex');
  return `${network}-${host}-${digest.slice(0, 8)}`;
}

/**
 * The administrator's password of a VM that is about to be created: the secret that the request names; else the host's own
 * secret in the network's vault, made if it is absent, so that every later run finds the same one; else one that nobody
 * keeps. Throws AzureFailure. What it returns goes into the request body and nowhere else.
 */
export async function adminPassword(clients: AzureClients, layout: HostLayout): Promise<string> {
  const { adminPassword: reference, passwordVault } = layout.spec;
  if (reference) return namedPassword(clients, reference.secretId);
  if (passwordVault === undefined) return generatePassword();
  const { network, host, tags } = layout;
  const name = passwordSecretName({ installation: tags[tagNames.installation] ?? '', network, host });
  const existing = await readSecret(clients, { vault: passwordVault, name });
  if (existing !== undefined) return existing;
  const password = generatePassword();
  const vault = await clients.secrets(passwordVault);
  await read((options) =>
    vault.setSecret(name, password, { ...options, tags: vaultTags(tags), contentType: 'text/plain' }),
  );
  // Where two runs found nothing at the same time, the later version is the one that everybody will read.
  return (await readSecret(clients, { vault: passwordVault, name })) ?? password;
}

async function namedPassword(clients: AzureClients, secretId: string): Promise<string> {
  const secret = parseSecretId(secretId);
  const value = secret && (await readSecret(clients, secret));
  if (value !== undefined) return value;
  throw new AzureFailure(
    failed('invalid', 'PasswordSecretNotFound', `There is no secret ${secretId}. Name one that exists.`),
  );
}

async function readSecret(clients: AzureClients, { vault, name, version }: SecretName) {
  const client = await clients.secrets(vault);
  const secret = await read((options) =>
    client.getSecret(name, { ...options, ...(version === undefined ? {} : { version }) }),
  );
  return secret?.value;
}

/** A vault takes 15 tags on a secret; the app's own say whose it is. */
function vaultTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => name.startsWith('nested-hosts-')));
}

/** Meets Windows' complexity rules: four character classes. */
function generatePassword(): string {
  return `Aa1!${randomBytes(24).toString('base64url')}`;
}

import { z } from 'zod';
import { signingSecret } from './sign';
import { hostPattern, type CallbackRules } from './target';

export interface CallbackSettings extends CallbackRules {
  /** All of them sign. Empty while a Key Vault reference is not resolved: nothing is sent then. */
  secrets: string[];
}

const split = (line: string) => line.split(/[\s,]+/).filter(Boolean);

const hosts = z
  .string()
  .default('')
  .transform((line) => split(line.toLowerCase()))
  .pipe(z.array(z.string().regex(hostPattern, 'Name hosts as name, *.domain or name:port.')));

/** What the platform leaves in place of a secret that it could not fetch. */
export const unresolvedReference = /^@Microsoft\.KeyVault\(/i;

/** App settings about callbacks, and what tells a developer's machine from production. */
export const callbackEnvironment = {
  CALLBACK_HOSTS: hosts,
  CALLBACK_SECRETS: z
    .string()
    .default('')
    .transform((line) => (unresolvedReference.test(line) ? [] : split(line)))
    .pipe(
      z
        .array(z.string().regex(signingSecret, 'A secret is whsec_ and 24 to 64 random bytes in base64.'))
        .max(5),
    ),
  CALLBACK_PRIVATE_HOSTS: hosts,
  AZURE_FUNCTIONS_ENVIRONMENT: z.string().optional(),
  WEBSITE_INSTANCE_ID: z.string().optional(),
};

type Values = z.infer<z.ZodObject<typeof callbackEnvironment>>;

/** Core Tools calls a developer's machine so; App Service names its instances. */
export function privateHostsAllowed(env: Values): boolean {
  const development =
    env.AZURE_FUNCTIONS_ENVIRONMENT === 'Development' && env.WEBSITE_INSTANCE_ID === undefined;
  return development || env.CALLBACK_PRIVATE_HOSTS.length === 0;
}

export const privateHostsRefusal = {
  path: ['CALLBACK_PRIVATE_HOSTS'],
  message: 'Private addresses are called in development only (AZURE_FUNCTIONS_ENVIRONMENT).',
};

export const callbackSettings = (values: Values): CallbackSettings => ({
  hosts: values.CALLBACK_HOSTS,
  privateHosts: values.CALLBACK_PRIVATE_HOSTS,
  secrets: values.CALLBACK_SECRETS,
});

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError, exitCodes } from './errors';

/** How the API is reached. */
export interface Settings {
  /** Origin of the app, or anything down to `/api/v1`. */
  url: string;
  /** Function key. */
  key?: string;
  /** Access token, where the app is set to Entra ID. */
  token?: string;
}

export interface Flags {
  url?: string;
  key?: string;
  token?: string;
  config?: string;
}

/** Flags before environment before file. Throws the CliError that says what is missing. */
export function readSettings(flags: Flags, env: NodeJS.ProcessEnv): Settings {
  const file = readConfig(flags.config ?? env['NESTED_HOSTS_CONFIG'], env);
  const url = flags.url ?? (env['NESTED_HOSTS_URL'] || undefined) ?? file.url;
  const key = flags.key ?? env['NESTED_HOSTS_KEY'] ?? file.key;
  const token = flags.token ?? env['NESTED_HOSTS_TOKEN'] ?? file.token;
  if (url === undefined) {
    throw new CliError(
      'Where is the app? Give --url, set NESTED_HOSTS_URL, or write {"url": "https://...", "key": "..."} to ' +
        `${defaultConfig(env)}.`,
      exitCodes.invalid,
    );
  }
  if (!URL.canParse(url)) throw new CliError(`${url} is not a URL.`, exitCodes.invalid);
  return {
    url: `${url.replace(/\/+$/, '').replace(/\/api(\/v1)?$/, '')}/api/v1`,
    ...(key === undefined ? {} : { key }),
    ...(token === undefined ? {} : { token }),
  };
}

const defaultConfig = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'nested-hosts', 'config.json');

/** A file that was asked for must be there; the usual one may be. */
function readConfig(asked: string | undefined, env: NodeJS.ProcessEnv): Partial<Settings> {
  const path = asked ?? defaultConfig(env);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (asked === undefined) return {};
    throw new CliError(`${path} cannot be read: ${(error as Error).message}`, exitCodes.invalid);
  }
  try {
    const { url, key, token } = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries({ url, key, token }).filter(([, value]) => typeof value === 'string'),
    );
  } catch {
    throw new CliError(`${path} is not JSON.`, exitCodes.invalid);
  }
}

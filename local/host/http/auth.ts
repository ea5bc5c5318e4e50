import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { textOption, type AppFunction } from '../appFunction';

/**
 * The one key of this host, function key and master key at once: FUNCTION_KEY if set, else the key kept in the data
 * folder, else a new random one, which is kept there.
 */
export function functionKey(dataFolder: string, configured: string | undefined): string {
  if (configured) return configured;
  const file = path.join(dataFolder, 'function-key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = randomBytes(32).toString('base64url');
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}

/** The key a request presents: header x-functions-key, else query parameter code. */
export function presentedKey(headers: Record<string, string>, query: URLSearchParams): string | undefined {
  return headers['x-functions-key'] ?? query.get('code') ?? undefined;
}

/** Compares without telling by its duration how much of the key was right. */
export function keyMatches(key: string, presented: string | undefined): boolean {
  if (presented === undefined) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(key), digest(presented));
}

/** Whether calling this function takes a key: its authLevel, `function` when it states none. */
export function needsKey(fn: AppFunction): boolean {
  return (textOption(fn.trigger, 'authLevel') ?? 'function').toLowerCase() !== 'anonymous';
}

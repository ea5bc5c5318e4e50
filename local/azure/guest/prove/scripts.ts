import { createHash } from 'node:crypto';
import proveScripts from './prove-scripts.json';

const known = new Map<string, string>(Object.entries(proveScripts));

/** The name of a script that only a prove run sends, by its SHA-256; undefined for any other. */
export function proveScript(text: string): string | undefined {
  return known.get(createHash('sha256').update(text, 'utf8').digest('hex'));
}

/** A script's parameter, base64 of JSON; empty if it is none. */
export function wishOf(encoded: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(encoded ?? '', 'base64').toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export const resultLine = (result: unknown): string =>
  `##prove-begin##${JSON.stringify(result)}##prove-end##\n`;

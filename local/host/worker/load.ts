import { globSync, readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

interface PackageJson {
  main?: string;
  type?: string;
}

/**
 * Entry files of a function app: `main` of its package.json, a path or a glob, in sorted order.
 * Throws when there is no package.json, no `main`, or no file it names.
 */
export function entryFiles(scriptRoot: string): string[] {
  const manifest = path.join(scriptRoot, 'package.json');
  if (!existsSync(manifest)) throw new Error(`No package.json in "${scriptRoot}".`);
  const { main } = JSON.parse(readFileSync(manifest, 'utf8')) as PackageJson;
  if (!main)
    throw new Error(`package.json in "${scriptRoot}" has no "main": the entry point of the function app.`);
  const files = /[*?[\]{}!]/.test(main)
    ? globSync(main.replaceAll('\\', '/'), { cwd: scriptRoot }).sort()
    : [main].filter((file) => existsSync(path.join(scriptRoot, file)));
  if (files.length === 0)
    throw new Error(`Found zero files matching the "main" field of package.json: "${main}".`);
  return files.map((file) => path.join(scriptRoot, file));
}

/** Loads one entry file as Node itself would: ES module or CommonJS by extension and nearest package type. */
export async function loadEntry(scriptRoot: string, file: string): Promise<void> {
  const { type } = JSON.parse(readFileSync(path.join(scriptRoot, 'package.json'), 'utf8')) as PackageJson;
  const esModule = file.endsWith('.mjs') || (file.endsWith('.js') && type === 'module');
  if (esModule) await import(pathToFileURL(file).href);
  else createRequire(path.join(scriptRoot, 'package.json'))(file);
}

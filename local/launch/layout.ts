import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Root of the checkout, seen from the sources as well as from the bundle. */
export function projectRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) throw new Error(`No package.json above ${__dirname}.`);
  }
}

/** Entry point of one built process, for example `azure` for the simulated Azure. */
export function builtEntry(name: 'azure' | 'func' | 'demo' | 'start'): string {
  const file = join(projectRoot(), 'dist', 'local', `${name}.js`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run "npm run build" first.`);
  return file;
}

/** Folder of the built function app. */
export function builtApp(): string {
  return join(projectRoot(), 'dist', 'app');
}

// Builds the deployable app (dist/app) and the embedded runtime (dist/local).
import { createRequire } from 'node:module';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const { name, version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  sourcemap: true,
  logLevel: 'warning',
  loader: { '.ps1': 'text', '.sh': 'text', '.py': 'text' },
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist/app/docs', { recursive: true });

await Promise.all([
  build({
    ...common,
    entryPoints: { index: 'functions/index.ts' },
    outdir: 'dist/app',
    // Provided by the Functions worker at run time.
    external: ['@azure/functions-core'],
    // @azure/storage-common calls createRequire(import.meta.url), which a CommonJS bundle leaves empty.
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  }),
  build({
    ...common,
    entryPoints: {
      start: 'local/cli/start.ts',
      demo: 'local/cli/demo.ts',
      func: 'local/cli/func.ts',
      azure: 'local/cli/azure.ts',
      bench: 'bench/main.ts',
      prove: 'local/cli/prove.ts',
      worker: 'local/host/worker/main.ts',
    },
    outdir: 'dist/local',
    packages: 'external',
  }),
  build({
    ...common,
    entryPoints: { 'nested-hosts': 'cli/main.ts' },
    outdir: 'dist/cli',
    banner: { js: '#!/usr/bin/env node' },
    define: { packageVersion: JSON.stringify(version) },
  }),
  writeGuestScripts(),
  copyFile('host.json', 'dist/app/host.json'),
  ...['swagger-ui-bundle.js', 'swagger-ui.css'].map((file) =>
    copyFile(`node_modules/swagger-ui-dist/${file}`, `dist/app/docs/${file}`),
  ),
  ...['dashboard.html', 'dashboard.js'].map((file) =>
    copyFile(`functions/pages/${file}`, `dist/app/docs/${file}`),
  ),
  writeFile(
    'dist/app/package.json',
    JSON.stringify(
      {
        name,
        version,
        main: 'index.js',
        dependencies: { '@azure/functions': dependencies['@azure/functions'] },
      },
      null,
      2,
    ),
  ),
]);

/** The whole script of each guest phase, for those who read it or run it by hand. */
async function writeGuestScripts() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['shared/guest/index.ts'],
    sourcemap: false,
    write: false,
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  const { guestPhases, scriptOf } = module.exports;
  await mkdir('dist/guest', { recursive: true });
  for (const phase of guestPhases) await writeFile(`dist/guest/${phase}.ps1`, scriptOf(phase));
}

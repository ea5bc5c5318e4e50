import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { ended, order, startSystem, type Running } from './harness';

jest.setTimeout(180_000);

let running: Running | undefined;
const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-package-'));
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Packs as a delivery does and unpacks far from the checkout, so that nothing but the package is found. */
function unpacked(): { names: string[]; app: string } {
  execFileSync(process.execPath, ['infra/package.mjs']);
  const zip = readFileSync('dist/nested-hosts.zip');
  execFileSync(process.execPath, ['infra/package.mjs']);
  expect(readFileSync('dist/nested-hosts.zip').equals(zip)).toBe(true);
  const files = Object.entries(unzipSync(zip));
  const app = join(folder, 'app', 'wwwroot');
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(app, name)), { recursive: true });
    writeFileSync(join(app, name), bytes);
  }
  return { names: files.map(([name]) => name).sort(), app };
}

it('the package that would be uploaded is whole: it runs by itself, is ready, and provisions a host', async () => {
  const { names, app } = unpacked();
  expect(names).toEqual([
    'docs/dashboard.html',
    'docs/dashboard.js',
    'docs/swagger-ui-bundle.js',
    'docs/swagger-ui.css',
    'host.json',
    'index.js',
    'index.js.map',
    'package.json',
  ]);
  running = await startSystem({}, 1, {}, app);
  const { system } = running;
  expect((await system.app.send('GET', '/health/ready')).status).toBe(200);
  expect(await ended(system, await order(system, 'hv-01'))).toMatchObject({ status: 'succeeded' });
});

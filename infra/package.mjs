// Packs the built app exactly as it is uploaded: dist/nested-hosts.zip. The same build gives the same bytes.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';

const app = 'dist/app';
const packed = 'dist/nested-hosts.zip';
// A zip holds local times from 1980 on; a fixed one keeps the bytes the same.
const mtime = new Date(2000, 0, 1);

const files = readdirSync(app, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(app.length + 1))
  .sort();
const zip = zipSync(
  Object.fromEntries(files.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(app, name))])),
  { mtime, level: 9 },
);
writeFileSync(packed, zip);
const digest = createHash('sha256').update(zip).digest('hex');
console.log(`${packed}: ${files.length} files, ${Math.round(zip.length / 1024)} KiB, sha256 ${digest}`);

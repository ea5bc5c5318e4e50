// Compiles, lints and checks the format of the templates; anything that the compiler says is a failure.
// `--out DIR` keeps the compiled templates. Without a compiler it passes and says so, except where CI=true.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const folder = dirname(fileURLToPath(import.meta.url));
const { out } = parseArgs({ options: { out: { type: 'string' } } }).values;

const compiler = findCompiler();
if (compiler === undefined) {
  const hint =
    'No Bicep compiler: put bicep on the path, install the Azure CLI, or run infra/compiler/fetch.sh.';
  console.error(hint);
  process.exit(process.env.CI === 'true' ? 1 : 0);
}

const names = readdirSync(folder, { recursive: true })
  .filter((name) => /\.bicep(param)?$/.test(name))
  .sort();
const failures = [];
for (const name of ['main.bicep', ...names.filter((one) => one.endsWith('.bicepparam'))]) compiled(name);
// The Azure CLI's front end takes one file at a time: there the format is left to others.
if (compiler.length === 1) failures.push(...unformatted());
for (const failure of failures) console.error(failure);
console.log(
  failures.length === 0 ? `Templates: ${names.length} files, nothing to remark.` : 'Templates: see above.',
);
process.exit(failures.length === 0 ? 0 : 1);

/** Program and first arguments; undefined if there is none. */
function findCompiler() {
  const packages = join(folder, 'compiler/bin/azure.bicep.commandline.linux-x64');
  const fetched = existsSync(packages)
    ? readdirSync(packages).map((version) => [join(packages, version, 'tools/bicep')])
    : [];
  const candidates = [['bicep'], ...fetched, ['az', 'bicep']];
  return candidates.find(([program, ...args]) => {
    const { status } = spawnSync(program, [...args, args.length > 0 ? 'version' : '--version']);
    return status === 0;
  });
}

/** What a parameter file does not compile without, where nobody set it: compiling is all that is asked here. */
function standIns(name) {
  const text = readFileSync(join(folder, name), 'utf8');
  const demanded = [...text.matchAll(/fail\('Set (\w+)\.'\)/g)].map(([, variable]) => variable);
  return Object.fromEntries(
    demanded.filter((variable) => !process.env[variable]).map((variable) => [variable, 'stand-in']),
  );
}

function run(...args) {
  const [program, ...first] = compiler;
  // The two front ends differ in how they take the file's name.
  const named = first.length > 0 ? [args[0], '--file', ...args.slice(1)] : args;
  return spawnSync(program, [...first, ...named], {
    cwd: folder,
    env: { ...process.env, ...standIns(args[1]) },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
}

function compiled(name) {
  const { stdout, stderr, status } = run(name.endsWith('param') ? 'build-params' : 'build', name, '--stdout');
  if (status !== 0 || stderr.trim() !== '') failures.push(stderr.trim() || `${name}: not compiled.`);
  if (out === undefined || status !== 0) return;
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, `${name}.json`), stdout);
}

/** Files that a formatted copy differs from. */
function unformatted() {
  const copy = mkdtempSync(join(tmpdir(), 'nested-hosts-bicep-'));
  try {
    for (const name of names) cpSync(join(folder, name), join(copy, name));
    spawnSync(compiler[0], ['format', '--pattern', '**/*.bicep*'], { cwd: copy });
    const text = (where, name) => readFileSync(join(where, name), 'utf8');
    return names
      .filter((name) => text(copy, name) !== text(folder, name))
      .map((name) => `${name}: not formatted; run bicep format.`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

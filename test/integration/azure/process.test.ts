import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type { AzureInfo } from '../../../local/azure/start';

let folder: string;
let entry: string;

beforeAll(async () => {
  // Inside of the repository, so that packages are found.
  folder = await mkdtemp(join(process.cwd(), 'node_modules', '.azure-test-'));
  entry = join(folder, 'azure.js');
  await build({
    entryPoints: ['local/cli/azure.ts'],
    outfile: entry,
    bundle: true,
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(args: string[]): Promise<{ child: ChildProcess; info: AzureInfo }> {
  const child = fork(entry, ['--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NESTED_HOSTS_PARENT: 'ipc' },
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [line] = (await once(lines, 'line')) as [string];
  return { child, info: JSON.parse(line) as AzureInfo };
}

/** A client in a process of its own that trusts the CA file and logs in as the app does. */
const client = `
  const { DefaultAzureCredential } = require('@azure/identity');
  const { NetworkManagementClient } = require('@azure/arm-network');
  const network = new NetworkManagementClient(new DefaultAzureCredential(), process.env.SUBSCRIPTION,
    { endpoint: process.env.ARM_ENDPOINT });
  network.virtualNetworks.get('none', 'none').catch((error) => { console.log(error.code); process.exit(0); });
`;

it('is found by an unchanged client through its environment alone', async () => {
  const { child, info } = await run(['--speed', '100']);
  const asking = fork('-', [], {
    execArgv: ['-e', client],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      ...process.env,
      ARM_ENDPOINT: info.endpoint,
      NODE_EXTRA_CA_CERTS: info.caFile,
      IDENTITY_ENDPOINT: info.tokenEndpoint,
      IDENTITY_HEADER: 'any',
      SUBSCRIPTION: info.subscriptionId,
    },
  });
  const [line] = (await once(createInterface({ input: asking.stdout ?? process.stdin }), 'line')) as [string];
  expect(line).toBe('ResourceGroupNotFound');
  child.kill('SIGTERM');
  await once(child, 'exit');
});

it.each([
  ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
  ['SIGINT', (child: ChildProcess) => child.kill('SIGINT')],
  ['the end of its parent', (child: ChildProcess) => child.disconnect()],
])('ends on %s and takes its temporary folder along', async (_what, end) => {
  const { child, info } = await run(['--speed', 'max']);
  expect(existsSync(info.caFile)).toBe(true);
  end(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(existsSync(info.caFile)).toBe(false);
});

it('leaves its certificate in a folder that it was given', async () => {
  const { child, info } = await run(['--data', join(folder, 'data')]);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(existsSync(info.caFile)).toBe(true);
});

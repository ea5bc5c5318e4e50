import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppClient } from '../../local/launch/appClient';
import { azureSettings, startAzure, type AzureEndpoints } from '../../local/launch/azure';
import type { Child } from '../../local/launch/child';
import { builtEntry } from '../../local/launch/layout';
import { until } from '../../local/launch/until';

jest.setTimeout(120_000);

let folder: string;
let azure: AzureEndpoints & { child: Child };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'azure-mode-'));
  azure = await startAzure({ speed: 600 }, join(folder, 'azure'), join(folder, 'azure.log'));
});
afterAll(async () => {
  await azure.child.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** `npm start -- --azure`, where the environment leads to the simulated Azure as it would lead to the real one. */
async function start(data: string) {
  const child = spawn(process.execPath, [builtEntry('start'), '--azure', '--port', '0', '--data', data], {
    env: { ...process.env, ...azureSettings(azure) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (text += chunk.toString('utf8')));
  await Promise.race([
    until(() => Promise.resolve(text.includes('/health/ready\n') || undefined), { what: 'readiness' }),
    exited.then((code) => Promise.reject(new Error(`It ended with ${code}: ${text}`))),
  ]);
  const url = /HTTP API +(http:\/\/[^/]+)/.exec(text)?.[1] ?? '';
  const functionKey = /function key +(\S+)/.exec(text)?.[1] ?? '';
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    return await exited;
  };
  return { app: new AppClient(() => ({ url, functionKey })), stop };
}

describe('npm start -- --azure', () => {
  it('runs the app on the Azure that the environment leads to, and remembers it at the next start', async () => {
    const data = join(folder, 'records');
    const first = await start(data);
    const put = await first.app.send('PUT', '/networks/real', {
      ...{ subscriptionId: azure.subscriptionId, resourceGroup: 'absent', location: 'westeurope' },
      virtualNetwork: { name: 'Real', create: true, addressSpaces: ['10.0.0.0/22'] },
      natSubnet: { name: 'NAT', prefix: '10.0.0.0/24', create: true },
      lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.0.1.0/24', create: true },
      ghosted: { pools: ['10.0.2.0/24'] },
    });
    // It is that Azure which says that there is no such resource group.
    const failure = put.status === 202 ? undefined : JSON.stringify(put.body);
    const known = await until(
      async () => {
        const { body } = await first.app.send<{ failure?: { code: string } }[]>('GET', '/operations');
        return JSON.stringify(body).includes('ResourceGroupNotFound') ? body : undefined;
      },
      { what: `the answer of Azure ${failure ?? ''}`, limit: 60_000 },
    );
    expect(await first.stop()).toBe(0);

    const second = await start(data);
    expect(await second.app.get('/operations')).toEqual(known);
    expect(await second.stop()).toBe(0);
  });

  it.each([
    ['without a folder for its records', ['--azure'], /Usage: npm start/],
    ['at another speed than that of time', ['--azure', '--data', 'x', '--speed', '2'], /Usage: npm start/],
  ])('does not start %s', async (_case, args, why) => {
    expect(await refusal(args)).toMatch(why);
  });

  it('does not start in a folder that holds anything else', async () => {
    const other = mkdtempSync(join(folder, 'other-'));
    writeFileSync(join(other, 'file'), '');
    expect(await refusal(['--azure', '--data', other])).toMatch(/holds no records of a real Azure/);
  });
});

async function refusal(args: string[]): Promise<string> {
  const child = spawn(process.execPath, [builtEntry('start'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => void (text += chunk.toString('utf8')));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(1);
  return text;
}

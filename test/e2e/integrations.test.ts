import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { OperationView } from '../../local/launch/appClient';
import { startSystem, type Running } from './harness';

jest.setTimeout(240_000);

const folder = join(__dirname, '../../docs/integrations');
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('examples for other systems', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startSystem();
  });
  afterAll(async () => await running?.stop());

  /** Runs a script as its text says; gives exit code and output. */
  const run = (program: string, file: string, args: string[]): Promise<{ code: number; output: string }> => {
    const { url, functionKey } = running.system.host;
    const env = {
      ...process.env,
      NESTED_HOSTS_URL: `${url}/api/v1`,
      NESTED_HOSTS_KEY: functionKey,
      NESTED_HOSTS_INTERVAL: '0.3',
    };
    return new Promise((resolve) => {
      execFile(program, [join(folder, file), ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });
  };

  it.each([
    ['sh', 'order.sh', 'hv-01'],
    ...(hasPython ? [['python3', 'order.py', 'hv-02'] as const] : []),
  ] as const)('%s %s orders a host once, and tells how it went', async (program, file, host) => {
    const order = (...args: string[]) => run(program, file, args);
    const first = await order('nested-fun', host, 'RITM1');
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining(host) as string });
    expect(await order('nested-fun', host, 'RITM1')).toMatchObject({ code: 0 });
    const other = await order('nested-fun', host, 'RITM2');
    expect(other).toMatchObject({ code: 0, output: expect.stringContaining('already') as string });
    const { body } = await running.system.app.send<OperationView[]>('GET', `/operations?host=${host}`);
    expect(body.map(({ status }) => status)).toEqual(['succeeded']);

    const refused = await order('nested-fun', 'not_a_name', 'RITM3');
    expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('host name') as string });
    const fault = { kind: 'status', status: 403, code: 'AuthorizationFailed', message: 'No.' } as const;
    await running.system.admin.addFault({
      match: { method: 'PUT', path: `/virtualMachines/${host}-x` },
      effect: fault,
      times: 9,
    });
    expect(await order('nested-fun', `${host}-x`, 'RITM4')).toMatchObject({ code: 1 });
  });
});

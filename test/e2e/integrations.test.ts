import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import type { OperationView } from '../../local/launch/appClient';
import { startSystem, type Running } from './harness';

jest.setTimeout(240_000);

const folder = join(__dirname, '../../docs/integrations');
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
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

  /** Sends the order twice, as a rule that fires twice would. */
  async function orderTwice(body: string, key: string): Promise<OperationView & { ticket?: string }> {
    const send = () =>
      running.system.app.send<OperationView>('POST', '/hosts', body, { 'idempotency-key': key });
    const [first, second] = [await send(), await send()];
    expect({ first: first.status, second: second.status }).toEqual({ first: 202, second: 202 });
    expect(second.body.id).toBe(first.body.id);
    return first.body;
  }

  it('the script for ServiceNow orders what the item asks for', async () => {
    const sent: { headers: Record<string, string>; body: string } = { headers: {}, body: '' };
    const answers = [
      { status: 202, body: '{"id":"abc"}' },
      { status: 409, body: '{"detail":"It is busy."}' },
    ];
    class RESTMessageV2 {
      setRequestHeader = (name: string, value: string) => (sent.headers[name.toLowerCase()] = value);
      setRequestBody = (body: string) => (sent.body = body);
      execute = () => {
        const { status = 0, body = '' } = answers.shift() ?? {};
        return { getStatusCode: () => status, getBody: () => body };
      };
    }
    const current = {
      variables: { network: 'nested-fun', host_name: 'HV-03' },
      ...{ number: 'RITM0010042', sys_id: '9d385017c611228701d22104cc95c371' },
      ...{ correlation_id: '', work_notes: '', update: jest.fn() },
    };
    const script = text('servicenow-order.js');
    runInNewContext(script, { current, sn_ws: { RESTMessageV2 } });
    expect(current).toMatchObject({
      correlation_id: 'abc',
      work_notes: expect.stringContaining('abc') as string,
    });
    const operation = await orderTwice(sent.body, sent.headers['idempotency-key'] ?? '');
    expect(operation).toMatchObject({ host: 'hv-03', ticket: 'RITM0010042' });
    runInNewContext(script, { current, sn_ws: { RESTMessageV2 } });
    expect(current.work_notes).toMatch(/refused.*It is busy\./);
    expect(current.update).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['jira-order.json', /\{\{issue\.(\w+)[^}]*\}\}/g, 'hv-04'],
    ['teams-order.json', /@\{body\('Ask_for_a_host'\)\?\['data'\]\?\['(\w+)'\]\}/g, 'hv-05'],
  ])('the body of %s is an order once its places are filled', async (file, place, host) => {
    const values: Record<string, string> = {
      network: 'nested-fun',
      host,
      hostname: host,
      ticket: 'OPS-7',
      key: 'OPS-7',
    };
    const body = text(file).replace(place, (_all, name: string) => values[name.toLowerCase()] ?? '?');
    expect(await orderTwice(body, `OPS-7/${host}`)).toMatchObject({ host, ticket: 'OPS-7' });
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Arm, ArmFailure } from '../../../local/prove/arm';
import { announcement, estimate } from '../../../local/prove/estimate';
import type { Target } from '../../../local/prove/target';

type Reply = [status: number, body?: unknown, headers?: Record<string, string>];

let server: Server;
let replies: Reply[];
let asked: string[];
let passed: number[];
let origin: string;

beforeEach(async () => {
  [replies, asked, passed] = [[], [], []];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.replace(/\?.*/, '')}`);
    const [status, body, headers = {}] = replies.shift() ?? [500];
    response.writeHead(status, headers).end(body === undefined ? '' : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

const target = (more: Partial<Target> = {}): Target => ({
  ...{ kind: 'azure', subscriptionId: 's', endpoint: origin, settings: {} },
  token: () => Promise.resolve('token'),
  now: () => Promise.resolve(0),
  pass: (seconds) => {
    passed.push(seconds);
    return Promise.resolve();
  },
  linger: () => Promise.resolve(),
  prices: () => Promise.reject(new Error('No network.')),
  broken: () => new Promise(() => undefined),
  stop: () => Promise.resolve(),
  ...more,
});
const arm = (): Arm => new Arm(target(), { endpoint: origin });
const id = '/subscriptions/s/resourceGroups/g';
const conflict: Reply = [409, { error: { code: 'AnotherOperationInProgress', message: 'Wait.' } }];

describe('a write', () => {
  it('is followed to its end and read back', async () => {
    const operation = { 'azure-asyncoperation': `${origin}/operation`, 'retry-after': '15' };
    replies = [
      [201, {}, operation],
      [200, { status: 'InProgress' }],
      [429],
      [200, { status: 'Succeeded' }],
      [200, { name: 'g', properties: { provisioningState: 'Succeeded' } }],
    ];
    expect(await arm().put(id, {})).toMatchObject({ name: 'g' });
    expect(asked).toEqual([`PUT ${id}`, 'GET /operation', 'GET /operation', 'GET /operation', `GET ${id}`]);
    expect(passed).toEqual([15, 15, 15]);
  });

  it('is sent again where Azure has no time, and fails with its code in the end', async () => {
    replies = [conflict, conflict, [200, {}], [200, {}]];
    await arm().put(id, {});
    expect(asked.filter((one) => one.startsWith('PUT'))).toHaveLength(3);
    replies = Array.from({ length: 5 }, () => conflict);
    await expect(arm().put(id, {})).rejects.toMatchObject({
      status: 409,
      code: 'AnotherOperationInProgress',
    });
  });

  it('that fails later fails with the code of the operation', async () => {
    replies = [
      [202, undefined, { location: `${origin}/result` }],
      [409, { Error: { Code: 'ResourceGroupDeletionBlocked', Message: 'Blocked.' } }],
    ];
    const failure = await arm()
      .delete(id)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ArmFailure);
    expect(failure).toMatchObject({ code: 'ResourceGroupDeletionBlocked' });
  });

  it('tells what came of it where that is a thing to read', async () => {
    const headers = { 'azure-asyncoperation': `${origin}/operation`, location: `${origin}/result` };
    replies = [
      [202, undefined, headers],
      [200, { status: 'Succeeded' }],
      [200, { value: [1] }],
    ];
    expect(await arm().post(`${id}/effectiveRouteTable`)).toEqual({ value: [1] });
  });
});

describe('the estimate', () => {
  const sku = (name: string) => ({ resourceType: 'virtualMachines', name, restrictions: [] });
  const skus: Reply = [200, { value: ['Standard_D2s_v5', 'Standard_D2s_v3', 'Standard_B1s'].map(sku) }];
  const price = (productName: string, retailPrice: number) => ({
    ...{ productName, retailPrice, currencyCode: 'USD', unitOfMeasure: '1 Hour', type: 'Consumption' },
    ...{ skuName: 'x', armSkuName: 'x' },
  });

  it('takes the cheapest size on offer and says what it costs and whose prices these are', async () => {
    replies = [skus];
    const priced = target({
      prices: (filter) =>
        Promise.resolve([
          price('Series Windows', filter.includes('D2s_v3') ? 0.15 : 0.2),
          price('Series', 0.01),
        ]),
    });
    const found = await estimate(priced, arm(), 'westeurope', {});
    expect(found).toMatchObject({ size: 'Standard_D2s_v3', probeSize: 'Standard_B1s', hostPrice: 0.15 });
    const text = announcement(found, 'nested-hosts-prove-1', 's', 'westeurope').join('\n');
    expect(text).toContain('About 0.32 USD for the machines in 2 hours.');
    expect(text).toContain('yours may differ');
  });

  it('does without prices and says why', async () => {
    replies = [skus];
    const found = await estimate(target(), arm(), 'westeurope', {});
    expect(found).toEqual({ size: 'Standard_D2s_v5', probeSize: 'Standard_B1s', unpriced: 'No network.' });
    expect(announcement(found, 'g', 's', 'westeurope').join('\n')).toContain('No estimate: No network.');
  });

  it('refuses a size that the region does not offer', async () => {
    replies = [skus];
    await expect(estimate(target(), arm(), 'westeurope', { size: 'Standard_E2s_v5' })).rejects.toThrow(
      'offers this subscription none of Standard_E2s_v5',
    );
  });
});

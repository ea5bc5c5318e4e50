import { createHttpHeaders, type Pipeline, type PipelineRequest } from '@azure/core-rest-pipeline';
import type { AzureClients } from '../../../shared/azure/clients';
import { listRaw, patchRaw, pollOperation, readRaw, writeRaw } from '../../../shared/azure/raw';
import { AzureFailure } from '../../../shared/azure/send';

interface Answered {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

function fakePipeline(answer: Answered | Error) {
  const requests: PipelineRequest[] = [];
  const sendRequest = (_client: unknown, request: PipelineRequest) => {
    requests.push(request);
    if (answer instanceof Error) return Promise.reject(answer);
    const { status, headers = {}, body } = answer;
    const bodyAsText = typeof body === 'string' ? body : JSON.stringify(body);
    return Promise.resolve({ request, status, headers: createHttpHeaders(headers), bodyAsText });
  };
  const pipeline = { sendRequest } as unknown as Pipeline;
  const clients = {
    endpoint: 'https://arm.test',
    network: () => Promise.resolve({ pipeline }),
  } as unknown as AzureClients;
  return { pipeline, clients, requests };
}

const operation = 'https://arm.test/subscriptions/s/operations/1?api-version=2025&t=639&c=MIIH%2b&s=a%3d';

async function poll(answer: Answered | Error, url = operation) {
  const { clients, requests } = fakePipeline(answer);
  return { outcome: await pollOperation(clients, 's', url), requests };
}

describe('pollOperation', () => {
  it.each<[string, Answered, object]>([
    [
      'in progress',
      { status: 200, body: { status: 'InProgress' }, headers: { 'retry-after': '7' } },
      { status: 'pending', operation, pollAfterSeconds: 7 },
    ],
    [
      'in a state of its own',
      { status: 200, body: { status: 'Updating' } },
      { status: 'pending', operation },
    ],
    ['a location that is not ready', { status: 202 }, { status: 'pending', operation }],
    ['succeeded', { status: 200, body: { status: 'Succeeded' } }, { status: 'done' }],
    ['a location that is ready', { status: 200, body: { id: 'x' } }, { status: 'done' }],
    ['a deletion that is over', { status: 204 }, { status: 'done' }],
    ['forgotten', { status: 404 }, { status: 'done' }],
    [
      'failed',
      { status: 200, body: { status: 'Failed', error: { code: 'AllocationFailed', message: 'No.' } } },
      { status: 'failed', class: 'capacity', code: 'AllocationFailed' },
    ],
    [
      'cancelled',
      { status: 200, body: { status: 'Canceled' } },
      { status: 'failed', class: 'transient', code: 'Canceled' },
    ],
    [
      'superseded',
      {
        status: 200,
        body: {
          status: 'Canceled',
          error: {
            code: 'Canceled',
            message: 'No.',
            details: [{ code: 'CanceledAndSupersededDueToAnotherOperation', message: 'Superseded.' }],
          },
        },
      },
      { status: 'failed', class: 'conflict' },
    ],
    [
      'failed without a reason',
      { status: 200, body: { status: 'Failed' } },
      { status: 'failed', class: 'fatal' },
    ],
  ])('%s', async (_, answer, expected) => {
    const { outcome } = await poll(answer);
    expect(outcome).toMatchObject(expected);
    expect(outcome).not.toHaveProperty('resumable');
  });

  it.each<[string, Answered | Error, string]>([
    ['throttled', { status: 429, headers: { 'retry-after': '30' } }, 'throttled'],
    ['a gateway in between', { status: 502, body: '<html>' }, 'transient'],
    ['not allowed', { status: 403 }, 'denied'],
    ['no connection', new Error('socket hang up'), 'transient'],
  ])('a look that fails leaves the operation as it is: %s', async (_, answer, cls) => {
    expect((await poll(answer)).outcome).toMatchObject({ status: 'failed', class: cls, resumable: true });
  });

  it('uses the URL verbatim', async () => {
    const { requests } = await poll({ status: 200, body: { status: 'Succeeded' } });
    expect(requests.map(({ url, method }) => [method, url])).toEqual([['GET', operation]]);
  });

  it.each([
    'https://evil.test/operations/1',
    'https://arm.test.evil.test/operations/1',
    'http://arm.test/operations/1',
    'https://arm.test:8443/operations/1',
    'https://user@evil.test/https://arm.test',
    '/subscriptions/s/operations/1',
    'not a url',
  ])('sends nothing, and so no token, to %s', async (url) => {
    const { outcome, requests } = await poll({ status: 200 }, url);
    expect(outcome).toMatchObject({ status: 'failed', class: 'fatal', code: 'ForeignOperationUrl' });
    expect(requests).toEqual([]);
  });
});

describe('readRaw and writeRaw', () => {
  it('reads everything, also what no model knows', async () => {
    const body = { properties: { brandNew: { deep: [1] } } };
    expect(await readRaw(fakePipeline({ status: 200, body }).pipeline, 'https://arm.test/x')).toEqual(body);
    expect(await readRaw(fakePipeline({ status: 404 }).pipeline, 'https://arm.test/x')).toBeUndefined();
  });

  it('a subscription that is not found says nothing of what is in it', async () => {
    const body = { error: { code: 'SubscriptionNotFound', message: 'No such subscription.' } };
    await expect(readRaw(fakePipeline({ status: 404, body }).pipeline, 'https://arm.test/x')).rejects.toThrow(
      'SubscriptionNotFound',
    );
  });

  it('writes under the ETag it was read with', async () => {
    const { pipeline, requests } = fakePipeline({
      status: 200,
      headers: { 'azure-asyncoperation': operation },
    });
    const sent = await writeRaw(pipeline, 'https://arm.test/x', { a: 1 }, 'W/"1"');
    expect(sent).toEqual({ status: 200, operation, settled: false });
    expect(requests[0]?.headers.get('if-match')).toBe('W/"1"');
    expect(requests[0]?.body).toBe('{"a":1}');
  });

  it.each([
    [412, 'conflict'],
    [409, 'conflict'],
    [403, 'denied'],
  ])('status %i is a failure of class %s', async (status, cls) => {
    const { pipeline } = fakePipeline({ status });
    const thrown: unknown = await writeRaw(pipeline, 'https://arm.test/x', {}, '*').catch(
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(AzureFailure);
    expect((thrown as AzureFailure).failed.class).toBe(cls);
  });
});

describe('patchRaw', () => {
  const sent = async (status: number, code: string) =>
    patchRaw(
      fakePipeline({ status, body: { error: { code, message: 'm' } } }).pipeline,
      'https://arm.test/x',
      {},
    );

  it('leaves what somebody has deleted to the next read', async () => {
    expect(await sent(404, 'ResourceNotFound')).toEqual({ status: 404, settled: false });
  });

  it.each([
    [404, 'SubscriptionNotFound'],
    [403, 'AuthorizationFailed'],
  ])('fails on %i %s', async (status, code) => {
    await expect(sent(status, code)).rejects.toMatchObject({ failed: { code } });
  });
});

describe('listRaw', () => {
  const url = 'https://arm.test/subscriptions/s/providers/p?api-version=1';

  it('follows the pages to the end', async () => {
    const pages = [{ value: [1, 2], nextLink: `${url}&$skiptoken=2` }, { value: [3] }];
    const asked: string[] = [];
    const sendRequest = (_client: unknown, request: PipelineRequest) => {
      asked.push(request.url);
      const bodyAsText = JSON.stringify(pages[asked.length - 1]);
      return Promise.resolve({ request, status: 200, headers: createHttpHeaders(), bodyAsText });
    };
    expect(await listRaw({ sendRequest } as unknown as Pipeline, url)).toEqual([1, 2, 3]);
    expect(asked).toEqual([url, `${url}&$skiptoken=2`]);
  });

  it('has nothing where the parent is gone', async () => {
    expect(await listRaw(fakePipeline({ status: 404 }).pipeline, url)).toEqual([]);
  });

  it('does not take the token to another origin', async () => {
    const { pipeline, requests } = fakePipeline({
      status: 200,
      body: { value: [1], nextLink: 'https://elsewhere.test/more' },
    });
    await expect(listRaw(pipeline, url)).rejects.toMatchObject({ failed: { code: 'ForeignNextLink' } });
    expect(requests).toHaveLength(1);
  });
});

import type { CallOptions } from '../../../shared/azure/send';
import {
  AzureFailure,
  list,
  parseJson,
  parseRetryAfter,
  read,
  send,
  sentOf,
} from '../../../shared/azure/send';

interface Answered {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const captured = ({ status, headers = {}, body }: Answered) => ({
  status,
  headers: { get: (name: string) => headers[name] },
  bodyAsText: body === undefined ? '' : JSON.stringify(body),
});

/** Gives the response to `onResponse` as the SDK does, then throws what the SDK would make of it. */
function respond(options: CallOptions, answer: Answered): void {
  (options.onResponse as ((raw: unknown) => void) | undefined)?.(captured(answer));
  if (answer.status >= 400)
    throw Object.assign(new Error('SDK text'), { code: 'SdkCode', statusCode: answer.status });
}

const failureOf = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AzureFailure)) throw new Error(`Not an AzureFailure: ${String(error)}`);
  return error.failed;
};

/** A poller that polls to the end when awaited, as the SDK's does. */
const poller = (options: CallOptions, answer: Answered) => ({
  submitted: () => Promise.resolve().then(() => respond(options, answer)),
  then: () => {
    throw new Error('The poller was awaited.');
  },
});

describe('sentOf', () => {
  const url = 'https://arm.test/operations/1?sig=long';
  it.each<[string, Answered, object]>([
    [
      'an operation',
      { status: 201, headers: { 'azure-asyncoperation': url, 'retry-after': '10' } },
      { operation: url, retryAfterSeconds: 10, settled: false },
    ],
    ['a location', { status: 202, headers: { location: url } }, { operation: url, settled: false }],
    [
      'both: the operation',
      { status: 202, headers: { location: 'x', 'azure-asyncoperation': url } },
      { operation: url },
    ],
    [
      'ready at once',
      { status: 201, body: { properties: { provisioningState: 'Succeeded' } } },
      { settled: true },
    ],
    [
      'an operation beside a ready body',
      {
        status: 200,
        headers: { 'azure-asyncoperation': url },
        body: { properties: { provisioningState: 'Succeeded' } },
      },
      { operation: url, settled: false },
    ],
    [
      'updating without an operation',
      { status: 201, body: { properties: { provisioningState: 'Updating' } } },
      { settled: false },
    ],
    ['nothing', { status: 204 }, { status: 204, settled: false }],
  ])('%s', (_, answer, expected) => {
    expect(sentOf(captured(answer))).toMatchObject(expected);
  });
});

describe('send', () => {
  it('leaves after the first answer', async () => {
    const sent = await send((options) =>
      poller(options, { status: 201, headers: { 'azure-asyncoperation': 'u' } }),
    );
    expect(sent).toEqual({ status: 201, operation: 'u', settled: false });
  });

  it('fails with what the response says, not with what the SDK makes of it', async () => {
    const body = { error: { code: 'AnotherOperationInProgress', message: 'Wait.' } };
    const answer = { status: 409, headers: { 'retry-after': '4' }, body };
    expect(await failureOf(send((options) => poller(options, answer)))).toMatchObject({
      class: 'conflict',
      code: 'AnotherOperationInProgress',
      retryAfterSeconds: 4,
    });
  });

  it.each<[string, () => Promise<void>]>([
    [
      'the connection breaks',
      () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
    ],
    ['nothing is answered', () => Promise.resolve()],
  ])('counts as transient if %s', async (_, submitted) => {
    expect(await failureOf(send(() => ({ submitted })))).toMatchObject({ class: 'transient' });
  });
});

describe('read and list', () => {
  const answering = (answer: Answered) => (options: CallOptions) =>
    Promise.resolve().then(() => {
      respond(options, answer);
      return answer.body;
    });
  const pages = (answer: Answered) =>
    async function* (options: CallOptions) {
      await Promise.resolve();
      respond(options, answer);
      yield 1;
      yield 2;
    };

  it('gives what is there and undefined for what is not', async () => {
    expect(await read(answering({ status: 200, body: { a: 1 } }))).toEqual({ a: 1 });
    expect(await read(answering({ status: 404 }))).toBeUndefined();
    expect(await list(pages({ status: 200 }))).toEqual([1, 2]);
    expect(await list(pages({ status: 404 }))).toEqual([]);
  });

  it.each([
    [403, 'denied'],
    [429, 'throttled'],
    [500, 'transient'],
  ])('status %i is not "absent" but %s', async (status, cls) => {
    expect(await failureOf(read(answering({ status })))).toMatchObject({ class: cls });
    expect(await failureOf(list(pages({ status })))).toMatchObject({ class: cls });
  });

  it('a subscription that is not found says nothing of what is in it', async () => {
    const body = { error: { code: 'SubscriptionNotFound', message: 'No such subscription.' } };
    const expected = { class: 'denied', code: 'SubscriptionNotFound' };
    expect(await failureOf(read(answering({ status: 404, body })))).toMatchObject(expected);
    expect(await failureOf(list(pages({ status: 404, body })))).toMatchObject(expected);
  });

  it('a broken connection is not "absent"', async () => {
    expect(await failureOf(read(() => Promise.reject(new Error('getaddrinfo'))))).toMatchObject({
      class: 'transient',
    });
  });
});

it.each<[string | undefined, number | undefined]>([
  ['15', 15],
  ['0', 0],
  ['-3', 0],
  ['Thu, 01 Jan 2026 00:00:20 GMT', 20],
  ['Thu, 01 Jan 2025 00:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %j is %j s', (value, seconds) => {
  expect(parseRetryAfter(value, Date.UTC(2026, 0, 1))).toBe(seconds);
});

it('parseJson gives undefined for what is not JSON', () => {
  expect(['{"a":1}', '<html>', '', null, undefined].map(parseJson)).toEqual([
    { a: 1 },
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

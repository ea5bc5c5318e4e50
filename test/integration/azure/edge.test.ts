import { request as httpsRequest } from 'node:https';
import { connect } from './support';
import type { Connected } from './support';
import { defaultSubscription } from '../../../local/azure/start';

let connected: Connected;
let token: string;
const group = `/subscriptions/${defaultSubscription}/resourceGroups/rg`;
const vnet = `${group}/providers/Microsoft.Network/virtualNetworks/vnet`;
const location = { location: 'westeurope' };
const network = { ...location, properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } } };

beforeAll(async () => {
  connected = await connect();
  const { tokenEndpoint } = connected.azure.info;
  const answer = await fetch(
    `${tokenEndpoint}?resource=https://management.azure.com/&api-version=2019-08-01`,
    {
      headers: { 'X-IDENTITY-HEADER': 'any' },
    },
  );
  token = ((await answer.json()) as { access_token: string }).access_token;
});
afterAll(() => connected.stop());
beforeEach(async () => {
  await connected.admin('POST', '/reset');
  await arm('PUT', group, location);
});

interface Wire {
  status: number;
  body: string;
  /** Path and query at which the operation that it began is asked for. */
  poll?: string;
}

/** One request over TLS, with an api-version if the path says none; rejects when the connection is cut. */
function arm(method: string, path: string, body?: unknown, authorization = `Bearer ${token}`): Promise<Wire> {
  return start(method, path, body, authorization).answer;
}

function start(
  method: string,
  path: string,
  body?: unknown,
  authorization = `Bearer ${token}`,
): { answer: Promise<Wire>; abort: () => void } {
  const { endpoint } = connected.azure.info;
  const query = path.includes('api-version=')
    ? ''
    : `${path.includes('?') ? '&' : '?'}api-version=2025-05-01`;
  const request = httpsRequest(`${endpoint}${path}${query}`, {
    method,
    ca: connected.azure.ca,
    headers: { ...(authorization === '' ? {} : { authorization }), 'content-type': 'application/json' },
  });
  const answer = new Promise<Wire>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      const operation = response.headers['azure-asyncoperation'];
      const poll = typeof operation === 'string' ? { poll: operation.slice(endpoint.length) } : {};
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), ...poll }),
      );
    });
  });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  return { answer, abort: () => void request.destroy() };
}

interface Log {
  requests: {
    seq: number;
    method: string;
    path: string;
    status: number;
    created: boolean;
    correlationId: string;
  }[];
  counts: Record<string, number>;
}

const log = async (since = 0): Promise<Log> =>
  (await connected.admin('GET', `/requests?since=${since}`)) as unknown as Log;

/** Reads JSON lines of a stream until one fits. */
async function follow(path: string): Promise<{
  until: (fits: (line: Record<string, unknown>) => boolean) => Promise<Record<string, unknown>>;
  close: () => void;
}> {
  const abort = new AbortController();
  const response = await fetch(`${connected.azure.info.adminEndpoint}${path}`, { signal: abort.signal });
  const reader = (response.body ?? new ReadableStream<Uint8Array>())
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  return {
    close: () => abort.abort(),
    until: async (fits) => {
      for (;;) {
        const [line, ...rest] = text.split('\n');
        if (rest.length > 0 && line !== undefined) {
          text = rest.join('\n');
          const value = JSON.parse(line) as Record<string, unknown>;
          if (fits(value)) return value;
          continue;
        }
        const { value, done } = await reader.read();
        if (done) throw new Error('The stream ended.');
        text += value;
      }
    },
  };
}

describe('authentication', () => {
  it.each([
    ['no token', '', 'AuthenticationFailed'],
    ['a token of somebody else', 'Bearer abc', 'InvalidAuthenticationToken'],
  ])('refuses %s with 401 %s %s', async (_what, authorization, code) => {
    const answer = await arm('GET', vnet, undefined, authorization);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code } });
  });

  it('gives no token without the identity header', async () => {
    const answer = await fetch(`${connected.azure.info.tokenEndpoint}?resource=x&api-version=2019-08-01`);
    expect(answer.status).toBe(400);
  });
});

describe('the request log', () => {
  it('counts, and says created exactly for 201', async () => {
    const { requests } = await log();
    const since = requests.at(-1)?.seq ?? 0;
    await arm('PUT', vnet, network);
    await arm('PUT', vnet, network);
    await arm('GET', vnet);
    await arm('DELETE', `${vnet}/subnets/none`);
    const seen = await log(since);
    expect(seen.requests.map(({ method, status, created }) => [method, status, created])).toEqual([
      ['PUT', 201, true],
      ['PUT', 409, false],
      ['GET', 200, false],
      ['DELETE', 204, false],
    ]);
    expect(seen.counts).toEqual({
      ...{ requests: 4, writes: 2, deletes: 1, questions: 0 },
      ...{ conflicts: 1, throttled: 0 },
    });
    expect(seen.requests[0]?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a planted fault', () => {
  const fault = async (match: object, effect: object, more: object = {}): Promise<string> =>
    (await connected.admin('POST', '/faults', { match, effect, ...more })).id as string;

  it('of a status answers in the place of Azure and changes nothing', async () => {
    await fault(
      { method: 'PUT', path: 'virtualNetworks/VNET$' },
      { kind: 'status', status: 429, code: 'X', message: 'm', retryAfterSeconds: 7 },
    );
    const refused = await arm('PUT', vnet, network);
    expect(refused).toEqual({ status: 429, body: '{"error":{"code":"X","message":"m","details":[]}}' });
    expect((await arm('GET', vnet)).status).toBe(404);
    expect((await arm('PUT', vnet, network)).status).toBe(201);
    expect((await log()).counts.throttled).toBe(1);
  });

  it('hits the request it counts to, and as many after it as it says', async () => {
    await fault(
      { path: 'vnet', nth: 2 },
      { kind: 'status', status: 503, code: 'X', message: 'm' },
      { times: 2 },
    );
    const statuses = [];
    for (let index = 0; index < 5; index += 1) statuses.push((await arm('GET', vnet)).status);
    expect(statuses).toEqual([404, 503, 503, 404, 404]);
  });

  it.each([
    ['before', 404, false],
    ['after', 200, true],
  ])('drops the connection %s the effect: then GET gives %s, created %s', async (when, status, created) => {
    await fault({ method: 'PUT' }, { kind: 'drop', when });
    await expect(arm('PUT', vnet, network)).rejects.toThrow();
    expect((await arm('GET', vnet)).status).toBe(status);
    const [entry] = (await log()).requests.filter(({ method, path }) => method === 'PUT' && path === vnet);
    expect(entry?.created).toBe(created);
  });

  it.each([
    ['before', 404],
    ['after', 200],
  ])('holds a request %s its effect until it is let go', async (until, meanwhile) => {
    const events = await follow('/requests/follow');
    const id = await fault({ method: 'PUT', path: 'vnet$' }, { kind: 'hold', until });
    const held = start('PUT', vnet, network);
    await events.until(({ phase, method }) => phase === 'arrived' && method === 'PUT');
    expect((await arm('GET', vnet)).status).toBe(meanwhile);
    expect(await connected.admin('GET', '/faults')).toMatchObject({ faults: [{ id, held: true }] });
    await connected.admin('DELETE', `/faults/${id}`);
    expect((await held.answer).status).toBe(201);
    await events.until(({ phase, status }) => phase === 'answered' && status === 201);
    events.close();
  });

  it('forgets a request held before its effect when the client goes', async () => {
    const events = await follow('/requests/follow');
    const id = await fault({ method: 'PUT', path: 'vnet$' }, { kind: 'hold', until: 'before' });
    const held = start('PUT', vnet, network);
    await events.until(({ phase, method }) => phase === 'arrived' && method === 'PUT');
    held.abort();
    await expect(held.answer).rejects.toThrow();
    const released = async (): Promise<boolean> => {
      const { faults } = (await connected.admin('GET', '/faults')) as {
        faults: { id: string; held: boolean }[];
      };
      return faults.some((entry) => entry.id === id && !entry.held);
    };
    while (!(await released())) await new Promise(setImmediate);
    expect((await arm('GET', vnet)).status).toBe(404);
    events.close();
  });

  const refusal = { kind: 'status', status: 503, code: 'X', message: 'm' };

  it('waits for a request that has to come before', async () => {
    await fault({ method: 'GET', path: 'vnet$', since: { method: 'PUT', path: 'vnet$' } }, refusal);
    const statuses = [(await arm('GET', vnet)).status, (await arm('PUT', vnet, network)).status];
    for (let index = 0; index < 2; index += 1) statuses.push((await arm('GET', vnet)).status);
    expect(statuses).toEqual([404, 201, 503, 200]);
  });

  it('hits the polls of what a request began, and no others', async () => {
    await fault({ method: 'PUT', path: 'vnet$', polls: true }, refusal);
    const other = `${group}/providers/Microsoft.Network/routeTables/table`;
    const polls = [await arm('PUT', other, location), await arm('PUT', vnet, network)].map(
      ({ poll }) => poll,
    );
    const statuses = [];
    for (const poll of [...polls, polls[1]]) {
      statuses.push((await arm('GET', poll ?? '')).status);
    }
    expect(statuses).toEqual([200, 503, 200]);
  });

  it('puts the page of a proxy in the place of an answer, which took effect', async () => {
    await fault({ method: 'PUT' }, { kind: 'garble' });
    expect(await arm('PUT', vnet, network)).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^<html>/) as string,
    });
    expect((await arm('GET', vnet)).status).toBe(200);
  });

  it('lets the operation fail', async () => {
    await fault({ method: 'PUT' }, { kind: 'operation', status: 'Failed', code: 'X', message: 'm' });
    await arm('PUT', vnet, network);
    await connected.admin('POST', '/clock', { advanceBy: 600_000 });
    expect(JSON.parse((await arm('GET', vnet)).body)).toMatchObject({
      properties: { provisioningState: 'Failed' },
    });
  });
});

describe('administration', () => {
  it('changes, replaces and removes resources by hand, with a new etag', async () => {
    await arm('PUT', vnet, network);
    const before = JSON.parse((await arm('GET', vnet)).body) as { etag: string };
    const subnet = `${vnet}/subnets/planted`;
    await connected.admin('PUT', `/resources?id=${encodeURIComponent(subnet)}`, {
      name: 'planted',
      type: 'Microsoft.Network/virtualNetworks/subnets',
      properties: { addressPrefix: '10.0.2.0/24' },
    });
    const shown = JSON.parse((await arm('GET', vnet)).body) as {
      etag: string;
      properties: { subnets: unknown[] };
    };
    expect(shown.properties.subnets).toMatchObject([
      { name: 'planted', properties: { provisioningState: 'Succeeded' } },
    ]);
    expect(shown.etag).not.toBe(before.etag);
    await connected.admin('PATCH', `/resources?id=${encodeURIComponent(subnet.toUpperCase())}`, {
      properties: { addressPrefix: '10.0.3.0/24' },
    });
    expect(JSON.parse((await arm('GET', subnet)).body)).toMatchObject({
      properties: { addressPrefix: '10.0.3.0/24' },
    });
    await connected.admin('DELETE', `/resources?id=${encodeURIComponent(subnet)}`);
    expect((await arm('GET', subnet)).status).toBe(404);
    expect(await connected.admin('DELETE', `/resources?id=${encodeURIComponent(subnet)}`)).toHaveProperty(
      'error',
    );
  });

  it('pauses time while a follower is away', async () => {
    const follower = await follow('/clock/follow?name=host');
    expect(await follower.until(() => true)).toMatchObject({ paused: false, mode: 'rate' });
    await connected.admin('POST', '/clock', { rate: 3 });
    await follower.until(({ rate }) => rate === 3);
    follower.close();
    let clock = await connected.admin('GET', '/clock');
    while (clock.paused === false) clock = await connected.admin('GET', '/clock');
    expect(await connected.admin('POST', '/clock/leave?name=host')).toMatchObject({ paused: false });
  });

  it.each([
    ['GET', '/nothing', 'Nothing here'],
    ['GET', '/guests?vm=none', 'There is none'],
    ['PATCH', '/resources', 'parameter id is missing'],
    ['POST', '/walk', ''],
  ])('says what is wrong with %s %s: %s', async (method, path, message) => {
    const answer = await connected.admin(method, path, method === 'GET' ? undefined : {});
    expect(answer.error).toContain(message);
  });
});

describe('several subscriptions', () => {
  const other = '5eed0000-0a11-4b2c-9d3e-000000000002';
  const there = (path: string): string => path.replace(defaultSubscription, other);

  it('are there once they are added, and gone after a reset', async () => {
    expect(await arm('PUT', there(group), location)).toMatchObject({ status: 404 });
    await connected.admin('PUT', `/subscriptions/${other}`);
    expect(await connected.admin('GET', '/subscriptions')).toEqual({
      subscriptions: [defaultSubscription, other],
    });
    expect(await arm('PUT', there(group), location)).toMatchObject({ status: 201 });
    await connected.admin('POST', '/reset');
    expect(await arm('GET', there(group))).toMatchObject({ status: 404 });
  });

  it('are asked each for its own roles, for links too; one of another tenant cannot be linked to', async () => {
    await connected.admin('PUT', `/subscriptions/${other}`);
    for (const at of [group, there(group)]) await arm('PUT', at, location);
    await arm('PUT', there(vnet), {
      ...network,
      properties: { addressSpace: { addressPrefixes: ['10.1.0.0/16'] } },
    });
    await arm('PUT', vnet, network);
    const peer = (remote: string) =>
      arm('PUT', `${vnet}/virtualNetworkPeerings/link`, {
        properties: { remoteVirtualNetwork: { id: remote } },
      });
    const grant = (...scopes: string[]) =>
      connected.admin('PUT', '/access/any', {
        assignments: scopes.map((scope) => ({ scope, actions: ['Microsoft.Network/*'] })),
      });
    await grant(group);
    const codes = async (answer: Promise<Wire>) =>
      (JSON.parse((await answer).body) as { error?: { code: string; message: string } }).error;
    expect(await codes(arm('GET', there(vnet)))).toMatchObject({ code: 'AuthorizationFailed' });
    expect(await codes(arm('GET', vnet.replace(defaultSubscription, 'nobody')))).toMatchObject({
      code: 'SubscriptionNotFound',
    });
    expect(await codes(peer(there(vnet)))).toMatchObject({
      code: 'LinkedAuthorizationFailed',
      message: expect.stringContaining(there(vnet)) as string,
    });
    expect(await codes(peer(vnet.replace(defaultSubscription, 'nobody')))).toMatchObject({
      code: 'LinkedAuthorizationFailed',
      message: expect.stringContaining("linked subscription 'nobody'") as string,
    });
    await grant(group, there(group));
    connected.azure.clock.change({ advanceBy: 600_000 });
    expect(await peer(there(vnet))).toMatchObject({ status: 201 });
    await connected.admin('DELETE', '/access/any');
  });
});

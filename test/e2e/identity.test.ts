import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationView, Problem } from '../../local/launch/appClient';
import { System } from '../../local/launch/system';
import { createWorld, networkBody } from '../../local/launch/world';

jest.setTimeout(120_000);

const tenant = '11111111-2222-4333-8444-555555555555';
/** What App Service authentication puts before the app for a caller with that role. */
const as = (role: string) => ({
  'x-ms-client-principal': Buffer.from(
    JSON.stringify({
      auth_typ: 'aad',
      claims: Object.entries({ oid: `person-${role}`, tid: tenant, roles: role }).map(([typ, val]) => ({
        typ,
        val,
      })),
    }),
  ).toString('base64'),
});

describe('callers of Entra ID', () => {
  let system: System;
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-identity-'));
  beforeAll(async () => {
    const settings = { AUTH_MODE: 'entra', AUTH_TENANT_ID: tenant, WEBSITE_AUTH_ENABLED: 'True' };
    system = await System.start({ folder, speed: 'max', seed: 1, settings });
  });
  afterAll(async () => {
    await system?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it('are nobody without a principal, whatever function key they hold', async () => {
    const { status, headers, body } = await system.app.send<Problem>('GET', '/networks');
    expect({ status, type: body.type }).toEqual({ status: 401, type: '/problems/unauthenticated' });
    expect(headers['www-authenticate']).toBe('Bearer');
    expect((await system.app.send('GET', '/health')).status).toBe(200);
  });

  it('may do what their role says, and stand on what they order', async () => {
    const world = await createWorld(system);
    const definition = networkBody(system, world, {});
    const send = <T>(role: string, method: string, path: string, body?: unknown) =>
      system.app.send<T>(method, path, body, { ...as(role), 'idempotency-key': 'same' });
    expect((await send('Reader', 'GET', '/networks')).status).toBe(200);
    expect((await send('Operator', 'PUT', '/networks/net', definition)).status).toBe(403);
    expect((await send('Owner', 'GET', '/networks')).status).toBe(403);
    const defined = await send<{ operation: string }>('Admin', 'PUT', '/networks/net', definition);
    expect(defined.status).toBe(200);
    const host = { network: 'net', name: 'hv-01' };
    expect((await send('Reader', 'POST', '/hosts', host)).status).toBe(403);
    // The same key of another caller is another key.
    const ordered = await send<OperationView & { caller: string }>('Operator', 'POST', '/hosts', host);
    expect(ordered).toMatchObject({ status: 202, body: { caller: 'entra:person-operator' } });
    const definer = await send<{ caller: string }>('Reader', 'GET', `/operations/${defined.body.operation}`);
    expect(definer.body.caller).toBe('entra:person-admin');
  });
});

it('an app that nobody authenticates for refuses everybody: the header could have been written by anyone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-identity-'));
  const settings = { AUTH_MODE: 'entra', AUTH_TENANT_ID: tenant };
  const system = await System.start({ folder, speed: 'max', seed: 1, settings });
  try {
    const answer = await system.app.send<Problem>('GET', '/networks', undefined, as('Admin'));
    expect(answer).toMatchObject({ status: 503, body: { type: '/problems/authentication-off' } });
  } finally {
    await system.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});

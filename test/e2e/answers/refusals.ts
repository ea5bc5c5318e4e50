import { endpoints } from '../../../shared/api/openapi/endpoints';
import { routes, type Route, type RouteName } from '../../../shared/api/routes';
import { callsOfUnknown, type Ask } from './calls';
import type { Caller } from './seen';

const names = Object.keys(routes) as RouteName[];
const withBody = names.filter((name) => endpoints[name].body);
const ordering = names.filter((name) => endpoints[name].orders);
const json = { 'content-type': 'application/json' };

/** Bodies and parameters that no route takes, whatever it is about. */
export async function sendNonsense(caller: Caller, valid: Record<RouteName, Ask>): Promise<void> {
  for (const name of withBody) {
    const { path } = valid[name];
    const largest = name === 'createBatch' ? 4 * 1024 * 1024 : 128 * 1024;
    await caller.expect('invalid-json', name, { path, body: '{', headers: json });
    await caller.expect('body-too-large', name, { path, body: 'x'.repeat(largest + 1), headers: json });
    await caller.expect('unsupported-media-type', name, {
      ...{ path, body: 'name=a' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await caller.expect('invalid-request', name, { path, body: { colour: 'blue' } });
  }
  for (const name of names.filter((one) => endpoints[one].query ?? routes[one].method !== 'GET')) {
    const { path, ...rest } = valid[name];
    const more = path.includes('?') ? '&' : '?';
    await caller.expect('invalid-request', name, { ...rest, path: `${path}${more}colour=blue` });
  }
  for (const name of names.filter((one) => /\{(network|host)\}/.test(routes[one].path))) {
    const path = routes[name].path.replaceAll(/\{\w+\}/g, '-bad-');
    await caller.expect('invalid-request', name, { ...valid[name], path });
  }
}

/** What nobody ever made. */
export async function askForUnknown(caller: Caller): Promise<void> {
  for (const [name, calls] of Object.entries(callsOfUnknown))
    for (const call of calls)
      expect(await caller.ask(name as RouteName, call)).toMatchObject({ status: 404 });
}

/** Idempotency keys that cannot be used; `used` came with a host before. */
export async function misuseKeys(caller: Caller, valid: Record<RouteName, Ask>, used: string): Promise<void> {
  const withKey = (name: RouteName, key: string): Ask => ({
    ...valid[name],
    headers: { 'idempotency-key': key },
  });
  for (const name of ordering)
    await caller.expect('invalid-idempotency-key', name, withKey(name, 'k'.repeat(201)));
  for (const name of ordering.filter((one) => endpoints[one].orders === 'operation'))
    await caller.expect('idempotency-key-reused', name, withKey(name, used));
}

/** Everything that would be one operation more. */
export async function orderTooMuch(caller: Caller, valid: Record<RouteName, Ask>): Promise<void> {
  for (const name of ordering.filter((one) => endpoints[one].orders === 'operation'))
    await caller.expect('too-many-operations', name, valid[name]);
}

/** Each route that asks who calls, as somebody who is not known, or not enough. */
export async function callAll(
  caller: Caller,
  valid: Record<RouteName, Ask>,
  wanted: string,
  which: (route: Route) => boolean = ({ role }) => role !== undefined,
): Promise<void> {
  // At once: where the storage is away each of them takes seconds.
  await Promise.all(
    names
      .filter((name) => which(routes[name]))
      .map(async (name) => await caller.expect(wanted, name, valid[name])),
  );
}

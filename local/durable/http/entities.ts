import { randomUUID } from 'node:crypto';
import type { DurableRequest, DurableResponse } from '../contracts';
import { missingFunction } from '../dispatch/registry';
import { entityId, entityParts } from '../engine/entity';
import type { EntityRequest } from '../engine/entity';
import type { Hub } from './hub';
import { BadRequest, count, empty, jsonBody, reply } from './responses';

/** An empty key is written as '$' in a path. */
const idOf = (name: string, key: string): string => entityId(name, key === '$' ? '' : key);

/** GET entities/{name}/{key}: the state as it is, or 404. */
export function readEntity(hub: Hub, name: string, key: string): DurableResponse {
  const { state } = hub.store.entities.get(idOf(name, key));
  if (state === null) return empty(404);
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: state };
}

/** GET entities/{name?}. */
export function listEntities(hub: Hub, name: string | undefined, request: DurableRequest): DurableResponse {
  const query = request.url.searchParams;
  const limit = Math.min(count(query, 'top') ?? 100, 1000);
  const token = request.headers['x-ms-continuation-token'];
  const after = token ? Buffer.from(token, 'base64').toString() : '';
  const rows = hub.store.entities.list(name === undefined ? '@' : entityId(name, ''), after, limit);
  const last = rows.length === limit ? rows.at(-1) : undefined;
  const fetchState = query.get('fetchState')?.toLowerCase() === 'true';
  return reply(
    200,
    rows.map(({ id, state, updatedAt }) => ({
      entityId: entityParts(id),
      lastOperationTime: new Date(updatedAt).toISOString(),
      ...(fetchState ? { state: state === null ? null : (JSON.parse(state) as unknown) } : {}),
    })),
    last ? { 'x-ms-continuation-token': Buffer.from(last.id).toString('base64') } : {},
  );
}

/** POST entities/{name}/{key}?op=: sends a signal. */
export function signalEntity(hub: Hub, name: string, key: string, request: DurableRequest): DurableResponse {
  if (hub.functions.resolve('entity', name) === undefined)
    throw new BadRequest(missingFunction('entity', name));
  const signal: EntityRequest = {
    op: request.method === 'DELETE' ? 'delete' : (request.url.searchParams.get('op') ?? ''),
    signal: true,
    input: jsonBody(request.body) ?? undefined,
    id: randomUUID(),
  };
  hub.store.commit(() => hub.store.work.post(idOf(name, key), signal));
  return empty(202);
}

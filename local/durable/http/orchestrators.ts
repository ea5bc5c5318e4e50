import type { DurableRequest, DurableResponse } from '../contracts';
import { missingFunction } from '../dispatch/registry';
import { newId, startInstance } from '../dispatch/instances';
import { isTerminal } from '../store/instances';
import type { Hub } from './hub';
import { managementUrls } from './payload';
import { BadRequest, empty, failure, jsonBody, reply } from './responses';

/** No key of Azure Storage may hold these, control characters among them. */
const forbiddenInId = /[/\\#?\p{Cc}]/u;

/** POST orchestrators/{name}/{id?}: starts an instance; 409 while one of that id has not finished. */
export function createInstance(hub: Hub, name: string, id: string, request: DurableRequest): DurableResponse {
  if (id.startsWith('@') || id.length > 100 || forbiddenInId.test(id)) {
    throw new BadRequest(`'${id}' is not a valid instance id.`);
  }
  const version = request.url.searchParams.get('version');
  return start(hub, {
    ...{ id, name },
    input: jsonBody(request.body),
    ...(version === null ? {} : { version }),
    traceParent: request.headers['traceparent'],
  });
}

/** POST instances/{id}/restart: starts the same function with the same input again. */
export function restartInstance(hub: Hub, id: string, query: URLSearchParams): DurableResponse {
  const row = hub.store.instances.get(id);
  if (!row) return empty(404);
  const sameId = query.get('restartWithNewInstanceId') === 'false';
  if (sameId && !isTerminal(row.status)) return exists(id);
  return start(hub, { id: sameId ? id : newId(), name: row.name, input: row.input });
}

function start(
  hub: Hub,
  instance: {
    id: string;
    name: string;
    input: string | null;
    version?: string;
    traceParent?: string | undefined;
  },
): DurableResponse {
  const name = hub.functions.resolve('orchestration', instance.name);
  if (name === undefined) throw new BadRequest(missingFunction('orchestration', instance.name));
  const version = instance.version ?? hub.defaultVersion;
  const wanted = { ...instance, name, ...(version === undefined ? {} : { version }) };
  const created = hub.store.commit(() => startInstance(hub.store, wanted, hub.clock.now()));
  if (!created) return exists(instance.id);
  const urls = managementUrls(hub.baseUrl, hub.hubName, instance.id);
  return reply(202, urls, { location: urls['statusQueryGetUri'] ?? '', 'retry-after': '10' });
}

const exists = (id: string): DurableResponse =>
  failure(409, `An Orchestration instance with the id ${id} already exists.`);

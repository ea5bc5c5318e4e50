import type { DurableRequest, DurableResponse } from '../contracts';
import { newId } from '../dispatch/instances';
import { listEntities, readEntity, signalEntity } from './entities';
import type { Hub } from './hub';
import { listInstances, manage, purgeInstance, purgeInstances, raiseEvent, readInstance } from './instances';
import { createInstance, restartInstance } from './orchestrators';
import { webhookPath } from './payload';
import { BadRequest, empty, failure } from './responses';

/** Answers one request of the Durable HTTP API. Synchronous: what it answers is committed. */
export function route(hub: Hub, request: DurableRequest): DurableResponse {
  const path = request.url.pathname;
  if (!path.toLowerCase().startsWith(`${webhookPath}/`)) return empty(404);
  try {
    const [area, ...rest] = path
      .slice(webhookPath.length + 1)
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    switch (area?.toLowerCase()) {
      case 'orchestrators':
        return orchestrators(hub, rest, request);
      case 'instances':
        return instances(hub, rest, request);
      case 'entities':
        return entities(hub, rest, request);
      default:
        return empty(404);
    }
  } catch (error) {
    if (error instanceof BadRequest || error instanceof URIError) return failure(400, error.message);
    throw error;
  }
}

function orchestrators(hub: Hub, [name, id]: string[], request: DurableRequest): DurableResponse {
  if (name === undefined || request.method !== 'POST') return empty(404);
  return createInstance(hub, name, id ?? newId(), request);
}

function instances(hub: Hub, [id, verb, event]: string[], request: DurableRequest): DurableResponse {
  const { method, url } = request;
  if (verb === undefined) {
    if (method === 'GET') {
      return id === undefined ? listInstances(hub, request) : readInstance(hub, id, url.searchParams);
    }
    if (method === 'DELETE') {
      return id === undefined ? purgeInstances(hub, url.searchParams) : purgeInstance(hub, id);
    }
    return empty(404);
  }
  if (id === undefined || method !== 'POST') return empty(404);
  switch (verb.toLowerCase()) {
    case 'raiseevent':
      return event === undefined ? empty(404) : raiseEvent(hub, id, event, request);
    case 'terminate':
      return manage(hub, id, 'terminate', url.searchParams.get('reason'));
    case 'suspend':
      return manage(hub, id, 'suspend', url.searchParams.get('reason'));
    case 'resume':
      return manage(hub, id, 'resume', url.searchParams.get('reason'));
    case 'restart':
      return restartInstance(hub, id, url.searchParams);
    case 'rewind':
      return failure(501, 'The rewind operation is not supported by the underlying storage provider.');
    default:
      return empty(404);
  }
}

function entities(hub: Hub, [name, key]: string[], request: DurableRequest): DurableResponse {
  if (request.method === 'GET') {
    return name === undefined || key === undefined
      ? listEntities(hub, name, request)
      : readEntity(hub, name, key);
  }
  if (name === undefined || !['POST', 'DELETE'].includes(request.method)) return empty(404);
  return signalEntity(hub, name, key ?? '$', request);
}

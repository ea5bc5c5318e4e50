import type { DurableRequest, DurableResponse } from '../contracts';
import { postEvent } from '../dispatch/instances';
import { EventType, stamp } from '../engine/history';
import type { HistoryEvent } from '../engine/history';
import { isTerminal } from '../store/instances';
import type { InstanceFilter, InstanceRow } from '../store/instances';
import type { Hub } from './hub';
import { managementUrls } from './payload';
import { BadRequest, count, empty, failure, instant, jsonBody, list, reply } from './responses';
import { historyBody, statusBody } from './status';

/** Instances in one page of a listing. */
const pageSize = 1000;

const flag = (query: URLSearchParams, name: string, otherwise: boolean): boolean =>
  query.has(name) ? query.get(name)?.toLowerCase() === 'true' : otherwise;

/** GET instances/{id}: 200 when finished, 202 while not. */
export function readInstance(hub: Hub, id: string, query: URLSearchParams): DurableResponse {
  const row = hub.store.instances.get(id);
  if (!row) return empty(404);
  const body = statusBody(row, flag(query, 'showInput', true));
  if (flag(query, 'showHistory', false)) {
    body['historyEvents'] = historyBody(
      hub.store.instances.history(id),
      flag(query, 'showHistoryOutput', false),
    );
  }
  if (isTerminal(row.status)) {
    const asError = row.status === 'Failed' && flag(query, 'returnInternalServerErrorOnFailure', false);
    return reply(asError ? 500 : 200, body);
  }
  const location = managementUrls(hub.baseUrl, hub.hubName, id)['statusQueryGetUri'] ?? '';
  return reply(202, body, { location, 'retry-after': '5' });
}

const filterOf = (query: URLSearchParams): InstanceFilter => ({
  createdFrom: instant(query, 'createdTimeFrom'),
  createdTo: instant(query, 'createdTimeTo'),
  statuses: list(query, 'runtimeStatus'),
  idPrefix: query.get('instanceIdPrefix') ?? undefined,
});

/** GET instances/: pages in id order; the continuation token is the last id, in base64. */
export function listInstances(hub: Hub, request: DurableRequest): DurableResponse {
  const query = request.url.searchParams;
  const token = request.headers['x-ms-continuation-token'];
  const limit = Math.min(count(query, 'top') ?? pageSize, pageSize);
  const after = token ? Buffer.from(token, 'base64').toString() : undefined;
  const rows = hub.store.instances.list({ ...filterOf(query), after, limit });
  const last = rows.length === limit ? rows.at(-1) : undefined;
  const showInput = flag(query, 'showInput', true);
  return reply(
    200,
    rows.map((row) => statusBody(row, showInput)),
    last ? { 'x-ms-continuation-token': Buffer.from(last.id).toString('base64') } : {},
  );
}

/** DELETE instances/{id}: only a finished instance, or an entity. */
export function purgeInstance(hub: Hub, id: string): DurableResponse {
  const purged = hub.store.commit(() => {
    if (id.startsWith('@')) return hub.store.entities.remove(id);
    const row = hub.store.instances.get(id);
    return row !== undefined && purge(hub, row);
  });
  return purged ? reply(200, { instancesDeleted: 1 }) : empty(404);
}

/** DELETE instances/: all finished instances the filter takes; the filter needs a beginning. */
export function purgeInstances(hub: Hub, query: URLSearchParams): DurableResponse {
  const filter = filterOf(query);
  if (filter.createdFrom === undefined)
    throw new BadRequest("Please provide value for 'createdTimeFrom' parameter.");
  const purged = hub.store.commit(
    () => hub.store.instances.list(filter).filter((row) => purge(hub, row)).length,
  );
  return purged > 0 ? reply(200, { instancesDeleted: purged }) : empty(404);
}

function purge(hub: Hub, row: InstanceRow): boolean {
  if (!isTerminal(row.status)) return false;
  hub.store.instances.remove(row.id);
  hub.store.work.forget(row.id);
  return true;
}

/** POST instances/{id}/raiseEvent/{event}. */
export function raiseEvent(hub: Hub, id: string, name: string, request: DurableRequest): DurableResponse {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new BadRequest('Only application/json request content is supported');
  }
  const input = jsonBody(request.body);
  if (input === null) throw new BadRequest('Invalid JSON content');
  return post(hub, id, {
    EventType: EventType.EventRaised,
    ...stamp(hub.clock.now()),
    Name: name,
    Input: input,
  });
}

/** POST instances/{id}/terminate, suspend or resume. */
export function manage(
  hub: Hub,
  id: string,
  verb: 'terminate' | 'suspend' | 'resume',
  reason: string | null,
): DurableResponse {
  const suspended = hub.store.instances.get(id)?.status === 'Suspended';
  const common = stamp(hub.clock.now());
  switch (verb) {
    case 'terminate':
      return post(hub, id, { EventType: EventType.ExecutionTerminated, ...common, Input: reason });
    case 'suspend':
      return post(hub, id, { EventType: EventType.ExecutionSuspended, ...common, Reason: reason }, suspended);
    case 'resume':
      return post(hub, id, { EventType: EventType.ExecutionResumed, ...common, Reason: reason }, !suspended);
  }
}

/** @param pointless the instance is already in the state asked for, which Azure answers with 500 */
function post(hub: Hub, id: string, event: HistoryEvent, pointless = false): DurableResponse {
  const row = hub.store.instances.get(id);
  if (!row) return empty(404);
  if (isTerminal(row.status)) return empty(410);
  if (pointless) return failure(500, `The instance '${id}' is already ${row.status}.`);
  hub.store.commit(() => postEvent(hub.store, id, event));
  return empty(202);
}

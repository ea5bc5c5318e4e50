import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access';
import { foreignSubscription } from '../access/access';
import { demandOf } from '../access/demand';
import type { Cloud } from '../cloud';
import { ArmError } from '../errors';
import { answer } from '../frontDoor';
import { commonHeaders } from '../headers';
import { subscriptionOf } from '../ids';
import { kinds } from '../kinds';
import type { ArmRequest, ArmResponse } from '../types';
import { doomed } from './deletions';
import type { Deletions } from './deletions';
import type { SimulatedClock } from './clock';
import type { FaultEffect, Faults } from './faults';
import { readBody } from './http';
import { knownOutcome } from './knownFaults';
import { mutate } from './mutations';
import type { LogEntry, RequestLog } from './requestLog';
import type { Tokens } from './tokens';

export interface ArmParts {
  cloud: Cloud;
  access: Access;
  clock: SimulatedClock;
  faults: Faults;
  deletions: Deletions;
  log: RequestLog;
  tokens: Tokens;
}

/** Serves one ARM request: authentication, authorization, planted faults, the resource model, the log. */
export async function handleArm(
  parts: ArmParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const closed = new Promise<void>((resolve) => outgoing.once('close', resolve));
  const { cloud, clock, faults, log } = parts;
  const url = new URL(incoming.url ?? '/', cloud.endpoint);
  const method = incoming.method ?? 'GET';
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  const request: ArmRequest = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: await readBody(incoming),
  };
  const entry = log.arrived({
    at: new Date(clock.tick()).toISOString(),
    method,
    path: url.pathname,
    apiVersion: url.searchParams.get('api-version') ?? '',
    clientRequestId: headers['x-ms-client-request-id'] ?? '',
    ...(method === 'PUT' ? { body: request.body } : {}),
  });
  const fault = faults.hit(method, url.pathname);
  const effect = fault?.effect;
  if (effect?.kind === 'drop' && effect.when === 'before') return void incoming.socket.destroy();
  if (effect?.kind === 'hold' && effect.until === 'before') {
    await fault?.hold(closed);
    // Whoever has gone meanwhile has not asked for anything.
    if (incoming.socket.destroyed) return;
  }
  clock.tick();
  const response =
    refused(cloud, request, () => admitted(parts, request, entry)) ??
    processed(parts, request, effect, entry);
  log.processed(entry, response.status, response.headers['x-ms-correlation-request-id'] ?? '');
  if (effect?.kind === 'drop') return void incoming.socket.destroy();
  if (effect?.kind === 'hold' && effect.until === 'after') await fault?.hold(closed);
  if (!incoming.socket.destroyed) send(outgoing, effect?.kind === 'garble' ? proxyPage : response);
  log.answered(entry);
}

/** Throws unless the sender is known and may do what the request demands; puts both on record. */
function admitted({ access, cloud, tokens }: ArmParts, request: ArmRequest, entry: LogEntry): void {
  entry.identity = tokens.check(request.headers.authorization);
  const { subscriptions } = cloud;
  if (/^\/subscriptions\/./i.test(request.path)) subscriptions.assertKnown(subscriptionOf(request.path));
  const demand = demandOf(request, (type) => kinds.get(type.toLowerCase())?.type);
  if (demand === undefined) return;
  entry.demand = demand;
  const abroad = demand.linked.find(({ scope }) => !subscriptions.has(subscriptionOf(scope)));
  if (abroad) throw foreignSubscription(demand, abroad);
  access.assertAllowed(entry.identity, demand);
}

/** The request with whatever a fault adds to it; a deletion that is accepted goes on record. */
function processed(
  { cloud, deletions }: ArmParts,
  request: ArmRequest,
  effect: FaultEffect | undefined,
  entry: LogEntry,
): ArmResponse {
  if (effect?.kind === 'status') return refusal(cloud, request, faultError(effect));
  if (effect?.kind === 'answer') return planted(cloud, request, effect);
  if (effect?.kind === 'operation') request.operationFault = effect;
  if (effect?.kind === 'known') {
    const outcome = knownOutcome(effect.name, cloud, request);
    if ('refused' in outcome) return refusal(cloud, request, outcome.refused);
    if ('operation' in outcome) request.operationFault = outcome.operation;
  }
  if (effect?.kind === 'mutate' && effect.when === 'before') mutate(cloud, effect, request.path);
  const lost = request.method === 'DELETE' ? doomed(cloud, request.path) : undefined;
  const response = answer(cloud, request);
  if (lost && response.status < 300) {
    const { seq, at, clientRequestId } = entry;
    const correlationId = response.headers['x-ms-correlation-request-id'] ?? '';
    deletions.add({ seq, at, correlationId, clientRequestId, status: response.status, ...lost });
  }
  if (effect?.kind === 'mutate' && effect.when === 'after') {
    const act = (): void => mutate(cloud, effect, request.path);
    if (effect.afterSeconds === undefined) act();
    else cloud.schedule(effect.afterSeconds, act);
  }
  return response;
}

function faultError(effect: {
  status: number;
  code: string;
  message: string;
  retryAfterSeconds?: number;
}): ArmError {
  return new ArmError(effect.status, effect.code, effect.message, {
    details: [],
    headers:
      effect.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(effect.retryAfterSeconds) },
  });
}

function refused(cloud: Cloud, request: ArmRequest, check: () => void): ArmResponse | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ArmError) return refusal(cloud, request, error);
    throw error;
  }
}

function planted(cloud: Cloud, request: ArmRequest, told: { status: number; body: object }): ArmResponse {
  return {
    status: told.status,
    headers: {
      ...commonHeaders(cloud, request, { gateway: false, identifies: false }),
      'Content-Type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify(told.body),
  };
}

function refusal(cloud: Cloud, request: ArmRequest, error: ArmError): ArmResponse {
  return {
    status: error.status,
    headers: {
      ...commonHeaders(cloud, request, { gateway: error.gateway, identifies: false }),
      'Content-Type': 'application/json; charset=utf-8',
      ...error.headers,
    },
    body: JSON.stringify(error),
  };
}

const proxyPage: ArmResponse = {
  status: 200,
  headers: { 'Content-Type': 'text/html' },
  body: '<html><body>One moment, please.</body></html>',
};

function send(outgoing: ServerResponse, response: ArmResponse): void {
  const body = Buffer.from(response.body);
  const length = response.status === 204 ? {} : { 'Content-Length': String(body.length) };
  outgoing.writeHead(response.status, { ...response.headers, ...length });
  outgoing.end(response.status === 204 ? undefined : body);
}

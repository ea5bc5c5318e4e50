import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cloud } from '../cloud';
import { ArmError } from '../errors';
import { answer } from '../frontDoor';
import { commonHeaders } from '../headers';
import type { ArmRequest, ArmResponse } from '../types';
import type { SimulatedClock } from './clock';
import type { Faults } from './faults';
import { readBody } from './http';
import type { RequestLog } from './requestLog';
import type { Tokens } from './tokens';

export interface ArmParts {
  cloud: Cloud;
  clock: SimulatedClock;
  faults: Faults;
  log: RequestLog;
  tokens: Tokens;
}

/** Serves one ARM request: authentication, planted faults, the resource model, the log. */
export async function handleArm(
  parts: ArmParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const closed = new Promise<void>((resolve) => outgoing.once('close', resolve));
  const { cloud, clock, faults, log, tokens } = parts;
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
  });
  const fault = faults.hit(method, url.pathname);
  const effect = fault?.effect;
  if (effect?.kind === 'operation') request.operationFault = effect;
  if (effect?.kind === 'drop' && effect.when === 'before') return void incoming.socket.destroy();
  if (effect?.kind === 'hold' && effect.until === 'before') {
    await fault?.hold(closed);
    // Whoever has gone meanwhile has not asked for anything.
    if (incoming.socket.destroyed) return;
  }
  clock.tick();
  const response =
    refused(cloud, request, () => tokens.check(headers.authorization)) ??
    (effect?.kind === 'status' ? refusal(cloud, request, faultError(effect)) : answer(cloud, request));
  log.processed(entry, response.status, response.headers['x-ms-correlation-request-id'] ?? '');
  if (effect?.kind === 'drop') return void incoming.socket.destroy();
  if (effect?.kind === 'hold' && effect.until === 'after') await fault?.hold(closed);
  if (!incoming.socket.destroyed) send(outgoing, response);
  log.answered(entry);
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

function send(outgoing: ServerResponse, response: ArmResponse): void {
  const body = Buffer.from(response.body);
  const length = response.status === 204 ? {} : { 'Content-Length': String(body.length) };
  outgoing.writeHead(response.status, { ...response.headers, ...length });
  outgoing.end(response.status === 204 ? undefined : body);
}

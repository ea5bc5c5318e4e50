import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, mergePatch } from '../json';
import type { WindowsState } from '../guest';
import { sendPacket, systemsOf } from '../packets';
import type { Endpoint, WalkOptions } from '../walk';
import type { ArmParts } from './armHandler';
import { patchByHand, putByHand, removeByHand, rendered } from './drift';
import type { FaultSpec } from './faults';
import { AdminError, required } from './adminCall';
import type { AdminCall, AdminRoutes } from './adminCall';
import { governanceRoutes } from './governanceRoutes';
import { readBody, sendJson, startLines } from './http';

const heartbeatMilliseconds = 5000;

/** Serves one request below /admin: for tests, demos and launchers, never for the app. */
export async function handleAdmin(
  parts: ArmParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  try {
    const text = await readBody(incoming);
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    const [first, second, third] = url.pathname.split('/').filter(Boolean).slice(1);
    const named = collections.includes(first ?? '');
    const route = `${incoming.method} ${[first, named ? undefined : second].filter(Boolean).join('/')}`;
    const handler = routes[route];
    if (!handler || third !== undefined) throw new AdminError(404, `Nothing here: ${route}`);
    parts.clock.tick();
    const call = { parts, url, body: isObject(parsed) ? parsed : {}, outgoing };
    const answer = handler(call, named ? second : undefined);
    if (!outgoing.headersSent) sendJson(outgoing, 200, answer ?? {});
  } catch (error) {
    if (outgoing.headersSent) return void outgoing.destroy();
    const client = error instanceof RangeError || error instanceof SyntaxError;
    const status = error instanceof AdminError ? error.status : client ? 400 : 500;
    sendJson(outgoing, status, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** What can be addressed one by one: /admin/<collection>/<name>. */
const collections = ['faults', 'policies', 'locks', 'access', 'subscriptions'];

const routes: AdminRoutes = {
  'GET clock': ({ parts }) => parts.clock.document(),
  'POST clock': ({ parts, body }) => parts.clock.change(body),
  'GET clock/follow': followClock,
  'POST clock/leave': ({ parts, url }) => parts.clock.leave(required(url, 'name')),
  'POST clock/idle': ({ parts, body }) =>
    parts.clock.idle(String(body.name), typeof body.nextDue === 'number' ? body.nextDue : null),
  'GET state': ({ parts }) => ({
    clock: parts.clock.document(),
    resources: rendered(parts.cloud),
    guests: systemsOf(parts.cloud),
  }),
  'PATCH resources': ({ parts, url, body }) => found(patchByHand(parts.cloud, required(url, 'id'), body)),
  'PUT resources': ({ parts, url, body }) => {
    const { name, type, properties } = body;
    if (typeof name !== 'string' || typeof type !== 'string' || !isObject(properties)) {
      throw new AdminError(400, 'A resource has name, type and properties.');
    }
    return putByHand(parts.cloud, { ...body, id: required(url, 'id'), name, type, properties });
  },
  'DELETE resources': ({ parts, url }) => found(removeByHand(parts.cloud, required(url, 'id')) || undefined),
  'GET guests': ({ parts, url }) => found(parts.cloud.machine(required(url, 'vm'))?.guest),
  'PATCH guests': ({ parts, url, body }) => {
    const machine = parts.cloud.machine(required(url, 'vm'));
    if (!machine?.guest) throw new AdminError(404, 'No such guest.');
    machine.guest = mergePatch(machine.guest, body) as WindowsState;
    return machine.guest;
  },
  'GET requests': ({ parts, url }) =>
    parts.log.since(Number(url.searchParams.get('since') ?? 0), url.searchParams.get('bodies') === 'true'),
  'GET requests/follow': ({ parts, outgoing }) => {
    const write = startLines(outgoing);
    outgoing.once('close', parts.log.onEvent(write));
  },
  'POST faults': ({ parts, body }) => {
    if (!isObject(body.effect)) throw new AdminError(400, 'A fault has an effect.');
    return { id: parts.faults.add(body as unknown as FaultSpec) };
  },
  'GET faults': ({ parts }) => ({ faults: parts.faults.list() }),
  'DELETE faults': ({ parts }, id) => {
    if (id === undefined) parts.faults.clear();
    else if (!parts.faults.remove(id)) throw new AdminError(404, 'No such fault.');
    return {};
  },
  'GET deletes': ({ parts, url }) => ({
    deletes: parts.deletions.since(Number(url.searchParams.get('since') ?? 0)),
  }),
  ...governanceRoutes,
  'POST walk': ({ parts, body }) => {
    const { from, to, ...options } = body as unknown as { from: Endpoint; to: Endpoint } & WalkOptions;
    return sendPacket(parts.cloud, from, to, options);
  },
  'POST reset': ({ parts }) => {
    parts.faults.clear();
    parts.cloud.reset();
    parts.log.clear();
    parts.deletions.clear();
    return {};
  },
};

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new AdminError(404, 'There is none.');
  return value;
}

/** The stream is the follower's readiness: it ends with it. */
function followClock({ parts, url, outgoing }: AdminCall): void {
  const { clock } = parts;
  const name = required(url, 'name');
  const write = startLines(outgoing);
  const stopFollowing = clock.follow(name);
  write(clock.document());
  const stopListening = clock.onChange(write);
  const heartbeat = setInterval(() => write(clock.document()), heartbeatMilliseconds);
  outgoing.once('close', () => {
    clearInterval(heartbeat);
    stopListening();
    stopFollowing();
  });
}

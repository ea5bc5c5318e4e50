import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { DurableClient } from 'durable-functions';
import { requireRole } from '../../shared/api/identity';
import { endpoints } from '../../shared/api/openapi/endpoints';
import { routes, type Route, type RouteName } from '../../shared/api/routes';
import { authentication } from '../../shared/config';
import { answer } from './answer';
import { callerOf, refuseQuery } from './request';

type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;
type DurableHandler = (
  request: HttpRequest,
  client: DurableClient,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

/** Registers an endpoint of the table of routes. Who may call it is settled before `handler` sees the request. */
export function endpoint(name: RouteName, handler: Handler): void {
  app.http(name, {
    ...bindingOf(name),
    handler: (request, context) =>
      answer(context, () => {
        admitCaller(name, request, context);
        return handler(request, context);
      }),
  });
}

/** The same for an endpoint that starts or looks at orchestrations. */
export function durableEndpoint(name: RouteName, handler: DurableHandler): void {
  df.app.client.http(name, {
    ...bindingOf(name),
    handler: (request, client, context) =>
      answer(context, () => {
        admitCaller(name, request, context);
        return handler(request, client, context);
      }),
  });
}

function bindingOf(name: RouteName) {
  const { method, path, role }: Route = routes[name];
  // Where Entra ID tells callers apart the host must not ask for a key on top.
  const keyed = role !== undefined && authentication().mode === 'functionKeys';
  return {
    methods: [method],
    authLevel: keyed ? ('function' as const) : ('anonymous' as const),
    route: `v1${path}`,
  };
}

/** Whoever asks for a change stands in the log, also where no record keeps it. */
function admitCaller(name: RouteName, request: HttpRequest, context: InvocationContext): void {
  const { role, method }: Route = routes[name];
  if (role === undefined) return;
  const caller = callerOf(request);
  requireRole(caller, role);
  if (method !== 'GET' && endpoints[name].query === undefined) refuseQuery(request);
  if (method !== 'GET') context.log(`${caller.id} asks: ${method} ${new URL(request.url).pathname}`);
}

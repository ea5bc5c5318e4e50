import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiCallbackObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { catalogue, type ProblemSlug } from '../problems';
import { routes, type Route, type RouteName } from '../routes';
import { event, problem } from '../shapes';
import { endpoints, type Endpoint } from './endpoints';

/** The OpenAPI 3.1 document of the API, from the schemas that validate and the table of routes. */
export function openApiDocument(): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const item = (paths[`/api/v1${route.path}`] ??= {});
    item[route.method.toLowerCase() as Lowercase<Route['method']>] = operationOf(name as RouteName, route);
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'nested-hosts',
      version: '1',
      description: 'Hyper-V hosts on Azure whose nested VMs are full members of the virtual network.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ functionKey: [] }, { functionKeyQuery: [] }, { entraId: [] }],
    paths,
    components: {
      securitySchemes: {
        functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        functionKeyQuery: { type: 'apiKey', in: 'query', name: 'code' },
        entraId: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Where the app is set to Entra ID: a token with one of its app roles',
        },
      },
    },
  });
}

function operationOf(name: RouteName, route: Route): ZodOpenApiOperationObject {
  const { path, role } = route;
  const endpoint = endpoints[name];
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const { body, query } = endpoint;
  const headers = headersOf(endpoint);
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [path.split('/')[1] ?? ''],
    ...(role === undefined ? { security: [] } : { description: `Takes the role ${role}.` }),
    requestParams: {
      ...(inPath.length > 0 && {
        path: z.object(Object.fromEntries(inPath.map((parameter) => [parameter, z.string()]))),
      }),
      ...(query && { query }),
      ...(headers && { header: headers }),
    },
    ...(body && {
      requestBody: {
        required: !body.optional,
        content: {
          'application/json': {
            schema: body.schema,
            ...(body.example === undefined ? {} : { example: body.example }),
          },
          ...(body.csv && { 'text/csv': { schema: z.string() } }),
        },
      },
    }),
    ...(endpoint.tells !== undefined && { callbacks: { outcome: toldAt(endpoint.tells) } }),
    responses: { ...answersOf(endpoint), ...problemsOf(endpoint, route) },
  };
}

/** What a receiver is sent, at least once; docs/callbacks.md says what it can rely on. */
function toldAt(expression: string): ZodOpenApiCallbackObject {
  return {
    [expression]: {
      post: {
        summary: 'The operation was accepted, or is over',
        requestParams: {
          header: z.object({
            'webhook-id': z.string().meta({ description: 'One per operation and event, at every attempt' }),
            'webhook-timestamp': z.string().meta({ description: 'Seconds since 1970' }),
            'webhook-signature': z
              .string()
              .meta({ description: 'As Standard Webhooks says, one per secret' }),
          }),
        },
        requestBody: { content: { 'application/cloudevents+json': { schema: event } } },
        responses: { '2XX': { description: 'Taken; anything else is tried again' } },
      },
    },
  };
}

function headersOf({ orders, conditional, body }: Endpoint): z.ZodObject | undefined {
  if (!orders && !conditional) return undefined;
  return z.object({
    ...(orders && {
      'Idempotency-Key': z.string().max(200).optional().meta({
        description: 'The same key with the same request is the same operation, however often it is sent',
      }),
    }),
    ...(conditional && { 'If-Match': z.string().optional() }),
    // Only what may not be there yet can be asked not to be.
    ...(conditional &&
      body && {
        'If-None-Match': z.string().optional().meta({ description: '`*`: only if there is none yet' }),
      }),
  });
}

function answersOf(endpoint: Endpoint): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(endpoint.answers).map(([status, shape]) => {
      if (typeof shape === 'string') {
        const type = shape === 'asset' ? 'text/javascript' : shape;
        return [status, { description: 'As asked', content: { [type]: { schema: z.unknown() } } }];
      }
      const description = status === '202' ? 'Under way; follow `Location`' : 'Done';
      const content = {
        'application/json': { schema: shape },
        ...(endpoint.sheet && { 'text/csv': { schema: z.string() } }),
      };
      return [status, { description, ...toldHeaders(endpoint, Number(status)), content }];
    }),
  ) as ZodOpenApiResponsesObject;
}

function toldHeaders(endpoint: Endpoint, status: number) {
  const names = Object.entries(answerHeaders(endpoint, status));
  if (names.length === 0) return {};
  const header = ([name, always]: [string, boolean]) => [name, always ? z.string() : z.string().optional()];
  return { headers: z.object(Object.fromEntries(names.map(header)) as Record<string, z.ZodType>) };
}

/** Headers of an answer that say something of it, by name; true: always there. */
export function answerHeaders(endpoint: Endpoint, status: number): Record<string, boolean> {
  const { orders, tagged, answers } = endpoint;
  return {
    ...(status === 202 && { Location: true, 'Retry-After': true }),
    ...(status === 200 && tagged && { ETag: true }),
    ...(status === 200 && answers[200] instanceof z.ZodArray && { Link: false }),
    ...((status === 200 || status === 202) && orders && { 'Idempotency-Key': true }),
    ...((status === 429 || status === 503) && { 'Retry-After': true }),
  };
}

/** Problems by status; those that every call of its kind may meet are added. */
export function problemsAt(endpoint: Endpoint, { method, path, role }: Route): Map<number, ProblemSlug[]> {
  const { problems = [], body, query, orders, plain } = endpoint;
  // A change that takes no query refuses one.
  const judged = method !== 'GET' || query !== undefined || /\{(network|host)\}/.test(path);
  const slugs: ProblemSlug[] = [
    ...(body ? (['invalid-json', 'body-too-large', 'unsupported-media-type'] as const) : []),
    ...(judged ? (['invalid-request'] as const) : []),
    ...(orders ? (['invalid-idempotency-key', 'idempotency-key-reused'] as const) : []),
    ...(orders === 'operation' ? (['too-many-operations'] as const) : []),
    ...(role === undefined ? [] : (['unauthenticated', 'forbidden', 'authentication-off'] as const)),
    ...problems,
    ...(plain ? [] : (['internal'] as const)),
  ];
  const byStatus = new Map<number, ProblemSlug[]>();
  for (const slug of new Set(slugs)) {
    const [status] = catalogue[slug];
    byStatus.set(status, [...(byStatus.get(status) ?? []), slug]);
  }
  return byStatus;
}

function problemsOf(endpoint: Endpoint, route: Route): ZodOpenApiResponsesObject {
  const entries = [...problemsAt(endpoint, route)].map(([status, slugs]) => [
    String(status),
    {
      description: slugs.map((slug) => `\`/problems/${slug}\`: ${catalogue[slug][1]}`).join('. '),
      ...toldHeaders(endpoint, status),
      content: { 'application/problem+json': { schema: problem } },
    },
  ]);
  return Object.fromEntries(entries) as ZodOpenApiResponsesObject;
}

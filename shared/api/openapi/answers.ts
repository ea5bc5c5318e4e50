import { z } from 'zod';
import { callbackEvents } from '../../records/callbacks';

/** Shapes of what the API answers; the whole-system tests hold real answers against them. */

const instant = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });
const addresses = z.strictObject({
  ghostedPrefix: z.string(),
  natAddress: z.string(),
  lanAddress: z.string(),
});
const guests = z.array(z.strictObject({ name: z.string(), state: z.string() }));

/** Definition with all defaults filled in; see the request for its fields. */
const definition = z.looseObject({
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  location: z.string(),
});

export const network = z
  .strictObject({
    name: z.string(),
    state: z.enum(['defining', 'ready', 'failed']),
    operation: z.string().meta({ description: 'Operation that defines the network or did so last' }),
    converging: z.string().optional(),
    definition,
    occupancy: z.strictObject({
      pools: z.array(z.strictObject({ prefix: z.string(), total: z.number(), used: z.number() })),
    }),
    updatedAt: instant,
  })
  .meta({ id: 'Network' });

export const host = z
  .strictObject({
    unchanged: z.literal(true).optional(),
    network: z.string(),
    name: z.string(),
    state: z.enum(['provisioning', 'adopting', 'ready', 'deleting', 'failed']),
    operation: z.string().optional().meta({ description: 'Operation that holds the host at the moment' }),
    next: z.string().optional().meta({ description: 'Teardown that takes the host over then' }),
    spec: z.looseObject({ size: z.string() }),
    addresses: addresses.optional(),
    adopted: z.looseObject({}).optional(),
    vmId: z.string().optional(),
    guest: z.strictObject({ os: z.string(), bootTime: z.string(), verifiedAt: instant }).optional(),
    reason: z.string().optional().meta({ description: 'Why the host is as it is' }),
    updatedAt: instant,
  })
  .meta({ id: 'Host' });

const step = z.strictObject({
  name: z.string(),
  status: z.enum(['pending', 'running', 'done', 'failed', 'skipped']),
  change: z.enum(['created', 'updated', 'unchanged', 'deleted']).optional(),
  startedAt: instant.optional(),
  finishedAt: instant.optional(),
  detail: z.string().optional(),
});

const failure = z.strictObject({
  class: z.string(),
  code: z.string().meta({ description: "Azure's, the guest's or the app's own code" }),
  message: z.string(),
  step: z.string().optional(),
  leftovers: z.array(z.string()).optional(),
});

const warrant = z.strictObject({
  operation: z.string(),
  resourceId: z.string(),
  requestId: z.string(),
  issuedAt: instant,
  purpose: z.string(),
  reconciliation: z.string().optional(),
  proof: z.array(z.string()),
});

export const operation = z
  .strictObject({
    id: z.string(),
    kind: z.enum([
      'defineNetwork',
      'provision',
      'adopt',
      'repair',
      'inventory',
      'teardown',
      'reconcile',
      'converge',
    ]),
    network: z.string(),
    host: z.string().optional(),
    status: z.enum(['admitted', 'running', 'succeeded', 'failed', 'cancelled']),
    caller: z.string(),
    ticket: z.string().optional(),
    createdAt: instant,
    startedAt: instant.optional(),
    finishedAt: instant.optional(),
    steps: z.array(step),
    failure: failure.optional(),
    hosts: z.array(z.looseObject({ host: z.string(), status: z.string() })).optional(),
    adoption: z.looseObject({}).optional(),
    inventory: z.strictObject({ count: z.number(), guests }).optional(),
    warrants: z.array(warrant).optional(),
  })
  .meta({ id: 'Operation' });

export const unchanged = z.strictObject({
  unchanged: z.literal(true),
  network: z.string(),
  name: z.string(),
});
export const forgotten = z.strictObject({ name: z.string(), forgotten: z.literal(true) });
export const status = z.strictObject({ status: z.string() });
export const policy = z.strictObject({ policy: z.looseObject({}), effective: z.looseObject({}) });
export const report = z.looseObject({ id: z.string() }).meta({ id: 'Reconciliation' });
export const paths = z.looseObject({}).meta({ id: 'Paths' });

export const plan = z
  .looseObject({ planHash: z.string(), network: z.string(), host: z.string() })
  .meta({ id: 'Plan' });
/** Of a run that only reads and takes longer than its caller waits. */
export const underWay = z.strictObject({ id: z.string(), status: z.literal('running') });

export const batch = z
  .looseObject({
    id: z.string(),
    state: z.enum(['accepting', 'running', 'paused', 'cancelling', 'finished']),
    total: z.number(),
  })
  .meta({ id: 'Batch' });
export const poison = z.looseObject({ id: z.string() }).meta({ id: 'PoisonMessage' });

export const callback = z
  .strictObject({
    id: z.string().meta({ description: 'Also the `webhook-id`, at every attempt' }),
    operation: z.string(),
    event: z.enum(callbackEvents),
    network: z.string(),
    host: z.string().optional(),
    type: z.string(),
    receiver: z.string().meta({ description: 'Host of the URL' }),
    status: z.enum(['waiting', 'delivered', 'undelivered']),
    attempts: z.int(),
    lastAttempt: z
      .strictObject({
        at: instant,
        status: z.int().optional(),
        code: z.string().optional(),
        message: z.string().optional(),
      })
      .optional(),
    nextAttemptAt: instant.optional(),
    deliveredAt: instant.optional(),
    createdAt: instant,
  })
  .meta({ id: 'Callback' });

/** What receivers are sent. */
export const event = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string(),
    type: z.enum(callbackEvents.map((name) => `nested-hosts.operation.${name}`)),
    subject: z.string(),
    time: instant,
    datacontenttype: z.literal('application/json'),
    data: z.looseObject({
      operation: z.string(),
      kind: z.string(),
      network: z.string(),
      host: z.string().optional(),
      status: z.string(),
      ticket: z.string().optional(),
      addresses: addresses.optional(),
      failure: failure.optional(),
    }),
  })
  .meta({ id: 'OperationEvent' });

export const problem = z
  .strictObject({
    type: z.string().meta({ description: 'Kind of problem; docs/problems.md tells what to do about each' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
    operation: z.string().optional().meta({ description: 'Operation that stands in the way' }),
    traceId: z.string().optional(),
  })
  .meta({
    id: 'Problem',
    example: {
      type: '/problems/invalid-request',
      title: 'The request has mistakes',
      status: 400,
      detail: '/colour: Unknown field.',
      errors: [{ pointer: '/colour', detail: 'Unknown field.' }],
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    },
  });

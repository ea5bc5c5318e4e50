import { z } from 'zod';
import { callbackEvents } from '../../records/callbacks';
import { addresses, failure, instant } from './common';
import { operation } from './operations';

export const callback = z
  .strictObject({
    id: z.string().meta({ description: 'Also the `webhook-id`, at every attempt' }),
    operation: z.string(),
    event: z.enum(callbackEvents),
    network: z.string(),
    host: z.string().exactOptional(),
    type: z.string(),
    receiver: z
      .string()
      .meta({ description: 'Host of the URL; the rest of it may be a secret of the receiver' }),
    status: z.enum(['waiting', 'delivered', 'undelivered']),
    resentBy: z.string().exactOptional().meta({ description: 'Caller who last had it sent again' }),
    attempts: z.int(),
    lastAttempt: z
      .strictObject({
        at: instant,
        status: z.int().exactOptional(),
        code: z.string().exactOptional(),
        message: z.string().exactOptional(),
      })
      .exactOptional(),
    nextAttemptAt: instant.exactOptional(),
    deliveredAt: instant.exactOptional(),
    createdAt: instant,
  })
  .meta({ id: 'Callback' });

/** What receivers are sent: CloudEvents 1.0, structured. */
export const event = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: z.string().meta({ description: 'The same as `webhook-id`' }),
    source: z.string(),
    type: z.templateLiteral(['nested-hosts.operation.', z.enum(callbackEvents)]),
    subject: z.string(),
    time: instant,
    datacontenttype: z.literal('application/json'),
    data: z.strictObject({
      operation: z.string(),
      kind: operation.shape.kind,
      network: z.string(),
      host: z.string().exactOptional(),
      status: operation.shape.status,
      ticket: z.string().exactOptional(),
      createdAt: instant,
      finishedAt: instant.exactOptional(),
      addresses: addresses.exactOptional(),
      failure: failure.exactOptional(),
      unchanged: z
        .literal(true)
        .exactOptional()
        .meta({ description: 'There was nothing to do, so there is no operation under this id' }),
      href: z
        .string()
        .exactOptional()
        .meta({ description: 'Path of the operation; absent if there is none' }),
    }),
  })
  .meta({ id: 'OperationEvent' });

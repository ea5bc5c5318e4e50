import { z } from 'zod';
import { rowStatuses } from '../../records/batches';
import { failure, instant } from './common';

const place = z.strictObject({ id: z.string(), row: z.int() });

export const batch = z
  .strictObject({
    id: z.string(),
    caller: z.string(),
    ticket: z.string().exactOptional(),
    state: z
      .enum(['accepting', 'running', 'paused', 'cancelling', 'finished'])
      .meta({ description: '`paused` while it stands still on a network' }),
    total: z.int(),
    counts: z
      .record(z.enum(rowStatuses), z.int())
      .exactOptional()
      .meta({ description: 'Rows by status; only where the rows are read' }),
    cancelledBy: z.string().exactOptional(),
    resumedBy: z.string().exactOptional().meta({ description: 'Caller who last had it go on' }),
    paused: z
      .array(z.strictObject({ network: z.string(), since: instant, reason: z.string() }))
      .exactOptional(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Batch' });

export const batchRow = z.strictObject({
  row: z.int().meta({ description: 'From 1' }),
  network: z.string(),
  name: z.string(),
  ticket: z.string().exactOptional(),
  status: z.enum(rowStatuses),
  operation: z.string().exactOptional(),
  queuedAt: instant.exactOptional(),
  finishedAt: instant.exactOptional(),
  failure: failure.exactOptional(),
});

export const batchPage = z
  .strictObject({
    ...batch.shape,
    rows: z.array(batchRow),
    next: z.string().exactOptional().meta({ description: 'Path of the following page' }),
  })
  .meta({ id: 'BatchPage' });

/** A message that the queue gave up. */
export const poison = z
  .strictObject({
    id: z.string(),
    message: z.string(),
    reason: z.string(),
    batch: place.exactOptional(),
    href: z.string().exactOptional().meta({ description: 'Row of the batch that it was about' }),
    times: z.int(),
    firstAt: instant,
    lastAt: instant,
    replayedAt: instant.exactOptional(),
    replayedBy: z.string().exactOptional().meta({ description: 'Caller who last put it back' }),
  })
  .meta({ id: 'PoisonMessage' });

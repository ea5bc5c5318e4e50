import { z } from 'zod';

/** Parts that several answers share. */

export const instant = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });

export const addresses = z.strictObject({
  ghostedPrefix: z.string(),
  natAddress: z.string(),
  lanAddress: z.string(),
});

export const failure = z.strictObject({
  class: z.string(),
  code: z.string().meta({ description: "Azure's, the guest's or the app's own code" }),
  message: z.string(),
  errors: z
    .array(z.strictObject({ pointer: z.string(), detail: z.string() }))
    .exactOptional()
    .meta({ description: 'Every mistake in a definition that does not fit what Azure has, by JSON pointer' }),
  step: z.string().exactOptional(),
  leftovers: z
    .array(z.string())
    .exactOptional()
    .meta({ description: 'What an undo could not remove; the reconciler finishes it' }),
});

/** One DELETE that was allowed, with what proved it right. */
export const warrant = z.strictObject({
  operation: z.string(),
  resourceId: z.string(),
  requestId: z.string().meta({ description: "Client request id of the DELETE, as in Azure's activity log" }),
  issuedAt: instant,
  purpose: z.enum(['undo', 'teardown', 'reconcile', 'housekeeping']),
  reconciliation: z.string().exactOptional(),
  proof: z.array(z.string()),
});

export const status = z.strictObject({ status: z.string() });

/** Of a run that only reads and takes longer than its caller waits. */
export const underWay = z.strictObject({ id: z.string(), status: z.literal('running') });

/** JSON of somebody else's making, shown as it is. */
export const foreignJson = z.record(z.string(), z.unknown());

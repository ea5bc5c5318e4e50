import { z } from 'zod';
import { findingKinds } from '../../records/reconciliation';
import { instant, warrant } from './common';

const remedy = z.enum(['report', 'repair', 'delete']);

const finding = z.strictObject({
  kind: z.enum(findingKinds),
  network: z.string(),
  what: z.string(),
  host: z.string().exactOptional(),
  subnet: z.string().exactOptional(),
  prefix: z.string().exactOptional(),
  evidence: z.array(z.string()),
  remedy,
  repairNeedsInterruption: z.literal(true).exactOptional(),
  blockedBy: z.array(z.string()).exactOptional(),
  detail: z.string(),
  policy: remedy,
  seen: z.strictObject({ first: instant, last: instant, times: z.int() }),
  action: z.strictObject({
    verdict: z.enum(['none', 'withheld', 'planned', 'done', 'failed']),
    reason: z.string().exactOptional(),
    operation: z.string().exactOptional(),
  }),
});

/** Which runs go on is known to whoever asks for one of them; lists do not tell it. */
const state = z.enum(['running', 'finished', 'failed']);

export const report = z
  .strictObject({
    id: z.string(),
    network: z.string(),
    caller: z.string().exactOptional().meta({ description: 'Who asked for the run, or `timer`' }),
    status: state.exactOptional().meta({ description: 'Absent in lists' }),
    dryRun: z.boolean(),
    startedAt: instant,
    finishedAt: instant.exactOptional(),
    failure: z.string().exactOptional(),
    findings: z.array(finding),
    truncated: z
      .number()
      .exactOptional()
      .meta({ description: 'Findings left out for the size of the report' }),
    stopped: z.array(z.string()).exactOptional().meta({ description: 'Hosts whose VM is stopped' }),
    guests: z
      .record(
        z.string(),
        z.strictObject({
          ok: z.boolean(),
          message: z.string().exactOptional(),
          failedChecks: z.array(z.string()),
        }),
      )
      .exactOptional()
      .meta({ description: 'What was found inside the hosts that were asked' }),
    warrants: z.array(warrant).exactOptional().meta({ description: 'Absent in lists' }),
  })
  .meta({ id: 'Reconciliation' });

/** A run that has left no report yet, or never will. */
export const reportless = z.strictObject({ id: z.string(), status: z.enum(['running', 'failed']) });

export const begunRun = z.strictObject({
  id: z.string(),
  network: z.string(),
  caller: z.string(),
  dryRun: z.boolean().exactOptional(),
  verifyGuests: z.boolean().exactOptional(),
  status: z.literal('running'),
  href: z.string(),
});
export const begunRuns = z.strictObject({ reconciliations: z.array(begunRun) });

const policyFields = {
  dryRun: z.boolean(),
  repairs: z.enum(['report', 'repair']),
  deletes: z.enum(['report', 'delete']),
  graceHours: z.number(),
  mostDeletes: z.number(),
};

/** What the network says itself, and what holds with the app's settings behind it. */
export const policy = z.strictObject({
  policy: z.strictObject(policyFields).partial(),
  effective: z.strictObject(policyFields),
  set: z
    .strictObject({ caller: z.string(), at: instant })
    .exactOptional()
    .meta({ description: 'Who wrote `policy` last' }),
});

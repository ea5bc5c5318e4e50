import { z } from 'zod';
import { addresses, failure, instant, warrant } from './common';

const step = z.strictObject({
  name: z.string(),
  status: z.enum(['pending', 'running', 'done', 'failed', 'skipped']),
  change: z.enum(['created', 'updated', 'unchanged', 'deleted']).exactOptional(),
  startedAt: instant.exactOptional(),
  finishedAt: instant.exactOptional(),
  detail: z.string().exactOptional(),
});

/** What a roll-out came to on one host. */
const hostOutcome = z.strictObject({
  host: z.string(),
  status: z.enum(['pending', 'converged', 'unchanged', 'busy', 'skipped', 'needsInterruption', 'failed']),
  changed: z.array(z.string()).exactOptional(),
  reason: z.string().exactOptional(),
  operation: z.string().exactOptional(),
});

/** What an adoption recognised, and what it would do or did about it. */
const adoption = z.strictObject({
  virtualMachineId: z.string(),
  nic1Id: z.string(),
  nic2Id: z.string().exactOptional(),
  addresses: z.strictObject({
    ghostedPrefix: addresses.shape.ghostedPrefix.exactOptional(),
    natAddress: addresses.shape.natAddress.exactOptional(),
    lanAddress: addresses.shape.lanAddress.exactOptional(),
  }),
  ghostedSubnet: z.string(),
  routes: z.array(z.string()),
  repairs: z.array(z.string()),
  interruptions: z.array(z.string()),
});

const inventory = z.strictObject({
  count: z.number(),
  guests: z.array(
    z.strictObject({
      name: z.string(),
      state: z.string(),
      addresses: z.array(z.string()).exactOptional(),
      leases: z.array(z.string()).exactOptional(),
    }),
  ),
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
    host: z.string().exactOptional(),
    status: z.enum(['admitted', 'running', 'succeeded', 'failed', 'cancelled']),
    caller: z.string(),
    cancelRequestedBy: z.string().exactOptional().meta({ description: 'Caller who first asked it to stop' }),
    restartedBy: z.string().exactOptional().meta({ description: 'Caller who last restarted it' }),
    ticket: z.string().exactOptional(),
    batch: z
      .strictObject({ id: z.string(), row: z.int() })
      .exactOptional()
      .meta({ description: 'Row that asked for it' }),
    createdAt: instant,
    startedAt: instant.exactOptional(),
    finishedAt: instant.exactOptional(),
    steps: z.array(step),
    failure: failure.exactOptional(),
    hosts: z.array(hostOutcome).exactOptional(),
    adoption: adoption.exactOptional(),
    inventory: inventory.exactOptional(),
    warrants: z
      .array(warrant)
      .exactOptional()
      .meta({ description: 'Every DELETE that it asked for; absent in lists' }),
  })
  .meta({ id: 'Operation' });

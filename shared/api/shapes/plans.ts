import { z } from 'zod';
import { addresses, foreignJson, instant } from './common';

const obstacle = z.strictObject({
  class: z.string(),
  code: z.string(),
  message: z.string(),
  limit: z
    .strictObject({ limit: z.number(), used: z.number(), needed: z.number(), remedy: z.string() })
    .exactOptional(),
});

const resource = z.strictObject({
  step: z.enum([
    'createSubnets',
    'createVirtualMachine',
    'attachSecondNic',
    'enableIpForwarding',
    'addRoute',
  ]),
  kind: z.enum([
    'subnet',
    'publicIp',
    'networkInterface',
    'virtualMachine',
    'routeTable',
    'route',
    'association',
  ]),
  id: z.string(),
  change: z.enum(['created', 'updated', 'unchanged']),
  body: foreignJson.exactOptional().meta({ description: 'What Azure Resource Manager would be sent' }),
  partial: z
    .literal(true)
    .exactOptional()
    .meta({ description: 'The body holds only what changes; everything else goes back as it is read then' }),
});

const phase = z.strictObject({
  phase: z.enum(['features', 'network', 'verify', 'inventory', 'deconfigure']),
  parameters: foreignJson.meta({ description: 'What the script in Windows would be given' }),
  script: z.string().meta({ description: 'sha256 of that script' }),
});

/** What a provisioning would do. */
export const plan = z
  .strictObject({
    network: z.string(),
    host: z.string(),
    plannedAt: instant,
    empty: z.boolean().meta({ description: 'Nothing would be written and nothing be run' }),
    planHash: z
      .string()
      .exactOptional()
      .meta({ description: 'By this the plan is approved; absent while there are obstacles' }),
    estimatedSeconds: z.number(),
    addresses,
    resources: z.array(resource),
    guest: z.array(phase),
    obstacles: z.array(obstacle),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Plan' });

import { z } from 'zod';
import { addresses, instant } from './common';
import { hostDefaults } from './networks';

const resource = z.strictObject({ id: z.string(), uniqueId: z.string() });

/** What was taken over, under the names that it has. */
const adopted = z.strictObject({
  virtualMachine: resource,
  nic1: resource,
  nic2: resource.exactOptional(),
  osDisk: resource,
  dataDisks: z.array(z.string()),
  ghostedSubnet: z.string(),
  routes: z.array(z.strictObject({ tableId: z.string(), name: z.string() })),
});

export const host = z
  .strictObject({
    unchanged: z.literal(true).exactOptional(),
    network: z.string(),
    name: z.string(),
    state: z.enum(['provisioning', 'adopting', 'ready', 'deleting', 'failed']),
    operation: z
      .string()
      .exactOptional()
      .meta({ description: 'Operation that holds the host at the moment' }),
    next: z.string().exactOptional().meta({ description: 'Teardown that takes the host over then' }),
    spec: z.strictObject({
      ...hostDefaults.omit({ resourceGroup: true }).shape,
      ghostedPrefix: z.string().exactOptional(),
      adminPassword: z.strictObject({ secretId: z.string() }).exactOptional(),
    }),
    addresses: addresses.exactOptional(),
    adopted: adopted.exactOptional(),
    vmId: z.string().exactOptional(),
    guest: z
      .strictObject({
        os: z.string(),
        bootTime: z.string(),
        verifiedAt: instant,
        failedAt: instant.exactOptional(),
      })
      .exactOptional(),
    reason: z.string().exactOptional().meta({ description: 'Why the host is as it is' }),
    updatedAt: instant,
  })
  .meta({ id: 'Host' });

import { z } from 'zod';
import { instant } from './common';

const hop = z.strictObject({
  at: z.string(),
  action: z.string(),
  nextHop: z.string().exactOptional(),
  rule: z.string().exactOptional(),
});

const broken = z.strictObject({
  element: z.string().meta({ description: 'Resource id where it is a resource, else what it is called' }),
  name: z.string(),
  kind: z.enum([
    'guest',
    'host',
    'interface',
    'machine',
    'subnet',
    'routeTable',
    'securityGroup',
    'peering',
    'gateway',
    'protection',
    'endpoint',
  ]),
  leg: z.enum(['there', 'back']),
  reason: z.string(),
  remedy: z.string(),
});

const path = z.strictObject({
  from: z.string(),
  to: z.string(),
  ok: z.boolean(),
  source: z.string().exactOptional(),
  destination: z.string().exactOptional(),
  sourceSeen: z
    .string()
    .exactOptional()
    .meta({ description: "The sender's address as the destination sees it" }),
  assumed: z.literal(true).exactOptional(),
  there: z.array(hop),
  back: z.array(hop),
  oneSided: z.array(z.string()).exactOptional(),
  brokenBy: broken.exactOptional(),
});

/** How packets go there and back. */
export const paths = z
  .strictObject({
    network: z.string(),
    host: z.string(),
    observedAt: instant,
    ok: z.boolean().meta({ description: 'Every path is' }),
    hosts: z.record(z.string(), z.string()).meta({
      description: 'When a host last said of itself what is assumed of it, or `planned`',
    }),
    unread: z.array(z.string()),
    paths: z.array(path),
  })
  .meta({ id: 'Paths' });

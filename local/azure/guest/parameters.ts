import { z } from 'zod';
import { parseAddress, parseRange } from '../ipv4';

const ipv4 = z.string().refine((text) => parseAddress(text) !== undefined);
const nic = z.strictObject({ mac: z.string().regex(/^([0-9a-f]{2}[-:]?){5}[0-9a-f]{2}$/i), address: ipv4 });
const label = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/);

/** Host bits must be zero, as Windows demands of a route. */
const prefix = z.string().refine((text) => {
  const range = parseRange(text);
  return range !== undefined && parseAddress(text.split('/')[0] ?? '') === range.first;
});

const plan = z.strictObject({
  schema: z.literal(1),
  phase: z.string(),
  host: z.string().regex(/^[A-Za-z0-9-]{1,15}$/),
  operation: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/),
  nic1: nic,
  nic2: nic,
  switchName: label,
  scopeName: label,
  ghosted: z.strictObject({ prefix, gateway: ipv4, dhcpStart: ipv4, dhcpEnd: ipv4 }),
  dnsServers: z.array(ipv4).min(1),
  dnsSuffix: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,254}$/)
    .optional(),
  protectMetadata: z.boolean().optional(),
  routes: z.array(
    z.strictObject({
      prefix: prefix.refine((text) => !text.endsWith('/0')),
      gateway: ipv4,
      nic: z.union([z.literal(1), z.literal(2)]),
      metric: z.int().min(1).max(9999),
    }),
  ),
  notBootedAt: z.iso
    .datetime()
    .regex(/^20\d{2}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/)
    .optional(),
  dataDisk: z.strictObject({ lun: z.int().min(0).max(63) }).optional(),
  routesHere: z.int().min(0).max(9999).optional(),
  log: z.boolean().optional(),
  mayInterrupt: z.boolean().optional(),
  bootVersion: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
});

/** What the scripts are asked to bring about, as they decode it. */
export type Plan = z.infer<typeof plan>;

/** Undefined where the script's own check would refuse the parameter. */
export function decodePlan(encoded: string, phase: string): Plan | undefined {
  try {
    const decoded = plan.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
    return decoded.phase === phase && insidePrefix(decoded.ghosted) ? decoded : undefined;
  } catch {
    return undefined;
  }
}

function insidePrefix(ghosted: Plan['ghosted']): boolean {
  const range = parseRange(ghosted.prefix);
  if (!range || range.length > 29) return false;
  const [gateway = 0, start = 0, end = 0] = [ghosted.gateway, ghosted.dhcpStart, ghosted.dhcpEnd].map(
    (text) => parseAddress(text) ?? 0,
  );
  return range.first < gateway && gateway < start && start <= end && end < range.last;
}

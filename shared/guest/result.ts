import { z } from 'zod';
import { sentinel } from './types';
import type { GuestResult } from './types';

const check = z.object({ name: z.string(), ok: z.boolean(), detail: z.string().optional() });

const result = z.object({
  schema: z.literal(1),
  phase: z.enum(['features', 'network', 'verify', 'inventory', 'deconfigure']),
  ok: z.boolean(),
  changed: z.array(z.string()),
  restartNeeded: z.boolean(),
  bootTime: z.string(),
  bootTimeAtStart: z.string().optional(),
  os: z.string(),
  facts: z.record(z.string(), z.unknown()),
  checks: z.array(check),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** What `verify` reports of a host, whether it is as planned or not. */
export const verifyFacts = z.object({
  missingFeatures: z.array(z.string()).optional(),
  /** Code of what the startup task failed with in this boot, if nothing has mended it since. */
  bootError: z.string().optional(),
  switch: z.object({ name: z.string(), type: z.string() }).nullish(),
  vEthernet: z.object({ address: z.string(), prefixLength: z.number() }).nullish(),
  dhcp: z
    .object({
      name: z.string(),
      start: z.string(),
      end: z.string(),
      mask: z.string(),
      state: z.string(),
      router: z.array(z.string()),
      dns: z.array(z.string()),
      suffix: z.string().optional(),
      /** Addresses that are not leased, and those that are. */
      free: z.number().optional(),
      inUse: z.number().optional(),
    })
    .nullish(),
  /** nic 0: an interface that is neither NIC 1 nor NIC 2. */
  nat: z.array(z.object({ nic: z.number(), interface: z.string(), mode: z.string() })).optional(),
  /**
   * What guests reach of the platform in the host's name, as `address` or `address:port`; `only`: the filters of the
   * switch's adapter let nothing in but what they name.
   */
  metadata: z.object({ open: z.array(z.string()), only: z.boolean() }).optional(),
  /**
   * Active routes with a next hop on NIC 1 and NIC 2, the default route left out; and those in the way of one: on the link of a
   * NIC, or, as of nic 0, on another adapter.
   */
  routes: z
    .array(z.object({ prefix: z.string(), gateway: z.string(), nic: z.number(), metric: z.number() }))
    .optional(),
  forwarding: z.object({ nic1: z.boolean(), nic2: z.boolean(), vEthernet: z.boolean() }).optional(),
  /** Guests in any state. */
  guestCount: z.number().optional(),
  dnsProbes: z.array(z.object({ server: z.string(), answers: z.boolean() })).optional(),
  /** Who waits for a restart of Windows, `servicing` or `updates`; a host works meanwhile. */
  restartPending: z.array(z.string()).optional(),
  /** Short names of what could not be proven and fails nothing. */
  warnings: z.array(z.string()).optional(),
  /** True if lists were shortened to keep the result within the output limit. */
  truncated: z.boolean().optional(),
});
export type VerifyFacts = z.infer<typeof verifyFacts>;

/** What `inventory` reports: `count` is complete, the list may be shortened. */
export const inventoryFacts = z.object({
  count: z.number(),
  guests: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      addresses: z.array(z.string()).exactOptional(),
      leases: z.array(z.string()).exactOptional(),
    }),
  ),
  truncated: z.boolean().optional(),
});
export type InventoryFacts = z.infer<typeof inventoryFacts>;

function decode(json: string): GuestResult | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const parsed = result.safeParse(value);
  if (!parsed.success) return undefined;
  const { error, checks, bootTimeAtStart, ...rest } = parsed.data;
  return {
    ...rest,
    checks: checks.map(({ detail, ...line }) => (detail === undefined ? line : { ...line, detail })),
    ...(bootTimeAtStart === undefined ? {} : { bootTimeAtStart }),
    ...(error === undefined ? {} : { error }),
  };
}

/**
 * The result in a run command's output: the last line that is complete and valid. Undefined means unknown, not
 * failed: the output was cut, or the script never got to its end, and the phase may be run again.
 */
export function parseResult(output: string): GuestResult | undefined {
  for (const line of output.split(/\r?\n/).reverse()) {
    const text = line.trim();
    if (!text.startsWith(sentinel.begin) || !text.endsWith(sentinel.end)) continue;
    const decoded = decode(text.slice(sentinel.begin.length, -sentinel.end.length));
    if (decoded) return decoded;
  }
  return undefined;
}

/** Facts of a `verify` result; undefined if it is of another phase or has another shape. */
export function readVerifyFacts(from: GuestResult): VerifyFacts | undefined {
  return from.phase === 'verify' ? verifyFacts.safeParse(from.facts).data : undefined;
}

const warnedFacts = z.object({ warnings: z.array(z.string()) });

/** What a phase could not prove, or could not do and need not, by its short names. */
export const readWarnings = (from: GuestResult): string[] =>
  warnedFacts.safeParse(from.facts).data?.warnings ?? [];

const deconfigureFacts = z.object({ left: z.array(z.string()) });

/** What `deconfigure` found that was not made by this app, by its short names; none for another phase. */
export function readLeft(from: GuestResult): string[] {
  if (from.phase !== 'deconfigure') return [];
  return deconfigureFacts.safeParse(from.facts).data?.left ?? [];
}

/** Facts of an `inventory` result; undefined if guests could not be counted. */
export function readInventoryFacts(from: GuestResult): InventoryFacts | undefined {
  return from.phase === 'inventory' && from.ok ? inventoryFacts.safeParse(from.facts).data : undefined;
}

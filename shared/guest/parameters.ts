import { z } from 'zod';
import { ghostedRange } from '../network/ghosted';
import { parsePrefix } from '../network/ipv4';
import type { GuestParameters } from './types';

/** What the control plane knows when it configures a guest; the DHCP range follows from the ghosted prefix. */
export interface GuestPlanFacts {
  phase: GuestParameters['phase'];
  host: string;
  operation: string;
  nic1: GuestParameters['nic1'];
  nic2: GuestParameters['nic2'];
  /** CIDR, host bits zero, /29 or shorter: gateway, network and broadcast address leave room for guests. */
  ghostedPrefix: string;
  dnsServers: string[];
  dnsSuffix?: string;
  /** Absent: yes. */
  protectMetadata?: boolean;
  routes: GuestParameters['routes'];
  switchName?: string;
  scopeName?: string;
  notBootedAt?: string;
  dataDisk?: { lun: number };
  routesHere?: number;
  log?: boolean;
  bootVersion?: string;
  mayInterrupt?: boolean;
}

const address = z.ipv4();
const prefix = z.cidrv4().refine((text) => aligned(text), 'host bits must be zero');
const nic = z.strictObject({
  mac: z.string().regex(/^([0-9a-f]{2}[-:]?){5}[0-9a-f]{2}$/i, 'not a MAC'),
  address,
});
/** As a result line tells when Windows started. */
const instant = z.iso.datetime().regex(/^20\d{2}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/);
const label = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/);

/** The same rules as in parameters.ps1: a value that passes here is not refused there, and no field is unknown there. */
export const parameterSchema = z.strictObject({
  schema: z.literal(1),
  phase: z.enum(['features', 'network', 'verify', 'inventory', 'deconfigure']),
  host: z.string().regex(/^[A-Za-z0-9-]{1,15}$/),
  operation: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/),
  nic1: nic,
  nic2: nic,
  switchName: label,
  scopeName: label,
  ghosted: z.strictObject({ prefix, gateway: address, dhcpStart: address, dhcpEnd: address }),
  dnsServers: z.array(address).min(1),
  dnsSuffix: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,254}$/)
    .optional(),
  protectMetadata: z.boolean().optional(),
  routes: z.array(
    z.strictObject({
      prefix: prefix.refine((text) => !text.endsWith('/0'), 'a default route is never ours'),
      gateway: address,
      nic: z.union([z.literal(1), z.literal(2)]),
      metric: z.int().min(1).max(9999),
    }),
  ),
  notBootedAt: instant.optional(),
  dataDisk: z.strictObject({ lun: z.int().min(0).max(63) }).optional(),
  routesHere: z.int().min(0).max(9999).optional(),
  log: z.boolean().optional(),
  mayInterrupt: z.boolean().optional(),
  bootVersion: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
});

function aligned(cidr: string): boolean {
  try {
    parsePrefix(cidr);
    return true;
  } catch {
    return false;
  }
}

/**
 * The parameters of one phase on one host. Gateway is the first address of the ghosted prefix, DHCP serves the
 * second to the last but one. Throws ZodError or InvalidIpv4 on facts that no guest may ever see.
 */
export function buildParameters(facts: GuestPlanFacts): GuestParameters {
  const built: GuestParameters = {
    schema: 1,
    phase: facts.phase,
    host: facts.host,
    operation: facts.operation,
    nic1: facts.nic1,
    nic2: facts.nic2,
    switchName: facts.switchName ?? 'NestedSwitch',
    scopeName: facts.scopeName ?? 'Nested VMs',
    ghosted: ghostedRange(facts.ghostedPrefix),
    dnsServers: facts.dnsServers,
    ...(facts.dnsSuffix === undefined ? {} : { dnsSuffix: facts.dnsSuffix }),
    ...(facts.protectMetadata === undefined ? {} : { protectMetadata: facts.protectMetadata }),
    routes: facts.routes,
    ...(facts.notBootedAt === undefined ? {} : { notBootedAt: facts.notBootedAt }),
    ...(facts.dataDisk === undefined ? {} : { dataDisk: facts.dataDisk }),
    ...(facts.routesHere === undefined ? {} : { routesHere: facts.routesHere }),
    ...(facts.log === undefined ? {} : { log: facts.log }),
    ...(facts.mayInterrupt === undefined ? {} : { mayInterrupt: facts.mayInterrupt }),
    ...(facts.bootVersion === undefined ? {} : { bootVersion: facts.bootVersion }),
  };
  parameterSchema.parse(built);
  return built;
}

/** Parameters that `encodeParameters` made; undefined for anything else. */
export function decodeParameters(encoded: string): GuestParameters | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    return parameterSchema.safeParse(value).success ? (value as GuestParameters) : undefined;
  } catch {
    return undefined;
  }
}

/** Base64 of the UTF-8 JSON: the one form in which values reach a guest. */
export function encodeParameters(parameters: GuestParameters): string {
  return Buffer.from(JSON.stringify(parameters), 'utf8').toString('base64');
}

import { z } from 'zod';
import { longestGhostedPrefix } from '../network/ghosted';
import { InvalidIpv4, parsePrefix } from '../network/ipv4';

const prefixText = z.string().max(18);

const ghostedPrefix = prefixText.superRefine((text, context) => {
  try {
    const { length } = parsePrefix(text);
    if (length < 16 || length > longestGhostedPrefix) {
      context.addIssue({ code: 'custom', message: `A ghosted prefix is a /16 to /${longestGhostedPrefix}.` });
    }
  } catch (error) {
    if (!(error instanceof InvalidIpv4)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

export const networkName = z
  .string()
  .toLowerCase()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'A network name has 1 to 63 letters, digits and inner hyphens.',
  );

/** Also the computer name in Windows, which sets the rules. */
export const hostName = z
  .string()
  .toLowerCase()
  .regex(
    /^(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/,
    'A host name has 1 to 15 letters, digits and inner hyphens, and is not a number.',
  );

const resourceGroup = z
  .string()
  .regex(
    /^[\w.()-]{0,89}[\w()-]$/,
    'A resource group name has 1 to 90 letters, digits and ._-() characters.',
  );
const resourceName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[\w.-]{0,78}\w)?$/,
    'A resource name has 1 to 80 letters, digits and inner ._- characters.',
  );
const natGatewayId = z
  .string()
  .max(400)
  .regex(
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/natGateways\/[^/]+$/i,
    'This is not the resource id of a NAT gateway.',
  );
const sizeName = z.string().min(1).max(60);
const osDiskSizeGb = z.int().min(127, 'The Windows image needs 127 GB.').max(4095);

const subnet = z.strictObject({ name: resourceName, prefix: prefixText, create: z.boolean().default(false) });

const image = z.strictObject({
  publisher: z.string().min(1).max(80).default('MicrosoftWindowsServer'),
  offer: z.string().min(1).max(80).default('WindowsServer'),
  sku: z.string().min(1).max(80).default('2022-datacenter-g2'),
  version: z.string().min(1).max(40).default('latest'),
});

const refusedUserNames = new Set([
  'administrator',
  'admin',
  'user',
  'root',
  'guest',
  'test',
  'backup',
  'console',
]);
const adminUsername = z
  .string()
  .regex(/^[A-Za-z_][\w-]{0,19}$/, 'A user name has 1 to 20 letters, digits, _ and -.')
  .refine((name) => !refusedUserNames.has(name.toLowerCase()), 'Azure refuses this user name.');

const hosts = z.strictObject({
  resourceGroup: resourceGroup.optional(),
  size: sizeName.default('Standard_D4s_v5'),
  image: image.prefault({}),
  adminUsername: adminUsername.default('hostadmin'),
  osDiskSizeGb: osDiskSizeGb.default(128),
});

/** Shape of a network definition; what its prefixes mean for each other is judged by `definitionFindings`. */
export const networkDefinition = z
  .strictObject({
    subscriptionId: z.guid(),
    resourceGroup,
    location: z.string().regex(/^[a-z0-9]{2,40}$/, 'A location is written like westeurope.'),
    virtualNetwork: z.strictObject({
      name: resourceName,
      create: z.boolean().default(false),
      addressSpaces: z.array(prefixText).min(1).max(100),
    }),
    natSubnet: subnet,
    lanSubnet: subnet,
    ghosted: z.strictObject({
      pools: z.array(prefixText).min(1).max(100),
      prefixLength: z.int().min(16).max(longestGhostedPrefix).default(24),
    }),
    routedSubnets: z.array(subnet).max(200).default([]),
    outbound: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('existing') }),
        z.strictObject({ kind: z.literal('natGateway'), id: natGatewayId }),
      ])
      .default({ kind: 'existing' }),
    dnsServers: z.array(z.ipv4()).min(1).max(10).default(['168.63.129.16']),
    routeTable: resourceName.default('Routes-for-nested-VMs'),
    hosts: hosts.prefault({}),
  })
  .transform((definition) => ({
    ...definition,
    hosts: { ...definition.hosts, resourceGroup: definition.hosts.resourceGroup ?? definition.resourceGroup },
  }));

const ticket = z.string().trim().min(1).max(200);

export const hostRequest = z.strictObject({
  network: networkName,
  name: hostName,
  size: sizeName.optional(),
  osDiskSizeGb: osDiskSizeGb.optional(),
  ghostedPrefix: ghostedPrefix.optional(),
  onFailure: z.enum(['undo', 'keep']).default('undo'),
  priority: z.int().min(0).max(9).optional(),
  ticket: ticket.optional(),
});
export type HostRequest = z.output<typeof hostRequest>;

export const teardownRequest = z.strictObject({
  network: networkName,
  name: hostName,
  force: z.boolean().default(false),
  keepDisks: z.boolean().default(false),
  ticket: ticket.optional(),
});
export type TeardownOrder = z.output<typeof teardownRequest>;

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Query parameters of a teardown. */
export const teardownQuery = z.strictObject({
  force: flag.default(false),
  keepDisks: flag.default(false),
  ticket: ticket.optional(),
});

const envelope = { schemaVersion: z.literal(1), requestId: z.string().trim().min(1).max(200) };

/** A message of the queue `host-requests`: the same fields as over HTTP, with the id that makes repeats harmless. */
export const queueMessage = z.discriminatedUnion('kind', [
  z.strictObject({ ...envelope, kind: z.literal('provision'), ...hostRequest.shape }),
  z.strictObject({ ...envelope, kind: z.literal('teardown'), ...teardownRequest.shape }),
]);

export const reconciliationRequest = z.strictObject({
  network: networkName.optional(),
  dryRun: z.boolean().optional(),
  verifyGuests: z.boolean().optional(),
});

/** What the reconciler may do on one network; what is left out is as the app's settings say. */
export const reconcilePolicy = z.strictObject({
  dryRun: z.boolean().optional(),
  repairs: z.enum(['report', 'repair']).optional(),
  deletes: z.enum(['report', 'delete']).optional(),
  graceHours: z.number().min(0).max(720).optional(),
  mostDeletes: z.int().min(0).max(100).optional(),
});

/** A structured-field string or the bare value, as many clients send it. */
export const idempotencyKey = z
  .string()
  .transform((text) => text.trim().replace(/^"(.*)"$/, '$1'))
  .pipe(z.string().regex(/^[\x20-\x7e]{1,200}$/, 'The key has 1 to 200 printable ASCII characters.'));

import { z } from 'zod';
import { longestGhostedPrefix } from '../network/ghosted';
import { InvalidIpv4, parsePrefix } from '../network/ipv4';
import { rowStatuses } from '../records/batches';
import { callbackQuery, callbackWish } from './callback';
import { secretIdPattern } from '../azure/password';
import { dataDiskSizeGb, osDiskSizeGb, prefixText, resourceId, resourceName, sizeName, zone } from './fields';

export { networkDefinition } from './definition';

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

const adminPassword = z.strictObject({
  secretId: z
    .string()
    .max(300)
    .regex(secretIdPattern, 'Name a secret by its id: https://<vault>.vault.azure.net/secrets/<name>.'),
});

export const ticket = z.string().trim().min(1).max(200);
/** Higher goes first. */
const priority = z.int().min(0).max(9);

export const hostRequest = z.strictObject({
  network: networkName,
  name: hostName,
  size: sizeName.optional(),
  osDiskSizeGb: osDiskSizeGb.optional(),
  dataDiskSizeGb: dataDiskSizeGb.optional(),
  zone: zone.optional(),
  ghostedPrefix: ghostedPrefix.optional(),
  adminPassword: adminPassword.optional(),
  onFailure: z.enum(['undo', 'keep']).default('undo'),
  priority: priority.optional(),
  ticket: ticket.optional(),
  planHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'This is not the planHash of a dry run.')
    .optional(),
  callback: callbackWish.optional(),
});
export type HostRequest = z.output<typeof hostRequest>;

const virtualMachineId = resourceId('Microsoft.Compute/virtualMachines', 'a virtual machine');

/** A host that somebody else built, by the id of its VM or by its name in the hosts' resource group. */
export const adoptionRequest = z.strictObject({
  virtualMachine: z.union(
    [virtualMachineId, z.string().regex(/^[\w.-]{1,64}$/, 'This is not the name of a VM.')],
    {
      error: 'Name the VM by its resource id, or by its name.',
    },
  ),
  name: hostName.optional(),
  ghostedSubnet: resourceName.optional(),
  allowInterruption: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  ticket: ticket.optional(),
  callback: callbackWish.optional(),
});
export type AdoptionRequest = z.output<typeof adoptionRequest>;

export const teardownRequest = z.strictObject({
  network: networkName,
  name: hostName,
  force: z.boolean().default(false),
  keepDisks: z.boolean().default(false),
  keepVirtualMachine: z.boolean().optional(),
  ticket: ticket.optional(),
  callback: callbackWish.optional(),
});
export type TeardownOrder = z.output<typeof teardownRequest>;

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Query parameters of an order for a host. */
export const hostQuery = z.strictObject({ dryRun: flag.default(false) });

/** Body of a repair; network and host are in the path. */
export const repairBody = z.strictObject({
  allowInterruption: z.boolean().default(false),
  metadataProtection: z.enum(['full', 'filters']).optional(),
  priority: priority.optional(),
  ticket: ticket.optional(),
  callback: callbackWish.optional(),
});
/** The same where no path says which host. */
export const repairRequest = z.strictObject({ network: networkName, name: hostName, ...repairBody.shape });
export type RepairOrder = z.output<typeof repairRequest>;

/** An inventory has nothing to choose. */
export const inventoryBody = z.strictObject({});

/** Query parameters of a teardown. */
export const teardownQuery = z.strictObject({
  force: flag.default(false),
  keepDisks: flag.default(false),
  keepVirtualMachine: flag.optional(),
  ticket: ticket.optional(),
  ...callbackQuery,
});

/** A roll-out has nothing to choose but who is told. */
export const convergeRequest = z.strictObject({ callback: callbackWish.optional() });

/** Where a batch goes on; absent: wherever it stopped. */
export const resumption = z.strictObject({ network: networkName.optional() });

const rowNumber = z
  .string()
  .regex(/^\d{1,5}$/, 'Not a number.')
  .transform(Number);

/** Which rows of a batch a page shows. */
export const batchPageQuery = z.strictObject({
  after: rowNumber
    .default(0)
    .meta({ description: 'Rows after this one; a page tells where the next begins' }),
  limit: rowNumber.pipe(z.int().min(1).max(1_000)).default(100).meta({ description: '1 to 1,000' }),
  status: z.enum(rowStatuses).optional(),
  format: z.enum(['json', 'csv']).default('json').meta({ description: 'csv: the result sheet' }),
});

/** What becomes of the hosts of a batch that are under way when it is cancelled. */
export const cancelBatchQuery = z.strictObject({ running: z.enum(['finish', 'cancel']).default('finish') });

/** Ends of a path; their meaning is judged by `readEnds`. */
export const pathsQuery = z.strictObject({
  from: z.string().max(400).optional(),
  to: z.string().max(400).optional(),
});

/** Ids that may be keys of tables; what looks otherwise names nothing, and storage refuses to look for it. */
export const plainId = /^[a-z0-9-]{1,64}$/;

/** What every message of the queue has, whatever it asks for. */
export const messageEnvelope = { schemaVersion: z.literal(1), requestId: z.string().trim().min(1).max(200) };

/** A message of the queue `host-requests`: the same fields as over HTTP, with the id that makes repeats harmless. */
export const queueMessage = z.discriminatedUnion('kind', [
  z.strictObject({ ...messageEnvelope, kind: z.literal('provision'), ...hostRequest.shape }),
  // Every message may have a priority; a teardown never waits, so its own changes nothing.
  z.strictObject({
    ...messageEnvelope,
    kind: z.literal('teardown'),
    ...teardownRequest.shape,
    priority: priority.optional(),
  }),
  z.strictObject({ ...messageEnvelope, kind: z.literal('repair'), ...repairRequest.shape }),
  z.strictObject({
    ...messageEnvelope,
    kind: z.literal('batchRow'),
    batch: z.string().regex(plainId),
    row: z.int().min(1),
  }),
]);
export type QueueMessage = z.output<typeof queueMessage>;

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

function unquoted(text: string): string {
  const inner = /^"(.*)"$/.exec(text)?.[1];
  return inner === undefined ? text : inner.replace(/\\(["\\])/g, '$1');
}

/** A structured-field string or the bare value, as many clients send it. */
export const idempotencyKey = z
  .string()
  .transform((text) => unquoted(text.trim()))
  .pipe(z.string().regex(/^[\x20-\x7e]{1,200}$/, 'The key has 1 to 200 printable ASCII characters.'));

import { z } from 'zod';

/** Fields that several schemas share. */

export const prefixText = z.string().max(43);

export const resourceGroup = z
  .string()
  .regex(
    /^[\w.()-]{0,89}[\w()-]$/,
    'A resource group name has 1 to 90 letters, digits and ._-() characters.',
  );

export const resourceName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[\w.-]{0,78}\w)?$/,
    'A resource name has 1 to 80 letters, digits and inner ._- characters.',
  );

export const sizeName = z.string().min(1).max(60);
export const osDiskSizeGb = z.int().min(127, 'The Windows image needs 127 GB.').max(4095);
export const dataDiskSizeGb = z.int().min(4).max(32_767);
export const zone = z.enum(['1', '2', '3']);

/** Id of one resource type in a resource group; `what` names it in the refusal. */
export function resourceId(type: string, what: string) {
  const [provider = '', ...types] = type.split('/');
  const path = types.map((name) => `${name}/[^/]+`).join('/');
  const pattern = `^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${provider.replace('.', '\\.')}/${path}$`;
  return z.string().max(400).regex(new RegExp(pattern, 'i'), `This is not the resource id of ${what}.`);
}

import { z } from 'zod';
import { longestGhostedPrefix } from '../network/ghosted';
import { canonicalRange } from '../network/ipv6';
import {
  dataDiskSizeGb,
  osDiskSizeGb,
  prefixText,
  resourceGroup,
  resourceId,
  resourceName,
  sizeName,
  zone,
} from './fields';

const securityGroupId = resourceId('Microsoft.Network/networkSecurityGroups', 'a network security group');

const subnet = z.strictObject({
  name: resourceName,
  prefix: prefixText,
  create: z.boolean().default(false),
  networkSecurityGroupId: securityGroupId.exactOptional(),
});

const subnetId = z
  .string()
  .max(400)
  .superRefine((id, context) => {
    if (/\/virtualHubs\//i.test(id)) {
      const message = 'A Virtual WAN hub takes no route table, so nothing in it can be routed to guests.';
      context.addIssue({ code: 'custom', message });
    } else if (!resourceId('Microsoft.Network/virtualNetworks/subnets', '').safeParse(id).success) {
      context.addIssue({ code: 'custom', message: 'This is not the resource id of a subnet.' });
    }
  });

/** A subnet of another VNet is given by its id, one of the network's own VNet by name or id. */
const routedSubnet = z
  .strictObject({
    ...subnet.shape,
    id: subnetId.exactOptional(),
    name: resourceName.exactOptional(),
    via: z.enum(['host', 'appliance']).default('host'),
    bypassInspection: z.boolean().default(false),
  })
  .transform((routed, context) => ({ ...routed, name: nameFrom(routed, context) }));

const virtualNetwork = z
  .strictObject({
    id: resourceId('Microsoft.Network/virtualNetworks', 'a virtual network').exactOptional(),
    name: resourceName.exactOptional(),
    resourceGroup: resourceGroup.exactOptional(),
    create: z.boolean().default(false),
    addressSpaces: z.array(prefixText.overwrite(canonicalRange)).min(1).max(100),
  })
  .transform(({ id, ...network }, context) => ({
    ...network,
    name: nameFrom({ ...network, ...(id === undefined ? {} : { id }) }, context),
    ...(id === undefined ? {} : { resourceGroup: id.split('/')[4] ?? '' }),
  }));

/** The name, from the id where only that is given. */
function nameFrom(value: { id?: string; name?: string }, context: z.RefinementCtx): string {
  const fromId = value.id?.split('/').at(-1);
  const report = (message: string) => context.addIssue({ code: 'custom', path: ['name'], message });
  if (value.name === undefined && fromId === undefined) report('Required.');
  if (value.name !== undefined && fromId !== undefined && value.name.toLowerCase() !== fromId.toLowerCase()) {
    report(`The id names ${fromId}.`);
  }
  return fromId ?? value.name ?? '';
}

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

/** Lower case, as in the vault's URL. */
const vaultName = z
  .string()
  .toLowerCase()
  .regex(
    /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/,
    'The name of a vault has 3 to 24 letters, digits and single inner hyphens.',
  );

const hosts = z.strictObject({
  resourceGroup: resourceGroup.optional(),
  size: sizeName.default('Standard_D4s_v5'),
  image: image.prefault({}),
  adminUsername: adminUsername.default('hostadmin'),
  osDiskSizeGb: osDiskSizeGb.default(128),
  zone: zone.exactOptional(),
  acceleratedNetworking: z.boolean().exactOptional(),
  licenseType: z.enum(['Windows_Server', 'None']).exactOptional(),
  patchMode: z.enum(['AutomaticByOS', 'AutomaticByPlatform', 'Manual']).exactOptional(),
  dataDiskSizeGb: dataDiskSizeGb.exactOptional(),
  passwordVault: vaultName.exactOptional(),
  securityType: z.enum(['Standard', 'TrustedLaunch']).exactOptional(),
  metadataProtection: z.enum(['full', 'filters', 'none']).exactOptional(),
});

const tagName = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^<>%&\\?/]+$/, 'A tag name has none of < > % & \\ ? /.')
  .refine(
    (name) => !/^(?:nested-hosts-|microsoft|azure|windows)/i.test(name),
    'Tag names that start with nested-hosts-, microsoft, azure or windows are reserved.',
  );
// Azure takes 50 tags on a resource; five are the app's own.
const tags = z
  .record(tagName, z.string().max(256))
  .refine((all) => Object.keys(all).length <= 45, 'A network has at most 45 tags.');

const dnsSuffix = z
  .string()
  .max(255)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i,
    'A DNS suffix is a domain name such as corp.example.',
  );

/** Shape of a network definition; what its parts mean for each other is judged by `definitionFindings`. */
export const networkDefinition = z
  .strictObject({
    subscriptionId: z.guid(),
    resourceGroup,
    location: z.string().regex(/^[a-z0-9]{2,40}$/, 'A location is written like westeurope.'),
    virtualNetwork,
    natSubnet: subnet,
    lanSubnet: subnet,
    ghosted: z.strictObject({
      pools: z.array(prefixText).min(1).max(100),
      prefixLength: z.int().min(16).max(longestGhostedPrefix).default(24),
      networkSecurityGroupId: securityGroupId.exactOptional(),
    }),
    routedSubnets: z.array(routedSubnet).max(200).default([]),
    extraPrefixes: z.array(prefixText).max(100).exactOptional(),
    natPrefixes: z.array(prefixText).max(100).exactOptional(),
    dnsSuffix: dnsSuffix.exactOptional(),
    tags: tags.exactOptional(),
    outbound: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('existing') }),
        z.strictObject({ kind: z.literal('publicIp') }),
        z.strictObject({
          kind: z.literal('natGateway'),
          id: resourceId('Microsoft.Network/natGateways', 'a NAT gateway'),
        }),
      ])
      .default({ kind: 'existing' }),
    dnsServers: z.array(z.ipv4()).max(10).default([]),
    routeTable: resourceName.default('Routes-for-nested-VMs'),
    hosts: hosts.prefault({}),
  })
  .transform((definition) => ({
    ...definition,
    hosts: { ...definition.hosts, resourceGroup: definition.hosts.resourceGroup ?? definition.resourceGroup },
  }));

import { z } from 'zod';
import { instant } from './common';

const subnet = z.strictObject({
  name: z.string(),
  prefix: z.string(),
  create: z.boolean(),
  networkSecurityGroupId: z.string().exactOptional(),
});

export const hostDefaults = z.strictObject({
  resourceGroup: z.string(),
  size: z.string(),
  image: z.strictObject({
    publisher: z.string(),
    offer: z.string(),
    sku: z.string(),
    version: z.string(),
  }),
  adminUsername: z.string(),
  osDiskSizeGb: z.number(),
  zone: z.string().exactOptional(),
  acceleratedNetworking: z.boolean().exactOptional(),
  licenseType: z.enum(['Windows_Server', 'None']).exactOptional(),
  patchMode: z.enum(['AutomaticByOS', 'AutomaticByPlatform', 'Manual']).exactOptional(),
  dataDiskSizeGb: z.number().exactOptional(),
  passwordVault: z.string().exactOptional(),
  securityType: z.enum(['Standard', 'TrustedLaunch']).exactOptional(),
  metadataProtection: z.enum(['full', 'filters', 'none']).exactOptional(),
});

/** A definition with all defaults filled in; the request says what its fields mean. */
const definition = z.strictObject({
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  location: z.string(),
  virtualNetwork: z.strictObject({
    name: z.string(),
    resourceGroup: z.string().exactOptional(),
    create: z.boolean(),
    addressSpaces: z.array(z.string()),
  }),
  natSubnet: subnet,
  lanSubnet: subnet,
  ghosted: z.strictObject({
    pools: z.array(z.string()),
    prefixLength: z.int(),
    networkSecurityGroupId: z.string().exactOptional(),
  }),
  routedSubnets: z.array(
    z.strictObject({
      ...subnet.shape,
      id: z.string().exactOptional(),
      via: z.enum(['host', 'appliance']).exactOptional(),
      bypassInspection: z.boolean().exactOptional(),
    }),
  ),
  extraPrefixes: z.array(z.string()).exactOptional(),
  natPrefixes: z.array(z.string()).exactOptional(),
  dnsSuffix: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()).exactOptional(),
  outbound: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('natGateway'), id: z.string() }),
    z.strictObject({ kind: z.literal('publicIp') }),
    z.strictObject({ kind: z.literal('existing') }),
  ]),
  dnsServers: z.array(z.string()),
  routeTable: z.string(),
  hosts: hostDefaults,
});

export const network = z
  .strictObject({
    name: z.string(),
    state: z.enum(['defining', 'ready', 'failed']),
    operation: z.string().meta({ description: 'Operation that defines the network or did so last' }),
    converging: z
      .string()
      .exactOptional()
      .meta({ description: 'Operation that rolls the definition out at the moment' }),
    definition,
    occupancy: z.strictObject({
      pools: z.array(
        z.strictObject({
          prefix: z.string(),
          total: z.number().meta({ description: 'Prefixes of the length that hosts of this network get' }),
          used: z.number().meta({ description: 'Promised, or in subnets of others' }),
          foreign: z.number().meta({ description: 'In subnets of others' }),
        }),
      ),
      foreign: z
        .strictObject({
          ranges: z.array(z.strictObject({ prefix: z.string(), by: z.string() })),
          addresses: z.array(z.strictObject({ address: z.string(), by: z.string().exactOptional() })),
        })
        .meta({ description: 'What others have in the pools and NIC subnets, as last seen' }),
    }),
    updatedAt: instant,
  })
  .meta({ id: 'Network' });

export const forgotten = z.strictObject({ name: z.string(), forgotten: z.literal(true) });

import { z } from 'zod';

/**
 * The parts of ARM resources that the walk needs, as the REST API shows them (under `properties`) or as the SDK's
 * models do (flat). Anything else is let through unread; a part of another shape counts as absent.
 */

const flat = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('properties' in value)) return value;
  const { properties, ...rest } = value;
  return typeof properties === 'object' && properties !== null ? { ...properties, ...rest } : rest;
};

const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const texts = z.array(z.string()).catch([]);
const id = z.string().transform((value) => value.toLowerCase());
const reference = z
  .object({ id })
  .transform((value) => value.id)
  .optional()
  .catch(undefined);
/** Elements that do not fit are left out. */
const listOf = <T extends z.ZodType>(element: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((values) =>
      values.flatMap((value): z.output<T>[] => {
        const parsed = element.safeParse(value);
        return parsed.success ? [parsed.data] : [];
      }),
    );
const space = z.object({ addressPrefixes: texts }).catch({ addressPrefixes: [] });

const shape = <T extends z.ZodRawShape>(fields: T) =>
  z.preprocess(flat, z.object({ id, name: text, ...fields }));
/** A part of its parent, which need not show an id. */
const part = <T extends z.ZodRawShape>(fields: T) =>
  z.preprocess(flat, z.object({ id: id.optional(), name: text, ...fields }));

export const peering = part({
  peeringState: text,
  remoteVirtualNetwork: reference,
  remoteVirtualNetworkAddressSpace: space,
  remoteAddressSpace: space,
  allowVirtualNetworkAccess: flag,
  allowForwardedTraffic: flag,
  allowGatewayTransit: flag,
  useRemoteGateways: flag,
});
export const subnet = shape({
  addressPrefix: text,
  addressPrefixes: texts,
  routeTable: reference,
  networkSecurityGroup: reference,
  natGateway: reference,
  defaultOutboundAccess: flag,
});
export const virtualNetwork = shape({
  addressSpace: space,
  subnets: listOf(subnet),
  virtualNetworkPeerings: listOf(peering),
});
export const route = part({
  addressPrefix: z.string(),
  nextHopType: z.string(),
  nextHopIpAddress: text,
});
export const routeTable = shape({
  disableBgpRoutePropagation: flag,
  disablePeeringRoute: text,
  routes: listOf(route),
});
const groups = listOf(z.object({ id }).transform((value) => value.id));
export const securityRule = part({
  priority: z.number(),
  direction: z.enum(['Inbound', 'Outbound']),
  access: z.string(),
  protocol: text,
  sourceAddressPrefix: text,
  sourceAddressPrefixes: texts,
  sourceApplicationSecurityGroups: groups,
  sourcePortRange: text,
  sourcePortRanges: texts,
  destinationAddressPrefix: text,
  destinationAddressPrefixes: texts,
  destinationApplicationSecurityGroups: groups,
  destinationPortRange: text,
  destinationPortRanges: texts,
});
export const securityGroup = shape({ securityRules: listOf(securityRule) });
const ipConfiguration = z.preprocess(
  flat,
  z.object({
    id: id.optional(),
    primary: flag,
    privateIPAddress: text,
    subnet: reference,
    publicIPAddress: reference,
    applicationSecurityGroups: groups,
    loadBalancerBackendAddressPools: groups,
  }),
);
export const networkInterface = shape({
  ipConfigurations: listOf(ipConfiguration),
  virtualMachine: reference,
  privateEndpoint: reference,
  primary: flag,
  enableIPForwarding: flag,
  networkSecurityGroup: reference,
});
const endpointMode = z.object({ mode: text }).optional().catch(undefined);
export const virtualMachine = shape({
  securityProfile: z
    .object({
      proxyAgentSettings: z
        .object({ enabled: flag, imds: endpointMode, wireServer: endpointMode })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
  networkProfile: z
    .object({ networkInterfaces: listOf(z.preprocess(flat, z.object({ id, primary: flag }))) })
    .catch({ networkInterfaces: [] }),
  instanceView: z
    .object({ statuses: listOf(z.object({ code: z.string() })) })
    .optional()
    .catch(undefined),
});
export const firewall = shape({ ipConfigurations: listOf(ipConfiguration) });
export const loadBalancer = shape({
  frontendIPConfigurations: listOf(ipConfiguration),
  loadBalancingRules: listOf(
    z.preprocess(flat, z.object({ frontendIPConfiguration: reference, backendAddressPool: reference })),
  ),
  outboundRules: listOf(z.preprocess(flat, z.object({ backendAddressPool: reference }))),
});
export const gateway = shape({
  gatewayType: text,
  ipConfigurations: listOf(ipConfiguration),
  vpnClientConfiguration: z.object({ vpnClientAddressPool: space }).optional().catch(undefined),
});
export const localGateway = shape({ localNetworkAddressSpace: space });
export const connection = shape({ virtualNetworkGateway1: reference, localNetworkGateway2: reference });

export type Shape<T extends z.ZodType> = z.output<T>;

import { z } from 'zod';

/** One mistake in a network definition: where it is, and what is wrong with it. */
export interface Finding {
  /** JSON pointer into the definition. */
  pointer: string;
  detail: string;
}

const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const texts = z.array(text).catch([]);
const subnet = z.object({ name: text, prefix: text }).catch({ name: undefined, prefix: undefined });
const nothing = { name: undefined, prefix: undefined };
const routedSubnet = z
  .object({ id: text, name: text, prefix: text, create: flag, via: text, bypassInspection: flag })
  .catch({ id: undefined, ...nothing, create: undefined, via: undefined, bypassInspection: undefined });

const shape = z.object({
  subscriptionId: text,
  resourceGroup: text,
  virtualNetwork: z
    .object({ id: text, name: text, resourceGroup: text, addressSpaces: texts })
    .catch({ id: undefined, name: undefined, resourceGroup: undefined, addressSpaces: [] }),
  natSubnet: subnet,
  lanSubnet: subnet,
  routedSubnets: z.array(routedSubnet).catch([]),
  ghosted: z
    .object({ pools: texts, prefixLength: z.number().default(24).catch(24) })
    .catch({ pools: [], prefixLength: 24 }),
  extraPrefixes: texts,
  natPrefixes: texts,
  dnsServers: texts,
  hosts: z.object({ size: text }).catch({ size: undefined }),
});
type Shape = z.infer<typeof shape>;

export type SubnetDraft = Shape['natSubnet'];

export interface RoutedDraft {
  name: string | undefined;
  prefix: string | undefined;
  create: boolean;
  via: string | undefined;
  bypassInspection: boolean;
  /** Lower-case id of the VNet it lies in, if that is not the network's own. */
  foreignNetwork: string | undefined;
}

/** A definition as far as it can be made out. */
export interface Draft extends Omit<Shape, 'routedSubnets'> {
  routedSubnets: RoutedDraft[];
}

export function draftOf(value: unknown): Draft {
  const read = shape.safeParse(value).data ?? shape.parse({});
  const own = ownNetwork(read);
  return { ...read, routedSubnets: read.routedSubnets.map((routed) => routedDraft(routed, own)) };
}

const subnetId = /^(\/subscriptions\/.+\/virtualNetworks\/[^/]+)\/subnets\/([^/]+)$/i;

function routedDraft(read: Shape['routedSubnets'][number], own: string | undefined): RoutedDraft {
  const [, network, nameInId] = subnetId.exec(read.id ?? '') ?? [];
  const foreign = network !== undefined && network.toLowerCase() !== own;
  return {
    name: nameInId ?? read.name,
    prefix: read.prefix,
    create: read.create ?? false,
    via: read.via,
    bypassInspection: read.bypassInspection ?? false,
    foreignNetwork: foreign ? network.toLowerCase() : undefined,
  };
}

function ownNetwork({ subscriptionId, resourceGroup, virtualNetwork }: Shape): string | undefined {
  const { id, name } = virtualNetwork;
  if (id !== undefined) return id.toLowerCase();
  const group = virtualNetwork.resourceGroup ?? resourceGroup;
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks/${name}`.toLowerCase();
}

export const same = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();

/** The LAN subnet is routed anyway; naming it once more is no mistake. */
export const isLan = ({ name, prefix, foreignNetwork }: RoutedDraft, lan: SubnetDraft) =>
  foreignNetwork === undefined && same(name, lan.name) && prefix === lan.prefix;

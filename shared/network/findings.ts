import { z } from 'zod';
import { formatPrefix, InvalidIpv4, covers, overlaps, parsePrefix, type Prefix } from './ipv4';
import { longestGhostedPrefix } from './ghosted';
import { forbiddenRange } from './reserved';
import { canNest } from './sizes';

/** One mistake in a network definition: where it is, and what is wrong with it. */
export interface DefinitionFinding {
  /** JSON pointer into the definition. */
  pointer: string;
  detail: string;
}

/**
 * What the prefixes, names and sizes of a definition mean for each other: every mistake at once. Takes any JSON and
 * leaves out what has not even the right shape, so that shape and meaning can be judged side by side.
 */
export function definitionFindings(value: unknown): DefinitionFinding[] {
  const draft = draftSchema.parse(value);
  const spaces = draft.virtualNetwork.addressSpaces.map((text, index) =>
    block(`/virtualNetwork/addressSpaces/${index}`, 'address space', text),
  );
  const pools = draft.ghosted.pools.map((text, index) =>
    block(`/ghosted/pools/${index}`, 'ghosted pool', text),
  );
  const shared = [
    subnetBlock('/natSubnet', draft.natSubnet),
    subnetBlock('/lanSubnet', draft.lanSubnet),
    ...draft.routedSubnets.flatMap((subnet, index) =>
      sameSubnet(subnet, draft.lanSubnet) ? [] : [subnetBlock(`/routedSubnets/${index}`, subnet)],
    ),
  ];
  return [
    ...[...spaces, ...shared, ...pools].flatMap(syntaxAndRange),
    ...overlapsAmong(spaces),
    ...overlapsAmong([...shared, ...pools]),
    ...[...shared, ...pools].flatMap((inner) => outside(inner, spaces)),
    ...shared.flatMap(tooSmall),
    ...pools.flatMap((pool) => poolTooSmall(pool, draft.ghosted.prefixLength)),
    ...nameFindings(draft),
    ...sizeFindings(draft.hosts.size),
  ];
}

const text = z.string().optional().catch(undefined);
const texts = z.array(text).catch([]);
const subnetSchema = z.object({ name: text, prefix: text }).catch({ name: undefined, prefix: undefined });
const nothing = { name: undefined, prefix: undefined };

const shape = z.object({
  virtualNetwork: z.object({ addressSpaces: texts }).catch({ addressSpaces: [] }),
  natSubnet: subnetSchema,
  lanSubnet: subnetSchema,
  routedSubnets: z.array(subnetSchema).catch([]),
  ghosted: z
    .object({ pools: texts, prefixLength: z.number().default(24).catch(24) })
    .catch({ pools: [], prefixLength: 24 }),
  hosts: z.object({ size: text }).catch({ size: undefined }),
});
const draftSchema = shape.catch({
  virtualNetwork: { addressSpaces: [] },
  natSubnet: nothing,
  lanSubnet: nothing,
  routedSubnets: [],
  ghosted: { pools: [], prefixLength: 24 },
  hosts: { size: undefined },
});
type Draft = z.infer<typeof shape>;
type SubnetDraft = Draft['natSubnet'];

/** A prefix of the definition, parsed if it can be. */
interface Block {
  pointer: string;
  what: string;
  prefix?: Prefix;
  mistake?: string;
}

function block(pointer: string, what: string, source: string | undefined): Block {
  if (source === undefined) return { pointer, what };
  try {
    return { pointer, what, prefix: parsePrefix(source) };
  } catch (error) {
    if (error instanceof InvalidIpv4) return { pointer, what, mistake: error.message };
    throw error;
  }
}

const subnetBlock = (pointer: string, subnet: SubnetDraft): Block =>
  block(`${pointer}/prefix`, `subnet ${subnet.name ?? ''}`.trim(), subnet.prefix);

const same = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();

/** The LAN subnet is routed anyway; naming it once more is no mistake. */
const sameSubnet = (a: SubnetDraft, b: SubnetDraft) => same(a.name, b.name) && a.prefix === b.prefix;

function syntaxAndRange({ pointer, prefix, mistake }: Block): DefinitionFinding[] {
  if (mistake !== undefined) return [{ pointer, detail: mistake }];
  const forbidden = prefix && forbiddenRange(prefix);
  if (!forbidden) return [];
  return [{ pointer, detail: `Azure forbids ${forbidden.text} (${forbidden.use}), which this touches.` }];
}

function overlapsAmong(blocks: Block[]): DefinitionFinding[] {
  return blocks.flatMap(({ pointer, prefix }, index) =>
    blocks.slice(0, index).flatMap((other) => {
      if (!prefix || !other.prefix || !overlaps(prefix, other.prefix)) return [];
      const there = `the ${other.what} ${formatPrefix(other.prefix)} at ${other.pointer}`;
      return [{ pointer, detail: `${formatPrefix(prefix)} overlaps ${there}.` }];
    }),
  );
}

function outside({ pointer, what, prefix }: Block, spaces: Block[]): DefinitionFinding[] {
  const known = spaces.flatMap((space) => space.prefix ?? []);
  if (!prefix || known.length === 0 || known.some((space) => covers(space, prefix))) return [];
  return [{ pointer, detail: `The ${what} ${formatPrefix(prefix)} lies in no address space of the VNet.` }];
}

function tooSmall({ pointer, prefix }: Block): DefinitionFinding[] {
  if (!prefix || prefix.length <= longestGhostedPrefix) return [];
  return [{ pointer, detail: `The smallest subnet in Azure is a /${longestGhostedPrefix}.` }];
}

function poolTooSmall({ pointer, prefix }: Block, length: number): DefinitionFinding[] {
  if (!prefix || prefix.length <= length) return [];
  return [{ pointer, detail: `${formatPrefix(prefix)} has no room for a /${length}, which each host gets.` }];
}

/** Subnets that Azure keeps for services of its own, and why their members cannot be routed to guests. */
const notRoutable = new Map([
  ['azurebastionsubnet', 'Azure refuses route tables on it; list its range as a NAT prefix instead'],
  ['routeserversubnet', 'Azure refuses route tables on it'],
]);
const serviceSubnets = new Set([...notRoutable.keys(), 'gatewaysubnet', 'azurefirewallsubnet']);

function nameFindings({ natSubnet, lanSubnet, routedSubnets }: Draft): DefinitionFinding[] {
  const found: DefinitionFinding[] = [];
  const report = (pointer: string, detail: string) => void found.push({ pointer, detail });
  const shared = [
    ['/natSubnet/name', natSubnet],
    ['/lanSubnet/name', lanSubnet],
  ] as const;
  for (const [pointer, { name }] of shared) {
    if (name && serviceSubnets.has(name.toLowerCase()))
      report(pointer, `Azure keeps ${name} for a service of its own.`);
    if (name && isGhostedName(name)) report(pointer, 'Names that start with Ghosted- belong to hosts.');
  }
  if (same(natSubnet.name, lanSubnet.name)) report('/lanSubnet/name', 'NAT and LAN need a subnet each.');
  routedSubnets.forEach(({ name, prefix }, index) => {
    const pointer = `/routedSubnets/${index}/name`;
    if (name === undefined) return;
    const reason = notRoutable.get(name.toLowerCase());
    if (reason !== undefined) report(pointer, `${name} cannot be routed: ${reason}.`);
    if (isGhostedName(name)) report(pointer, 'Names that start with Ghosted- belong to hosts.');
    if (same(name, natSubnet.name))
      report(pointer, 'The NAT subnet needs no route: hosts reach it through NIC 1.');
    if (same(name, lanSubnet.name) && prefix !== lanSubnet.prefix) {
      report(pointer, 'This is the name of the LAN subnet, which has another prefix.');
    }
    if (routedSubnets.slice(0, index).some((other) => same(other.name, name)))
      report(pointer, `${name} is listed twice.`);
  });
  return found;
}

const isGhostedName = (name: string) => /^ghosted-/i.test(name);

function sizeFindings(size: string | undefined): DefinitionFinding[] {
  const nesting = size === undefined ? undefined : canNest(size);
  return nesting === undefined || nesting.ok ? [] : [{ pointer: '/hosts/size', detail: nesting.reason }];
}

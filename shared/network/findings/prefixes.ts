import { isIPv6 } from 'node:net';
import { covers, formatPrefix, InvalidIpv4, overlaps, parsePrefix, type Prefix } from '../ipv4';
import { forbiddenRange } from '../reserved';
import { isLan, type Draft, type Finding, type SubnetDraft } from './draft';

/** A prefix of the definition, parsed if it can be. */
export interface Block {
  pointer: string;
  what: string;
  prefix?: Prefix;
  mistake?: string;
}

export function block(pointer: string, what: string, source: string | undefined): Block {
  if (source === undefined) return { pointer, what };
  try {
    return { pointer, what, prefix: parsePrefix(source) };
  } catch (error) {
    if (error instanceof InvalidIpv4) return { pointer, what, mistake: error.message };
    throw error;
  }
}

export function blocks(pointer: string, what: string, sources: (string | undefined)[]): Block[] {
  return sources.map((source, index) => block(`${pointer}/${index}`, what, source));
}

export interface Prefixes {
  spaces: Block[];
  pools: Block[];
  /** Subnets of the network's own VNet. */
  shared: Block[];
  /** Routed subnets of other VNets. */
  foreign: Block[];
}

export function prefixesOf(draft: Draft): Prefixes {
  const routed = draft.routedSubnets.map((subnet, index) => ({ subnet, pointer: `/routedSubnets/${index}` }));
  const own = routed.filter(({ subnet }) => subnet.foreignNetwork === undefined);
  const listed = own.filter(({ subnet }) => !isLan(subnet, draft.lanSubnet));
  return {
    spaces: draft.virtualNetwork.addressSpaces.flatMap((text, index) =>
      isIpv6Prefix(text) ? [] : [block(`/virtualNetwork/addressSpaces/${index}`, 'address space', text)],
    ),
    pools: blocks('/ghosted/pools', 'ghosted pool', draft.ghosted.pools),
    shared: [
      subnetBlock('/natSubnet', draft.natSubnet),
      subnetBlock('/lanSubnet', draft.lanSubnet),
      ...listed.map(({ subnet, pointer }) => subnetBlock(pointer, subnet)),
    ],
    foreign: routed
      .filter(({ subnet }) => subnet.foreignNetwork !== undefined)
      .map(({ subnet, pointer }) => subnetBlock(pointer, subnet)),
  };
}

const subnetBlock = (pointer: string, subnet: SubnetDraft): Block =>
  block(`${pointer}/prefix`, `subnet ${subnet.name ?? ''}`.trim(), subnet.prefix);

/** IPv6 ranges of a VNet are carried through and never planned. */
function isIpv6Prefix(text: string | undefined): boolean {
  const [address = '', length = ''] = (text ?? '').split('/');
  return isIPv6(address) && /^\d{1,3}$/.test(length) && Number(length) <= 128;
}

export function syntaxAndRange({ pointer, prefix, mistake }: Block): Finding[] {
  if (mistake !== undefined) return [{ pointer, detail: mistake }];
  const forbidden = prefix && forbiddenRange(prefix);
  if (!forbidden) return [];
  return [{ pointer, detail: `Azure forbids ${forbidden.text} (${forbidden.use}), which this touches.` }];
}

/** Each block against those before it, or against `others`. */
export function overlapsAmong(all: Block[], others?: Block[]): Finding[] {
  return all.flatMap(({ pointer, prefix }, index) =>
    (others ?? all.slice(0, index)).flatMap((other) => {
      if (!prefix || !other.prefix || !overlaps(prefix, other.prefix)) return [];
      const there = `the ${other.what} ${formatPrefix(other.prefix)} at ${other.pointer}`;
      return [{ pointer, detail: `${formatPrefix(prefix)} overlaps ${there}.` }];
    }),
  );
}

export function outside({ pointer, what, prefix }: Block, spaces: Block[]): Finding[] {
  const known = spaces.flatMap((space) => space.prefix ?? []);
  if (!prefix || known.length === 0 || known.some((space) => covers(space, prefix))) return [];
  const madeUp =
    what === 'ghosted pool'
      ? ' A made-up range, which no VNet reserves, is not supported: add the range to the VNet first.'
      : '';
  const detail = `The ${what} ${formatPrefix(prefix)} lies in no address space of the VNet.${madeUp}`;
  return [{ pointer, detail }];
}

export function tooSmall({ pointer, prefix }: Block, smallest: number): Finding[] {
  if (!prefix || prefix.length <= smallest) return [];
  return [{ pointer, detail: `The smallest subnet in Azure is a /${smallest}.` }];
}

export function poolTooSmall({ pointer, prefix }: Block, length: number): Finding[] {
  if (!prefix || prefix.length <= length) return [];
  return [{ pointer, detail: `${formatPrefix(prefix)} has no room for a /${length}, which each host gets.` }];
}

/** IPv4 arithmetic on unsigned 32-bit numbers. */

/** A CIDR block. `base` has no host bits; both are as in `base/length`. */
export interface Prefix {
  base: number;
  length: number;
}

/** The text is not an address or a prefix; the message says why, for the person who wrote it. */
export class InvalidIpv4 extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidIpv4';
  }
}

/** Dotted decimal, exactly four octets without leading zeros (some parsers take those for octal). */
export function parseAddress(text: string): number {
  const octets = text.split('.');
  if (octets.length !== 4) throw new InvalidIpv4(`'${text}' is not an IPv4 address such as 10.0.2.1.`);
  return octets.reduce((address, octet) => {
    if (!/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) {
      throw new InvalidIpv4(`'${text}' is not an IPv4 address: '${octet}' is not a number from 0 to 255.`);
    }
    return address * 256 + Number(octet);
  }, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Reads `a.b.c.d/n`. Host bits are refused unless `hostBits` says to clear them. */
export function parsePrefix(text: string, hostBits: 'refuse' | 'clear' = 'refuse'): Prefix {
  const [address, length, ...rest] = text.split('/');
  if (address === undefined || length === undefined || rest.length > 0) {
    throw new InvalidIpv4(`'${text}' is not a prefix such as 10.0.2.0/24.`);
  }
  if (!/^(0|[1-9]\d?)$/.test(length) || Number(length) > 32) {
    throw new InvalidIpv4(`'${text}' is not a prefix: '/${length}' is not a length from 0 to 32.`);
  }
  const given = parseAddress(address);
  const prefix = prefixAround(given, Number(length));
  if (prefix.base !== given && hostBits === 'refuse') {
    throw new InvalidIpv4(`'${text}' has host bits set; the prefix around it is ${formatPrefix(prefix)}.`);
  }
  return prefix;
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.base)}/${prefix.length}`;
}

/** The block of that length which holds the address. */
export function prefixAround(address: number, length: number): Prefix {
  return { base: (address & mask(length)) >>> 0, length };
}

export function mask(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** How many addresses the block holds, network and broadcast address included. */
export function size(prefix: Prefix): number {
  return 2 ** (32 - prefix.length);
}

export function lastAddress(prefix: Prefix): number {
  return prefix.base + size(prefix) - 1;
}

/** First address a machine may have; in an Azure subnet that is the gateway. Needs a /30 or larger. */
export function firstHost(prefix: Prefix): number {
  refuseWithoutHosts(prefix);
  return prefix.base + 1;
}

/** Last address a machine may have: the one before the broadcast address. Needs a /30 or larger. */
export function lastHost(prefix: Prefix): number {
  refuseWithoutHosts(prefix);
  return lastAddress(prefix) - 1;
}

/** Every address of the block in ascending order. */
export function* addresses(prefix: Prefix): Generator<number> {
  for (let address = prefix.base; address <= lastAddress(prefix); address++) yield address;
}

export function contains(prefix: Prefix, address: number): boolean {
  return address >= prefix.base && address <= lastAddress(prefix);
}

/** True if every address of `inner` is in `outer`; equal blocks cover each other. */
export function covers(outer: Prefix, inner: Prefix): boolean {
  return outer.length <= inner.length && contains(outer, inner.base);
}

export function overlaps(a: Prefix, b: Prefix): boolean {
  return covers(a, b) || covers(b, a);
}

/** True if the blocks hold every address of `inner` between them. */
export function coverTogether(blocks: readonly Prefix[], inner: Prefix): boolean {
  if (blocks.some((block) => covers(block, inner))) return true;
  if (!blocks.some((block) => overlaps(block, inner))) return false;
  const length = inner.length + 1;
  return [inner.base, inner.base + size(inner) / 2].every((base) => coverTogether(blocks, { base, length }));
}

function refuseWithoutHosts(prefix: Prefix): void {
  if (prefix.length > 30) throw new InvalidIpv4(`${formatPrefix(prefix)} has no host addresses.`);
}

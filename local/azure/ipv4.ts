/** IPv4 ranges as Azure checks them. Addresses are unsigned 32-bit numbers, ranges inclusive. */

export interface Range {
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

export function parseAddress(text: string): number | undefined {
  const octets = text.split('.');
  if (
    octets.length !== 4 ||
    octets.some((octet) => !/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255)
  ) {
    return undefined;
  }
  return octets.reduce((value, octet) => value * 256 + Number(octet), 0);
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** `a.b.c.d/n`; undefined if that is not CIDR notation. Host bits are cut off: compare with `formatRange`. */
export function parseRange(text: string): Range | undefined {
  const known = parsed.get(text);
  if (known) return known;
  const range = read(text);
  if (parsed.size >= remembered) parsed.clear();
  if (range) parsed.set(text, range);
  return range;
}

/** Every write of a subnet looks at all its siblings again: their ranges are read once. */
const parsed = new Map<string, Range>();
const remembered = 20_000;

function read(text: string): Range | undefined {
  const [address, length, rest] = text.split('/');
  const value = parseAddress(address ?? '');
  if (value === undefined || rest !== undefined || !/^(\d|[12]\d|3[0-2])$/.test(length ?? ''))
    return undefined;
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1, length: Number(length) };
}

export function formatRange(range: Range): string {
  return `${formatAddress(range.first)}/${range.length}`;
}

export function overlaps(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function holds(range: Range, address: number): boolean {
  return range.first <= address && address <= range.last;
}

/** Ranges that no virtual network may contain or touch. */
export const forbiddenRanges: readonly string[] = [
  '224.0.0.0/4',
  '255.255.255.255/32',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '168.63.129.16/32',
];

export function touchesForbidden(range: Range): string | undefined {
  return forbiddenRanges.find((text) => {
    const forbidden = parseRange(text);
    return forbidden !== undefined && overlaps(forbidden, range);
  });
}

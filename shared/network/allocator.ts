import { contains, lastAddress, lastHost, overlaps, size, type Prefix } from './ipv4';

export interface PrefixWish {
  /** Searched in this order. */
  pools: Prefix[];
  length: number;
  /** Blocks of any length that must not be touched. */
  taken: Prefix[];
}

/** First fit: the lowest free block of the first pool that has one. Same input, same answer; undefined if all is taken. */
export function allocatePrefix(wish: PrefixWish): Prefix | undefined {
  const taken = [...wish.taken].sort((a, b) => a.base - b.base);
  for (const pool of wish.pools) {
    const base = firstGap(pool, 2 ** (32 - wish.length), taken);
    if (base !== undefined) return { base, length: wish.length };
  }
  return undefined;
}

function firstGap(pool: Prefix, block: number, taken: Prefix[]): number | undefined {
  let base = pool.base;
  for (const other of taken) {
    if (lastAddress(other) < base) continue;
    if (other.base > base + block - 1) break;
    base = Math.ceil((lastAddress(other) + 1) / block) * block;
  }
  return base + block <= pool.base + size(pool) ? base : undefined;
}

/** How many blocks of that length the pool holds and how many of them are not free. */
export function poolOccupancy(
  pool: Prefix,
  length: number,
  taken: Prefix[],
): { total: number; used: number } {
  if (pool.length > length) return { total: 0, used: 0 };
  const block = 2 ** (32 - length);
  const used = new Set<number>();
  for (const other of taken.filter((candidate) => overlaps(candidate, pool))) {
    const first = Math.floor((Math.max(other.base, pool.base) - pool.base) / block);
    const last = Math.floor((Math.min(lastAddress(other), lastAddress(pool)) - pool.base) / block);
    for (let index = first; index <= last; index++) used.add(index);
  }
  return { total: size(pool) / block, used: used.size };
}

/** Azure keeps the first four addresses of every subnet and the last one for itself. */
const reservedAtStart = 4;

/** Lowest address of the subnet that Azure hands out and nobody was promised; undefined if there is none. */
export function allocateAddress(subnet: Prefix, taken: number[]): number | undefined {
  const gone = new Set(taken.filter((address) => contains(subnet, address)));
  for (let address = subnet.base + reservedAtStart; address <= lastHost(subnet); address++) {
    if (!gone.has(address)) return address;
  }
  return undefined;
}

/** How many more addresses `allocateAddress` would give. */
export function addressesLeft(subnet: Prefix, taken: readonly number[]): number {
  const first = subnet.base + reservedAtStart;
  const gone = new Set(taken.filter((address) => address >= first && address <= lastHost(subnet)));
  return Math.max(0, lastHost(subnet) - first + 1 - gone.size);
}

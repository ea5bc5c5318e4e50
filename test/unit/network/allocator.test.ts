import fc from 'fast-check';
import { allocateAddress, allocatePrefix, poolOccupancy } from '../../../shared/network/allocator';
import {
  covers,
  formatAddress,
  formatPrefix,
  overlaps,
  parseAddress,
  parsePrefix,
  prefixAround,
} from '../../../shared/network/ipv4';

const prefixes = (...texts: string[]) => texts.map((text) => parsePrefix(text));
const next = (pools: string[], length: number, taken: string[]) => {
  const found = allocatePrefix({ pools: prefixes(...pools), length, taken: prefixes(...taken) });
  return found && formatPrefix(found);
};

describe('allocatePrefix', () => {
  it.each<[string, string[], number, string[], string | undefined]>([
    ['the first of the first pool', ['10.0.2.0/24', '10.10.0.0/16'], 24, [], '10.0.2.0/24'],
    [
      'the next pool when the first is full',
      ['10.0.2.0/24', '10.10.0.0/16'],
      24,
      ['10.0.2.0/24'],
      '10.10.0.0/24',
    ],
    ['a gap', ['10.10.0.0/16'], 24, ['10.10.0.0/24', '10.10.2.0/24'], '10.10.1.0/24'],
    ['past a larger block', ['10.10.0.0/16'], 24, ['10.10.0.0/22'], '10.10.4.0/24'],
    [
      'past a smaller block inside',
      ['10.10.0.0/16'],
      24,
      ['10.10.0.64/28', '10.10.1.255/32'],
      '10.10.2.0/24',
    ],
    ['past nested blocks', ['10.10.0.0/16'], 24, ['10.10.0.0/20', '10.10.1.0/24'], '10.10.16.0/24'],
    ['nothing when all is taken', ['10.0.2.0/24'], 24, ['10.0.0.0/8'], undefined],
    ['nothing from a pool that is too small', ['10.0.2.0/25'], 24, [], undefined],
    ['at the end of the address space', ['255.255.255.0/24'], 25, ['255.255.255.0/25'], '255.255.255.128/25'],
  ])('gives %s', (_what, pools, length, taken, expected) => {
    expect(next(pools, length, taken)).toBe(expected);
  });

  it('is dense: it gives a free block exactly while one exists, lowest first', () => {
    const block = fc
      .tuple(fc.nat({ max: 1023 }), fc.integer({ min: 23, max: 30 }))
      .map(([low, bits]) => prefixAround(0x0a0a0000 + low, bits));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), fc.integer({ min: 23, max: 28 }), (taken, length) => {
        const pool = parsePrefix('10.10.0.0/22');
        const all = Array.from({ length: 2 ** (length - 22) }, (_, i) => ({
          base: pool.base + i * 2 ** (32 - length),
          length,
        }));
        const free = all.filter((candidate) => !taken.some((other) => overlaps(other, candidate)));
        expect(allocatePrefix({ pools: [pool], length, taken })).toEqual(free[0]);
        expect(poolOccupancy(pool, length, taken)).toEqual({
          total: all.length,
          used: all.length - free.length,
        });
      }),
    );
  });

  it('hands out a whole pool without overlap, and what is released again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), (released) => {
        const pool = parsePrefix('10.10.0.0/20');
        const taken = [];
        for (let count = 0; count < 16; count++) {
          const got = allocatePrefix({ pools: [pool], length: 24, taken });
          if (!got) throw new Error(`only ${count} of 16`);
          expect(covers(pool, got)).toBe(true);
          expect(taken.some((other) => overlaps(other, got))).toBe(false);
          taken.push(got);
        }
        expect(allocatePrefix({ pools: [pool], length: 24, taken })).toBeUndefined();
        const [back] = taken.splice(released, 1);
        expect(allocatePrefix({ pools: [pool], length: 24, taken })).toEqual(back);
      }),
    );
  });
});

describe('allocateAddress', () => {
  const subnet = parsePrefix('10.0.0.0/29');
  const after = (...taken: string[]) => {
    const found = allocateAddress(subnet, taken.map(parseAddress));
    return found === undefined ? undefined : formatAddress(found);
  };

  it('starts behind the addresses that Azure keeps, fills gaps and ends before the last one', () => {
    expect(after()).toBe('10.0.0.4');
    expect(after('10.0.0.4')).toBe('10.0.0.5');
    expect(after('10.0.0.5')).toBe('10.0.0.4');
    expect(after('10.0.0.4', '10.0.0.5', '10.0.0.6')).toBeUndefined();
    expect(after('10.9.9.9')).toBe('10.0.0.4');
  });
});

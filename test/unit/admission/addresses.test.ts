import fc from 'fast-check';
import { asApproved, chooseAddresses, choosePromise, roomFor } from '../../../shared/admission/addresses';
import { Problem } from '../../../shared/api/problems';
import {
  contains,
  covers,
  formatPrefix,
  overlaps,
  parseAddress,
  parsePrefix,
} from '../../../shared/network/ipv4';
import type { Occupied } from '../../../shared/records/occupied';
import type { HostAddresses, LedgerEntry, NetworkDefinition } from '../../../shared/records/types';
import { definition, spec } from '../shared/fixture';

/** Room for five hosts in the pools, beside a subnet that lies inside one of them. */
const small: NetworkDefinition = {
  ...definition,
  natSubnet: { ...definition.natSubnet, prefix: '10.0.0.0/28' },
  lanSubnet: { ...definition.lanSubnet, prefix: '10.0.1.0/28' },
  ghosted: { pools: ['10.0.2.0/25', '10.0.4.0/24'], prefixLength: 26 },
  routedSubnets: [{ name: 'inside', prefix: '10.0.4.64/27', create: false }],
};
const fixed = [small.natSubnet, small.lanSubnet, ...small.routedSubnets].map(({ prefix }) =>
  parsePrefix(prefix),
);

const entry = (host: string, addresses: HostAddresses): LedgerEntry => ({
  ...addresses,
  host,
  network: 'n',
  state: 'active',
  operation: 'o',
});

function choose(taken: LedgerEntry[], occupied?: Occupied): HostAddresses | string {
  try {
    return chooseAddresses(small, taken, undefined, occupied);
  } catch (error) {
    if (error instanceof Problem) return error.slug;
    throw error;
  }
}

it('whatever comes and goes: nothing overlaps, the same promises give the same choice, what is free is given', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -8, max: 8 }), { maxLength: 40 }), (steps) => {
      let taken: LedgerEntry[] = [];
      steps.forEach((step, index) => {
        if (step < 0) {
          const [gone] = taken.splice(-step % Math.max(taken.length, 1), 1);
          // What was given back is given again to whoever comes next, unless something lower is free as well.
          const next = choose(taken);
          if (gone && typeof next !== 'string') {
            expect(parsePrefix(next.ghostedPrefix).base).toBeLessThanOrEqual(
              parsePrefix(gone.ghostedPrefix).base,
            );
          }
          return;
        }
        const chosen = choose(taken);
        expect(choose([...taken].reverse())).toEqual(chosen);
        if (typeof chosen === 'string') {
          // Three of /26 in the second pool and two in the first, less the one that the subnet lies in.
          expect({ chosen, hosts: taken.length }).toEqual({ chosen: 'pool-exhausted', hosts: 5 });
          return;
        }
        const prefix = parsePrefix(chosen.ghostedPrefix);
        expect(small.ghosted.pools.some((pool) => covers(parsePrefix(pool), prefix))).toBe(true);
        const others = [...fixed, ...taken.map(({ ghostedPrefix }) => parsePrefix(ghostedPrefix))];
        expect(others.filter((other) => overlaps(other, prefix))).toEqual([]);
        expect(contains(parsePrefix(small.natSubnet.prefix), parseAddress(chosen.natAddress))).toBe(true);
        expect(taken.some(({ natAddress }) => natAddress === chosen.natAddress)).toBe(false);
        expect(taken.some(({ lanAddress }) => lanAddress === chosen.lanAddress)).toBe(false);
        taken = [...taken, entry(`h${index}`, chosen)];
      });
    }),
  );
});

it('addresses that were approved are given, or the difference is told', () => {
  const chosen = chooseAddresses(small, []);
  expect(asApproved(chosen, undefined)).toBe(chosen);
  expect(asApproved(chosen, { planHash: 'h' })).toBe(chosen);
  expect(asApproved(chosen, { planHash: 'h', addresses: { ...chosen } })).toBe(chosen);
  const approved = { ...chosen, lanAddress: '10.0.1.9' };
  expect(() => asApproved(chosen, { planHash: 'h', addresses: approved })).toThrow(
    expect.objectContaining({
      slug: 'plan-differs',
      more: { errors: [{ pointer: '/addresses/lanAddress', detail: expect.any(String) as string }] },
    }) as Error,
  );
});

/** Somewhere in or about the pools, and the first addresses of both subnets. */
const occupations = fc.record({
  ranges: fc.array(
    fc
      .tuple(
        fc.constantFrom('10.0.2', '10.0.4', '10.0.3'),
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 24, max: 28 }),
      )
      .map(([net, block, length]) => ({
        prefix: formatPrefix(parsePrefix(`${net}.${block * 16}/${length}`, 'clear')),
        by: 'x',
      })),
    { maxLength: 4 },
  ),
  addresses: fc.array(
    fc
      .tuple(fc.constantFrom('10.0.0', '10.0.1'), fc.integer({ min: 4, max: 14 }))
      .map(([net, last]) => ({ address: `${net}.${last}` })),
    { maxLength: 6 },
  ),
});

it('whatever others have there is passed over, and everything else is given, in order', () => {
  fc.assert(
    fc.property(occupations, (occupied) => {
      const ranges = [...fixed, ...occupied.ranges.map(({ prefix }) => parsePrefix(prefix))];
      const gone = new Set(occupied.addresses.map(({ address }) => address));
      const room = roomFor(small, [], occupied).hosts;
      const taken: LedgerEntry[] = [];
      for (;;) {
        const chosen = choose(taken, occupied);
        expect(choose([...taken].reverse(), occupied)).toEqual(chosen);
        if (typeof chosen === 'string') break;
        const prefix = parsePrefix(chosen.ghostedPrefix);
        expect(ranges.filter((other) => overlaps(other, prefix))).toEqual([]);
        expect([chosen.natAddress, chosen.lanAddress].filter((address) => gone.has(address))).toEqual([]);
        taken.push(entry(`h${taken.length}`, chosen));
      }
      // Dense: as many as there is room for, each after the one before.
      expect(taken).toHaveLength(room);
      const bases = taken.map(({ ghostedPrefix }) => parsePrefix(ghostedPrefix).base);
      expect(bases).toEqual([...bases].sort((a, b) => a - b));
    }),
  );
});

it('says how much of exhausted pools is not ours', () => {
  const ranges = ['10.0.2.0/26', '10.0.4.128/25'].map((prefix) => ({ prefix, by: 'theirs' }));
  const others = ['10.0.2.64/26', '10.0.4.0/26'].map((ghostedPrefix, index) =>
    entry(`h${index}`, {
      ghostedPrefix,
      natAddress: `10.0.0.${index + 4}`,
      lanAddress: `10.0.1.${index + 4}`,
    }),
  );
  expect(() => chooseAddresses(small, others, undefined, { ranges, addresses: [] })).toThrow(
    'no /26 prefix left. Of 6, 3 lie in subnets of others. Tear hosts down or add a pool.',
  );
});

it('promises what was approved as long as nobody else has it, wherever it lies', () => {
  const addresses = { ghostedPrefix: '10.0.4.128/26', natAddress: '10.0.0.7', lanAddress: '10.0.1.8' };
  const order = { spec, approved: { planHash: 'h', addresses } };
  const nobody = { ranges: [], addresses: [] };
  expect(choosePromise(small, [], nobody, order)).toEqual(addresses);
  const other = entry('other', { ...addresses, ghostedPrefix: '10.0.2.0/26', natAddress: '10.0.0.4' });
  expect(() => choosePromise(small, [other], nobody, order)).toThrow('Another host got addresses meanwhile');
});

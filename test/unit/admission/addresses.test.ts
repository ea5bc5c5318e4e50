import fc from 'fast-check';
import { asApproved, chooseAddresses } from '../../../shared/admission/addresses';
import { Problem } from '../../../shared/api/problems';
import { contains, covers, overlaps, parseAddress, parsePrefix } from '../../../shared/network/ipv4';
import type { HostAddresses, LedgerEntry, NetworkDefinition } from '../../../shared/records/types';
import { definition } from '../shared/fixture';

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

function choose(taken: LedgerEntry[]): HostAddresses | string {
  try {
    return chooseAddresses(small, taken);
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

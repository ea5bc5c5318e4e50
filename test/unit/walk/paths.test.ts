import fc from 'fast-check';
import { defects, names, promised, wayOf } from './defects';
import type { Way } from './defects';
import { Estate } from './estate';
import { World } from './world';

const over = (world: World, way: Way) => {
  const { from, to, options } = wayOf(way);
  return world.walk(from, to, options);
};
const vms = { subnet: 'Azure-VMs' };

describe('two hosts as they should be', () => {
  const estate = new Estate();

  it.each(promised)('%s', (way) => {
    const result = over(estate, way);
    expect(result.brokenBy).toBeUndefined();
    expect(result).toMatchObject({ ok: true, sourceSeen: wayOf(way).seen });
    if (way !== 'g1>own') expect(result.returnHops.length).toBeGreaterThan(0);
  });

  it.each(names.filter((way) => !promised.includes(way)))('%s is closed', (way) => {
    expect(over(estate, way).ok).toBe(false);
  });

  it('tells the way hop by hop', () => {
    const { hops, returnHops } = over(new World(), 'g1>vm');
    expect(hops.map(({ at, action, nextHop }) => `${at} ${action} ${nextHop ?? ''}`)).toEqual([
      'guest of hv-01 sends 10.0.2.1',
      'host hv-01 forwards 10.0.1.1',
      'NIC hv-01-lan sends VnetLocal',
      'NIC app-01-nic delivers app-01',
    ]);
    expect(returnHops.map(({ at, nextHop }) => `${at} > ${nextHop ?? ''}`)).toEqual([
      'NIC app-01-nic > 10.0.1.4',
      'NIC hv-01-lan > hv-01',
      'host hv-01 > 10.0.2.2',
    ]);
    expect(returnHops[0]?.rule).toBe('route Nested-VMs-hv-01 of Routes-for-nested-VMs');
  });

  it('translates towards the internet and back', () => {
    const { hops, returnHops } = over(new World(), 'g1>net');
    expect(hops.map(({ action }) => action)).toContain('translates the source 10.0.2.2 to 10.0.0.4');
    expect(returnHops.map(({ action }) => action)).toContain(
      'translates the destination 10.0.0.4 back to 10.0.2.2',
    );
  });

  it('reaches a guest that has an address of its own, and its neighbour over the switch', () => {
    const world = new World();
    world.windows('hv-01').nestedVms = [
      { name: 'a', state: 'Running', address: '10.0.2.77' },
      { name: 'b', state: 'Running' },
      { name: 'c', state: 'Off', address: '10.0.2.78' },
    ];
    expect(world.walk(vms, { address: '10.0.2.77' }).ok).toBe(true);
    expect(world.walk({ address: '10.0.2.77' }, { address: '10.0.2.2' }).hops).toHaveLength(1);
    expect(world.walk(vms, { address: '10.0.2.78' }).brokenBy).toEqual({
      element: 'host hv-01',
      reason: 'no guest has the address 10.0.2.78',
    });
  });

  it('does not know endpoints that do not exist', () => {
    const world = new World();
    expect(() => world.walk({ guestOf: 'hv-09' }, 'internet')).toThrow(RangeError);
    expect(() => world.walk({ subnet: 'nowhere' }, 'internet')).toThrow(RangeError);
    expect(() => world.walk({ address: '10.0.3.99' }, 'internet')).toThrow(RangeError);
  });
});

describe.each(defects)('$name', ({ damage, fail, open = [], because, element = '', reason = '' }) => {
  const estate = new Estate();
  damage(estate);
  const results = promised.map((way) => ({ way, ...over(estate, way) }));

  it(`breaks exactly ${fail.length === 0 ? 'nothing' : fail.join(', ')}: ${because}`, () => {
    const broken = results.filter(({ ok }) => !ok).map(({ way }) => way);
    expect(broken).toEqual(promised.filter((way) => fail.includes(way)));
  });

  it('says why', () => {
    const first = results.find(({ ok }) => !ok)?.brokenBy;
    expect(first?.element ?? '').toBe(element);
    expect(first?.reason ?? '').toContain(reason);
  });

  it(`opens ${open.length === 0 ? 'no way that is closed' : `exactly ${open.join(', ')}`}`, () => {
    const closed = names.filter((way) => !promised.includes(way));
    expect(closed.filter((way) => over(estate, way).ok)).toEqual(closed.filter((way) => open.includes(way)));
  });
});

describe('any mixture of defects', () => {
  it('is walked to an end, and every failure has its element and reason', () => {
    fc.assert(
      fc.property(fc.subarray(defects, { minLength: 2, maxLength: 5 }), (chosen) => {
        const estate = new Estate();
        for (const { damage } of chosen) {
          try {
            damage(estate);
          } catch {
            continue;
          }
        }
        for (const way of names) {
          const { ok, brokenBy, hops } = over(estate, way);
          expect(brokenBy === undefined).toBe(ok);
          if (!ok) expect([brokenBy?.element, brokenBy?.reason]).not.toContain('');
          expect(hops.length).toBeLessThan(40);
        }
      }),
    );
  });
});

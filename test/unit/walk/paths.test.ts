import fc from 'fast-check';
import { World } from './world';
import { defects, names, vms, ways } from './defects';
import type { Way } from './defects';

const over = (world: World, way: Way) => world.walk(ways[way][0], ways[way][1]);

describe('two hosts as they should be', () => {
  it.each(names)('%s', (way) => {
    const result = over(new World(), way);
    expect(result.brokenBy).toBeUndefined();
    expect(result).toMatchObject({ ok: true, sourceSeen: ways[way][2] });
    expect(result.returnHops.length).toBeGreaterThan(0);
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

describe.each(defects)('$name', ({ damage, fail, element, reason }) => {
  const world = new World();
  damage(world);
  const results = names.map((way) => ({ way, ...over(world, way) }));

  it(`breaks exactly ${fail.length === 0 ? 'nothing' : fail.join(', ')}`, () => {
    const broken = results.filter(({ ok }) => !ok).map(({ way }) => way);
    expect(broken).toEqual(names.filter((way) => fail.includes(way)));
  });

  it('says why', () => {
    const first = results.find(({ ok }) => !ok)?.brokenBy;
    expect(first?.element ?? '').toBe(element);
    expect(first?.reason ?? '').toContain(reason);
  });
});

describe('any mixture of defects', () => {
  it('is walked to an end, and every failure has its element and reason', () => {
    fc.assert(
      fc.property(fc.subarray(defects, { minLength: 2, maxLength: 5 }), (chosen) => {
        const world = new World();
        for (const { damage } of chosen) {
          try {
            damage(world);
          } catch {
            continue;
          }
        }
        for (const way of names) {
          const { ok, brokenBy, hops } = over(world, way);
          expect(brokenBy === undefined).toBe(ok);
          if (!ok) expect([brokenBy?.element, brokenBy?.reason]).not.toContain('');
          expect(hops.length).toBeLessThan(40);
        }
      }),
    );
  });
});

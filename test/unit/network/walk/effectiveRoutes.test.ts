import { effectiveRoutes, selectRoute } from '../../../../shared/network/walk';
import { vectors } from './vectors';

const shown = (of: ReturnType<typeof effectiveRoutes>): string[] =>
  of.map(({ source, state, prefix, nextHopType, nextHopAddress }) =>
    [source, state, prefix, nextHopType, nextHopAddress].filter((part) => part !== undefined).join(' '),
  );

describe('effective routes, in Microsoft’s words', () => {
  it.each(vectors.map((vector) => [`${vector.page}: ${vector.says}`, vector] as const))('%s', (_, vector) => {
    const { sketch, at = { subnetId: 'a1' }, has = [], lacks = [], sends = {}, exactly } = vector;
    const routes = effectiveRoutes(sketch.view, at);
    const lines = shown(routes);
    expect(lines).toEqual(expect.arrayContaining(has));
    if (exactly) expect([...lines].sort()).toEqual([...exactly].sort());
    for (const part of lacks) expect(lines.filter((line) => line.includes(part))).toEqual([]);
    for (const [address, wanted] of Object.entries(sends)) {
      const chosen = selectRoute(routes, address);
      expect([address, chosen ? shown([chosen])[0] : 'nowhere']).toEqual([address, wanted]);
    }
  });

  it('are at least twenty-five', () => {
    expect(new Set(vectors.map(({ says }) => says)).size).toBeGreaterThanOrEqual(25);
  });

  it('are none for what is not known', () => {
    const [first] = vectors;
    if (!first) throw new Error('no vectors');
    expect(effectiveRoutes(first.sketch.view, { subnetId: 'nowhere' })).toEqual([]);
    expect(effectiveRoutes(first.sketch.view, { interfaceId: 'nobody' })).toEqual([]);
  });
});

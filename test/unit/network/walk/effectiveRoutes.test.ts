import { effectiveRoutes, selectRoute } from '../../../../shared/network/walk';
import { limits, vectors } from './vectors';
import type { Vector } from './vectorSketches';

const shown = (of: ReturnType<typeof effectiveRoutes>): string[] =>
  of.map(({ source, state, prefix, nextHopType, nextHopAddress }) =>
    [source, state, prefix, nextHopType, nextHopAddress].filter((part) => part !== undefined).join(' '),
  );

const titled = (of: Vector[]) => of.map((vector) => [`${vector.page}: ${vector.says}`, vector] as const);

function hold({ sketch, at = { subnetId: 'a1' }, has = [], lacks = [], sends = {}, exactly }: Vector): void {
  const routes = effectiveRoutes(sketch.view, at);
  const lines = shown(routes);
  expect(lines).toEqual(expect.arrayContaining(has));
  if (exactly) expect([...lines].sort()).toEqual([...exactly].sort());
  for (const part of lacks) expect(lines.filter((line) => line.includes(part))).toEqual([]);
  for (const [address, wanted] of Object.entries(sends)) {
    const chosen = selectRoute(routes, address);
    expect([address, chosen ? shown([chosen])[0] : 'nowhere']).toEqual([address, wanted]);
  }
}

describe('effective routes, in Microsoft’s words', () => {
  it.each(titled(vectors))('%s', (_, vector) => hold(vector));

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

describe('effective routes leave out what they are said to leave out', () => {
  it.each(titled(limits))('%s', (_, limit) => hold(limit));
});

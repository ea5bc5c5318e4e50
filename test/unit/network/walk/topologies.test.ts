import fc from 'fast-check';
import { walk } from '../../../../shared/network/walk';
import { differsInBlame } from './blame';
import { build, ways } from './randomWorld';
import { viewOf } from './simulated';
import { topology } from './topology';

describe('random networks', () => {
  it('are walked as the simulated Azure walks them, and break at the same element', () => {
    let passed = 0;
    let broken = 0;
    let blamed = 0;
    fc.assert(
      fc.property(topology, (plan) => {
        const world = build(plan);
        const view = viewOf(world);
        for (const [from, to] of ways) {
          const simulated = world.walk(from, to, plan.options);
          const ours = walk(view, from, to, plan.options);
          const facts = JSON.stringify({ from, to, options: plan.options, simulated, ours }, undefined, 1);
          if (ours.ok !== simulated.ok || ours.sourceSeen !== simulated.sourceSeen) throw new Error(facts);
          expect((ours.brokenBy === undefined) === ours.ok).toBe(true);
          if (ours.ok) passed += 1;
          else broken += 1;
          const differs = differsInBlame(ours, simulated);
          if (differs === true) throw new Error(facts);
          if (differs === false) blamed += 1;
        }
      }),
      { numRuns: Number(process.env.WALK_RUNS ?? 40) },
    );
    // A generator that breaks everything, or nothing, would compare little.
    expect(Math.min(passed, broken)).toBeGreaterThan((passed + broken) / 10);
    expect(blamed).toBeGreaterThan(broken * 0.5);
  });
});

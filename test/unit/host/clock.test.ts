import fc from 'fast-check';
import { SimulatedTime } from '../../../local/host/clock/clock';
import { IdleDecision } from '../../../local/host/clock/idle';

describe('simulated time between two documents', () => {
  it('runs at the rate last told and stands still while paused', () => {
    let real = 1_000;
    const time = new SimulatedTime(() => real);
    time.apply({ now: 50_000, rate: 60, paused: false, mode: 'rate' });
    real += 10;
    expect(time.now()).toBe(50_600);
    expect(time.realDelayUntil(51_200)).toBe(10);
    expect(time.realDelayUntil(50_000)).toBe(0);
    time.apply({ now: 50_600, rate: 60, paused: true, mode: 'rate' });
    real += 1_000;
    expect(time.now()).toBe(50_600);
    expect(time.realDelayUntil(50_601)).toBe(Infinity);
  });

  it('never runs backwards, whatever it is told', () => {
    const step = fc.record({
      elapsed: fc.nat(1_000),
      now: fc.nat(1_000_000),
      rate: fc.nat(100),
      paused: fc.boolean(),
      freeze: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let real = 0;
        let last = 0;
        const time = new SimulatedTime(() => real);
        for (const { elapsed, freeze, ...document } of steps) {
          real += elapsed;
          if (freeze) time.freeze();
          else time.apply({ ...document, mode: 'rate' });
          expect(time.now()).toBeGreaterThanOrEqual(last);
          last = time.now();
        }
      }),
    );
  });
});

describe('reporting idleness', () => {
  it('reports a state that lasted, once, and again after a while', () => {
    const decision = new IdleDecision();
    const at = (t: number) => decision.observe({ idle: true, nextDue: 7 }, t);
    expect([0, 2, 3, 15, 100, 253].map(at)).toEqual([
      ...[undefined, undefined, { nextDue: 7 }, undefined, undefined, { nextDue: 7 }],
    ]);
  });

  it('starts over when work appears or the next timer changes', () => {
    const decision = new IdleDecision();
    decision.observe({ idle: true, nextDue: 7 }, 0);
    decision.observe({ idle: false, nextDue: null }, 2);
    expect(decision.observe({ idle: true, nextDue: 7 }, 4)).toBeUndefined();
    expect(decision.observe({ idle: true, nextDue: 9 }, 8)).toBeUndefined();
    expect(decision.observe({ idle: true, nextDue: 9 }, 11)).toEqual({ nextDue: 9 });
  });
});

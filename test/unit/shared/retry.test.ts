import fc from 'fast-check';
import type { FailureClass } from '../../../shared/azure/outcome';
import { nextDelay, pollDelay, retryPolicies, spreadOf, type Pace } from '../../../shared/azure/retry';

/** Delays until the failure stands, without spread. */
function schedule(cls: FailureClass, retryAfter = 0): number[] {
  const delays: number[] = [];
  for (let elapsed = 0, failures = 1; ; failures += 1) {
    const delay = nextDelay(cls, { failures, elapsed }, 0, retryAfter);
    if (delay === undefined) return delays;
    delays.push(delay);
    elapsed += delay;
  }
}

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

describe('nextDelay', () => {
  it.each<[FailureClass, number[]]>([
    ['transient', [2, 5, 10, 20, 30, 30]],
    ['conflict', [5, 10, 15, 30, 30]],
    ['throttled', [10, 20, 40, 60, 60]],
    ['capacity', [60, 120]],
    ['quota', []],
    ['invalid', []],
    ['denied', []],
    ['fatal', []],
  ])('%s', (cls, first) => {
    const delays = schedule(cls);
    expect(delays.slice(0, first.length)).toEqual(first);
    expect(sum(delays)).toBeLessThanOrEqual(retryPolicies[cls].deadline);
    expect(delays.length).toBeLessThanOrEqual(60);
  });

  it('outlasts the 180 s for which Azure reserves the NIC of a VM that failed', () => {
    expect(sum(schedule('conflict'))).toBeGreaterThan(180);
  });

  it('waits at least as long as Azure asks, but not past the deadline', () => {
    expect(nextDelay('throttled', { failures: 1, elapsed: 0 }, 0.5, 100)).toBe(100);
    expect(nextDelay('throttled', { failures: 1, elapsed: 0 }, 0, 3_600)).toBeUndefined();
    expect(schedule('throttled', 300)).toEqual([300, 300, 300, 300, 300, 300]);
  });

  it('spreads by up to a quarter', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (spread) => {
        const delay = nextDelay('conflict', { failures: 4, elapsed: 0 }, spread) ?? 0;
        expect(delay).toBeGreaterThanOrEqual(30);
        expect(delay).toBeLessThanOrEqual(38);
      }),
    );
  });
});

it('spreadOf is a steady number in [0, 1) that differs between operations', () => {
  expect(spreadOf('a')).toBe(spreadOf('a'));
  const values = Array.from({ length: 100 }, (_, n) => spreadOf(`operation-${n} nic1 1`));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(new Set(values.map((value) => Math.floor(value * 10))).size).toBeGreaterThan(5);
});

describe('pollDelay', () => {
  it.each<[Pace, number, number]>([
    ['quick', 5, 5],
    ['virtualMachine', 85, 15],
    ['restart', 120, 25],
    ['features', 120, 30],
    ['network', 60, 20],
    ['guestCheck', 35, 10],
  ])('%s: %i s, then %i s', (pace, first, next) => {
    expect([0, 1, 2, 7].map((looks) => pollDelay(pace, looks))).toEqual([first, next, next, next]);
  });

  it('looks less often at what takes long, and never more often than Azure asks', () => {
    expect([8, 16, 24, 32, 100, 5_000].map((looks) => pollDelay('quick', looks))).toEqual([
      10, 20, 40, 60, 60, 60,
    ]);
    expect(pollDelay('quick', 3, 17)).toBe(17);
    expect(pollDelay('virtualMachine', 0, 17)).toBe(85);
  });
});

import { SimulatedClock } from '../../../local/azure/edge/clock';
import type { ClockDocument } from '../../../local/azure/edge/clock';
import { start, TestCloud } from './support';

/** A clock over a real time that only the test moves; times are milliseconds after the start. */
function clockAt(rate: number, mode: 'rate' | 'jump' = 'rate') {
  const { cloud } = new TestCloud();
  let real = 0;
  const clock = new SimulatedClock(cloud, rate, mode, () => real);
  return {
    cloud,
    clock,
    pass: (milliseconds: number) => {
      real += milliseconds;
    },
    now: () => clock.document().now - start,
  };
}

describe('the one clock', () => {
  it('runs at its rate, from the moment the rate is set', () => {
    const { clock, pass, now } = clockAt(10);
    pass(100);
    expect(now()).toBe(1000);
    clock.change({ rate: 1000 });
    pass(100);
    expect(now()).toBe(101_000);
  });

  it('stands still while it is paused, but moves when it is told to', () => {
    const { clock, pass, now } = clockAt(10);
    clock.change({ paused: true });
    pass(100);
    expect(now()).toBe(0);
    clock.change({ advanceBy: 500 });
    clock.change({ advanceTo: start + 400 });
    expect(now()).toBe(500);
    clock.change({ paused: false });
    pass(1);
    expect(now()).toBe(510);
  });

  it('lets what is due happen in order, each at its own time', () => {
    const { cloud, clock } = clockAt(1);
    const seen: [string, number][] = [];
    cloud.schedule(2, () => seen.push(['later', cloud.now - start]));
    cloud.schedule(1, () => {
      seen.push(['first', cloud.now - start]);
      cloud.schedule(0.5, () => seen.push(['in between', cloud.now - start]));
    });
    clock.change({ advanceBy: 10_000 });
    expect(seen).toEqual([
      ['first', 1000],
      ['in between', 1500],
      ['later', 2000],
    ]);
  });

  it('waits for a follower that has gone, unless it said good-bye', () => {
    const { clock, pass, now } = clockAt(1);
    pass(10);
    const end = clock.follow('host');
    pass(10);
    expect(clock.paused).toBe(false);
    end();
    expect(clock.paused).toBe(true);
    pass(1000);
    expect(now()).toBe(20);
    const again = clock.follow('host');
    pass(5);
    expect(now()).toBe(25);
    again();
    clock.leave('host');
    pass(5);
    expect([clock.paused, now()]).toEqual([false, 30]);
  });

  it('tells its followers every change', () => {
    const { clock, pass } = clockAt(1);
    const told: ClockDocument[] = [];
    const stop = clock.onChange((document) => told.push(document));
    pass(7);
    clock.change({ rate: 5 });
    clock.change({ advanceBy: 100 });
    stop();
    clock.change({ rate: 6 });
    expect(told).toEqual([
      { now: start + 7, rate: 5, paused: false, mode: 'rate' },
      { now: start + 107, rate: 5, paused: false, mode: 'rate' },
    ]);
  });
});

describe('in jump mode', () => {
  it('leaps to the next timer when every ready follower is idle', () => {
    const { clock, now } = clockAt(1, 'jump');
    clock.follow('one');
    clock.follow('two');
    clock.idle('one', start + 9000);
    expect(now()).toBe(0);
    clock.idle('two', start + 5000);
    expect(now()).toBe(5000);
    clock.idle('two', null);
    expect(now()).toBe(9000);
  });

  it('stays where it is without a timer, in the past, when paused or before anybody follows', () => {
    const { clock, now } = clockAt(1, 'jump');
    clock.idle('stranger', start + 5000);
    clock.follow('one');
    clock.idle('one', null);
    clock.idle('one', start - 5000);
    clock.change({ paused: true });
    clock.idle('one', start + 5000);
    expect(now()).toBe(0);
  });

  it('waits until no ARM request is being processed', async () => {
    const { clock, now } = clockAt(1, 'jump');
    clock.follow('one');
    await clock.whileWorking(async () => {
      clock.idle('one', start + 5000);
      await Promise.resolve();
      expect(now()).toBe(0);
    });
    expect(now()).toBe(5000);
  });

  it('does not leap at a fixed rate', () => {
    const { clock, now } = clockAt(1);
    clock.follow('one');
    clock.idle('one', start + 5000);
    expect(now()).toBe(0);
  });
});

import fc from 'fast-check';
import {
  acquire,
  inFlightSeconds,
  lookAgainSeconds,
  openGate,
  release,
  type GateState,
  type Waiter,
} from '../../../shared/gate';

const now = Date.UTC(2026, 0, 1);

const waiter = (id: string, more: Partial<Waiter> = {}): Waiter => ({
  id,
  event: `passed-${id}`,
  caller: 'portal',
  priority: 0,
  admittedAt: Number(id.replace(/\D/g, '')),
  ...more,
});

/** Lets everybody ask in this order. */
function queued(limit: number, waiters: Waiter[]): GateState {
  return waiters.reduce((state, one) => acquire(state, { ...one, limit, now }).state, openGate);
}

/** Who passes, in order, while whoever is in flight leaves one after the other. */
function passing(state: GateState): string[] {
  const order: string[] = [];
  for (let current = state; ;) {
    const [holder] = current.holders;
    if (!holder) return order;
    const left = release(current, { id: holder.id, now });
    order.push(...left.wake.map(({ id }) => id));
    current = left.state;
  }
}

describe('the gate', () => {
  it('lets pass up to the limit and tells the others their position', () => {
    const state = queued(2, [waiter('1'), waiter('2'), waiter('3')]);
    expect(state.holders.map(({ id }) => id)).toEqual(['1', '2']);
    expect(acquire(state, { ...waiter('4'), limit: 2, now }).answer).toEqual({
      granted: false,
      position: 2,
      wake: [],
    });
  });

  it('grants whoever is in flight again, and renews it', () => {
    const state = queued(1, [waiter('1'), waiter('2')]);
    const again = acquire(state, { ...waiter('1'), limit: 1, now: now + 5_000 });
    expect(again.answer).toEqual({ granted: true, wake: [] });
    expect(again.state.holders).toEqual([{ id: '1', expiresAt: now + 5_000 + inFlightSeconds * 1_000 }]);
  });

  it('keeps the place of a waiter that asks again, under a new event name', () => {
    const state = queued(1, [waiter('1'), waiter('2'), waiter('3')]);
    const again = acquire(state, { ...waiter('2', { event: 'second' }), limit: 1, now });
    expect(again.answer).toMatchObject({ granted: false, position: 1 });
    expect(release(again.state, { id: '1', now }).wake).toEqual([{ id: '2', event: 'second' }]);
  });

  it('lets somebody go who waits, without letting anybody pass', () => {
    const state = queued(1, [waiter('1'), waiter('2'), waiter('3')]);
    const left = release(state, { id: '2', now });
    expect(left.wake).toEqual([]);
    expect(passing(left.state)).toEqual(['3']);
  });

  it('forgets everything when the last has left', () => {
    const state = queued(1, [waiter('1'), waiter('2')]);
    const last = release(release(state, { id: '1', now }).state, { id: '2', now });
    expect(last.state).toEqual({ ...openGate, limit: 1 });
  });

  it('lets others pass and names them when the limit was raised', () => {
    const state = queued(1, [waiter('1'), waiter('2'), waiter('3'), waiter('4')]);
    const raised = acquire(state, { ...waiter('5'), limit: 3, now });
    expect(raised.answer).toEqual({
      granted: false,
      position: 2,
      wake: [
        { id: '2', event: 'passed-2' },
        { id: '3', event: 'passed-3' },
      ],
    });
  });

  it('lets nobody pass until enough have left when the limit was lowered', () => {
    const lowered = acquire(
      queued(
        3,
        ['1', '2', '3'].map((id) => waiter(id)),
      ),
      {
        ...waiter('4'),
        limit: 1,
        now,
      },
    );
    const first = release(lowered.state, { id: '1', now });
    const second = release(first.state, { id: '2', now });
    expect([first.wake, second.wake, release(second.state, { id: '3', now }).wake]).toEqual([
      [],
      [],
      [{ id: '4', event: 'passed-4' }],
    ]);
  });

  const orders: [what: string, waiters: Waiter[], order: string[]][] = [
    ['in order of admission, whenever they ask', [waiter('3'), waiter('1'), waiter('2')], ['1', '2', '3']],
    [
      'higher priority first',
      [waiter('1'), waiter('2', { priority: 5 }), waiter('3', { priority: 9 })],
      ['3', '2', '1'],
    ],
    [
      'one of each caller in turn, however many a caller has',
      [
        waiter('1'),
        waiter('2'),
        waiter('3'),
        waiter('4', { caller: 'queue' }),
        waiter('5', { caller: 'queue' }),
      ],
      ['1', '4', '2', '5', '3'],
    ],
    [
      'priority before turns',
      [
        waiter('1'),
        waiter('2', { caller: 'queue' }),
        waiter('3', { priority: 1 }),
        waiter('4', { priority: 1 }),
      ],
      ['3', '4', '2', '1'],
    ],
  ];
  it.each(orders)('%s', (_what, waiters, order) => {
    const state = queued(1, [waiter('0', { caller: 'first' }), ...waiters]);
    expect(passing(state)).toEqual(order);
  });

  it('names one suspect after its time is up, and asks nobody else for a while', () => {
    const state = queued(2, [waiter('1'), waiter('2')]);
    const late = now + inFlightSeconds * 1_000;
    const ask = (id: string, before: GateState, at: number) =>
      acquire(before, { ...waiter(id), limit: 2, now: at });
    const first = ask('3', state, late);
    const second = ask('4', first.state, late);
    const third = ask('5', second.state, late);
    const again = ask('6', third.state, late + lookAgainSeconds * 1_000);
    const suspects = [first, second, third, again].map(({ answer }) => !answer.granted && answer.suspect);
    expect(suspects).toEqual(['1', '2', undefined, '1']);
  });
});

type Step = { ask: number } | { leave: number };

const steps = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.record({ ask: fc.nat(30) }) }, fc.record({ leave: fc.nat(30) })),
  { maxLength: 120 },
);
const cast = fc.array(
  fc.record({ caller: fc.constantFrom('a', 'b', 'c'), priority: fc.nat(2), admittedAt: fc.nat(20) }),
  { minLength: 31, maxLength: 31 },
);

describe('the gate, whatever happens', () => {
  const play = (limit: number, people: Omit<Waiter, 'id' | 'event'>[], script: Step[]) => {
    const seen: GateState[] = [];
    let state = openGate;
    const passed = new Set<string>();
    const present = new Set<string>();
    const wake = (ids: string[]): void => ids.forEach((id) => passed.add(id));
    for (const step of script) {
      if ('ask' in step) {
        const id = `op-${step.ask}`;
        const one = people[step.ask] ?? { caller: 'a', priority: 0, admittedAt: 0 };
        const next = acquire(state, { ...one, id, event: 'e', limit, now });
        state = next.state;
        present.add(id);
        wake([...next.answer.wake.map((woken) => woken.id), ...(next.answer.granted ? [id] : [])]);
      } else {
        const id = `op-${step.leave}`;
        const next = release(state, { id, now });
        state = next.state;
        present.delete(id);
        passed.delete(id);
        wake(next.wake.map((woken) => woken.id));
      }
      seen.push(state);
    }
    return { state, seen, passed, present };
  };

  it('never has more in flight than the limit, never keeps room while somebody waits, and tells all who pass', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), cast, steps, (limit, people, script) => {
        const { state, seen, passed, present } = play(limit, people, script);
        for (const { holders, waiting, turns } of seen) {
          expect(holders.length).toBeLessThanOrEqual(limit);
          if (waiting.length > 0) expect(holders).toHaveLength(limit);
          const ids = [...holders, ...waiting].map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          expect([...turns].sort()).toEqual([...new Set(waiting.map(({ caller }) => caller))].sort());
        }
        const { holders, waiting } = state;
        expect(new Set(holders.map(({ id }) => id))).toEqual(passed);
        expect(new Set([...holders, ...waiting].map(({ id }) => id))).toEqual(present);
      }),
    );
  });

  it('starves nobody: all who wait pass as the others leave, and at the position that they were told', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), cast, steps, (limit, people, script) => {
        const { state } = play(limit, people, script);
        const positions = new Map(
          state.waiting.map((one) => {
            const { answer } = acquire(state, { ...one, limit, now });
            return [one.id, answer.granted ? 0 : answer.position];
          }),
        );
        const order = passing(state);
        expect(new Map(order.map((id, index) => [id, index + 1]))).toEqual(positions);
      }),
    );
  });

  it('is fair among callers of one priority, and keeps the order of admission within a caller', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), cast, steps, (limit, people, script) => {
        const equal = people.map((one) => ({ ...one, priority: 0 }));
        const { state } = play(limit, equal, script);
        const byId = new Map(state.waiting.map((one) => [one.id, one]));
        const order = passing(state).flatMap((id) => byId.get(id) ?? []);
        for (const caller of ['a', 'b', 'c']) {
          const own = order.filter((one) => one.caller === caller).map(({ admittedAt }) => admittedAt);
          expect(own).toEqual([...own].sort((x, y) => x - y));
        }
        // Between two turns of a caller nobody else has two, and whoever waits has one.
        order.forEach((one, index) => {
          const next = order.findIndex((other, at) => at > index && other.caller === one.caller);
          if (next < 0) return;
          const between = order.slice(index + 1, next).map(({ caller }) => caller);
          const waiting = new Set(order.slice(next).map(({ caller }) => caller));
          expect(new Set(between).size).toBe(between.length);
          for (const caller of waiting) if (caller !== one.caller) expect(between).toContain(caller);
        });
      }),
    );
  });
});

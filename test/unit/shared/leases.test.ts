import fc from 'fast-check';
import { acquire, freeLease, leaseSeconds, release, type LeaseState } from '../../../shared/leases';

type Step = { who: number; does: 'acquire' | 'release'; after: number };

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.integer({ min: 0, max: 4 }),
  does: fc.constantFrom('acquire' as const, 'release' as const),
  after: fc.integer({ min: 0, max: leaseSeconds * 1_500 }),
});

const seed = Number(process.env['SEED'] ?? 0) || Date.now() % 1_000_000;
console.log(`SEED=${seed}`);

/** What a lease must come to, told as plainly as possible: who holds it is first in line, the others wait behind. */
function model(line: string[], { who, does }: Step): string[] {
  const id = `op-${who}`;
  if (does === 'release') return line.filter((one) => one !== id);
  return line.includes(id) ? line : [...line, id];
}

const lineOf = ({ holder, queue }: LeaseState) => [
  ...(holder ? [holder.id] : []),
  ...queue.map(({ id }) => id),
];

it('has one holder at most, serves in order of arrival and loses nobody', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = freeLease;
      let line: string[] = [];
      let now = 0;
      for (const [n, one] of steps.entries()) {
        now += one.after;
        const id = `op-${one.who}`;
        const before = state.holder?.id;
        line = model(line, one);
        if (one.does === 'acquire') {
          const next = acquire(state, { id, event: `event-${n}`, now });
          expect(next.answer.granted).toBe(line[0] === id);
          if (!next.answer.granted) {
            expect(next.answer.holder).toBe(line[0]);
            expect(next.answer.suspect).toBe((state.holder?.expiresAt ?? 0) <= now);
            // The event name of the latest question is the one that is raised.
            expect(next.state.queue.find((waiter) => waiter.id === id)?.event).toBe(`event-${n}`);
          }
          state = next.state;
        } else {
          const next = release(state, { id, now });
          state = next.state;
          // Whoever becomes the holder is told, and only then.
          expect(next.granted?.id).toBe(before === id ? line[0] : undefined);
        }
        expect(lineOf(state)).toEqual(line);
        if (state.holder?.id !== before && state.holder) {
          expect(state.holder.expiresAt).toBe(now + leaseSeconds * 1_000);
        }
      }
      for (const id of [...line]) state = release(state, { id, now }).state;
      expect(state).toEqual(freeLease);
    }),
    { seed, numRuns: 500 },
  );
});

it('does not change the state it is given', () => {
  const frozen = Object.freeze({ queue: Object.freeze([]) as unknown as LeaseState['queue'] });
  acquire(frozen, { id: 'a', event: 'e', now: 0 });
  release(frozen, { id: 'a', now: 0 });
  expect(frozen).toEqual(freeLease);
});

it('an expired lease is not free, and renewed when its holder asks again', () => {
  const held = acquire(freeLease, { id: 'a', event: 'e', now: 0 }).state;
  const late = leaseSeconds * 1_000;
  expect(acquire(held, { id: 'b', event: 'e', now: late - 1 }).answer).toEqual({
    granted: false,
    holder: 'a',
    suspect: false,
  });
  expect(acquire(held, { id: 'b', event: 'e', now: late }).answer).toEqual({
    granted: false,
    holder: 'a',
    suspect: true,
  });
  const renewed = acquire(held, { id: 'a', event: 'e', now: late }).state;
  expect(acquire(renewed, { id: 'b', event: 'e', now: late }).answer).toMatchObject({ suspect: false });
});

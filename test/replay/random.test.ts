import fc from 'fast-check';
import { cancelEvent } from '../../orchestrations/names';
import { provisionHost } from '../../orchestrations/provisionHost';
import { teardownHost } from '../../orchestrations/teardownHost';
import type { FailureClass } from '../../shared/azure/outcome';
import { retryPolicies } from '../../shared/azure/retry';
import { Host, type Place } from './host';
import { load } from './library';
import { answers, firstOnNetwork, instant, World, type Answer } from './world';

const seed = Number(process.env['SEED'] ?? 0) || Date.now() % 1_000_000;
console.log(`SEED=${seed}`);

const classes = Object.keys(retryPolicies) as FailureClass[];
const { failed, followed, pending, throws } = answers;

/** Anything that an activity with a typed outcome may come to before it is done. */
const trouble: fc.Arbitrary<Answer> = fc.oneof(
  fc.constantFrom(...classes).map((cls) => failed(cls)),
  fc.constantFrom(...classes).map((cls) => failed(cls, { resumable: true, retryAfterSeconds: 40 })),
  fc.constant(followed('updated')),
  fc.constant(pending()),
  fc.constant(throws()),
);

interface Story {
  /** Answers put before those of a healthy Azure, by activity key. */
  troubles: { key: string; answers: Answer[] }[];
  cancel: { turn: number; place: Place }[];
}

const troubled = Object.keys(instant).filter((key) => !/^(begin|finish|raise|inspect)/.test(key));
const stories: fc.Arbitrary<Story> = fc.record({
  troubles: fc.array(
    fc.record({
      key: fc.constantFrom(...troubled),
      answers: fc.array(trouble, { minLength: 1, maxLength: 4 }),
    }),
    { maxLength: 4 },
  ),
  cancel: fc.array(
    fc.record({
      turn: fc.integer({ min: 1, max: 50 }),
      place: fc.constantFrom<Place>('alone', 'before', 'after'),
    }),
    { maxLength: 2 },
  ),
});

async function tell(orchestrator: typeof provisioning, { troubles, cancel }: Story): Promise<Host> {
  const scripts = { ...instant, ...firstOnNetwork };
  for (const { key, answers: before } of troubles) {
    scripts[key] = [...before, ...(scripts[key] ?? [])];
  }
  const host = new Host(orchestrator, 'op', { operation: 'op' }, new World(scripts));
  host.raised = cancel.map((one) => ({ ...one, name: cancelEvent }));
  return host.run();
}

const provisioning = load(provisionHost);
const tearingDown = load(teardownHost);
const parameters = { seed, numRuns: 60 };

const leasesAreFree = (host: Host) =>
  [...host.leases.values()].every(({ holder, queue }) => !holder && queue.length === 0);

it('a provisioning comes to an end whatever happens, and leaves nothing it does not name', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const host = await tell(provisioning, story);
      const { status, undone, untouched, failure } = host.world.ending;
      expect(leasesAreFree(host)).toBe(true);
      expect(host.state?.output).toEqual({ status });
      expect(undone).toBe(status !== 'succeeded' && !untouched);
      const undoing = host.world.order.filter((key) => key.startsWith('removeResource undo'));
      const { leftovers = [] } = (failure ?? {}) as { leftovers?: string[] };
      if (undone && leftovers.length === 0) expect(new Set(undoing).size).toBe(9);
      if (!undone) expect(undoing).toEqual([]);
      if (untouched) expect(host.world.order.some((key) => key.startsWith('ensure'))).toBe(false);
    }),
    parameters,
  );
});

it('a teardown comes to an end whatever happens, and touches all or nothing unless a removal failed', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const host = await tell(tearingDown, story);
      const { status, untouched } = host.world.ending;
      const removed = host.world.order.filter((key) => key.startsWith('removeResource teardown'));
      expect(leasesAreFree(host)).toBe(true);
      if (status === 'succeeded') expect(new Set(removed).size).toBe(7);
      if (untouched) expect(removed).toEqual([]);
      if (status === 'cancelled') expect(untouched).toBe(true);
    }),
    parameters,
  );
});

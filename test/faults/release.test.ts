import { startSystem, type Running } from '../e2e/harness';
import { reconcile, verdicts } from '../e2e/reconciliation';
import type { Case } from './cases';
import { plain } from './chains';
import { passing } from './faults';
import { expectedEnd, loose, madeTwice, nothing, promises, seenEnd } from './invariants';
import { everyGiveaway, releaseCases, releaseChain } from './releaseCases';
import { Stage, type Seen } from './stage';

jest.setTimeout(900_000);

describe('faults on the way of a release', () => {
  let running: Running;
  const rows = [...releaseCases, ...passing.map(everyGiveaway)];
  const seen = new Map<Case, Seen>();
  /** What the reconciler deletes while a release is stopped, and when all is over. */
  const deleted: string[] = [];

  beforeAll(async () => {
    running = await startSystem({}, 1, { OPERATIONS_IN_FLIGHT: '500', RECONCILE_MOST_DELETES: '100' });
    const stage = new Stage(running);
    await stage.play(plain, 'f00', 'nested-fun');
    const chain = async (): Promise<void> => {
      await stage.play(plain, 'f01', 'nested-fun');
      for (const one of releaseChain) seen.set(one, await stage.play(one, 'f01', 'nested-fun'));
    };
    const single = async (one: Case, at: number): Promise<void> => {
      await stage.play(plain, `f${at + 10}`, 'nested-fun');
      seen.set(one, await stage.play(one, `f${at + 10}`, 'nested-fun'));
    };
    await Promise.all([chain(), ...rows.map(single)]);
    for (let run = 0; run < 2; run += 1) {
      await running.system.passTime(48 * 3_600_000);
      deleted.push(...verdicts(await reconcile(running.system, 'nested-fun')));
    }
  });
  afterAll(async () => await running?.stop());

  it.each([...releaseChain, ...rows].map((one) => [one.name, one] as const))('%s', (_, one) => {
    const end = seen.get(one) as Seen;
    expect(seenEnd(one, end)).toEqual(expectedEnd(one, end));
    expect(end.hits.every((count) => count > 0)).toBe(true);
  });

  it('what was released is nothing to the reconciler, and the other host goes on', async () => {
    expect(deleted).toEqual([]);
    const { used, hosts } = await promises(running.system, 'nested-fun');
    expect({ used, hosts }).toEqual({ used: 1, hosts: 1 });
  });

  it('nothing is made twice, left running, held, or deleted that is not ours', async () => {
    expect(await madeTwice(running.system, () => false)).toEqual([]);
    expect(await loose(running.system)).toEqual(nothing);
  });
});

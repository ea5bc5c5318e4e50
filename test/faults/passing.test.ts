import { startSystem, type Running } from '../e2e/harness';
import type { Case } from './cases';
import { passing } from './faults';
import { expectedEnd, loose, madeTwice, nothing, promises, seenEnd } from './invariants';
import { everyWrite } from './provisionCases';
import { Stage, type Seen } from './stage';
import { everyRemoval } from './teardownCases';

jest.setTimeout(600_000);

describe('faults that pass, on every write of a host that is made and taken away again', () => {
  let running: Running;
  const lives = passing.map((fault) => ({ fault, cases: [everyWrite(fault), everyRemoval(fault)] }));
  const networks = lives.map((_, at) => `n-${at}`);
  const seen = new Map<Case, Seen>();
  let before: Map<string, unknown>;
  let after: Map<string, unknown>;

  beforeAll(async () => {
    running = await startSystem({}, 1, { OPERATIONS_IN_FLIGHT: '500' });
    const stage = new Stage(running);
    for (const network of networks) await stage.defineOwn(network);
    const strangers = await stage.settleStrangers(networks);
    before = await stage.lasting(strangers);
    expect([...before.keys()]).toEqual(expect.arrayContaining(strangers));
    await Promise.all(
      lives.map(async ({ cases }, at) => {
        for (const one of cases) seen.set(one, await stage.play(one, `f1${at}`, networks[at] ?? ''));
      }),
    );
    after = await stage.lasting([...before.keys()]);
  });
  afterAll(async () => await running?.stop());

  it.each(lives.flatMap(({ cases }) => cases).map((one) => [one.name, one] as const))('%s', (_, one) => {
    const end = seen.get(one) as Seen;
    expect(seenEnd(one, end)).toEqual(expectedEnd(one, end));
    expect(end.hits.every((count) => count > 0)).toBe(true);
  });

  it('nothing is made twice, left running, held, or deleted that is not ours', async () => {
    expect(await madeTwice(running.system, () => false)).toEqual([]);
    expect(await loose(running.system)).toEqual(nothing);
  });

  it('leaves what belongs to somebody else as it was', () => {
    expect(before.size).toBeGreaterThan(networks.length);
    expect(after).toEqual(before);
  });

  it('loses no prefix: there is no host any more, and no promise', async () => {
    for (const network of networks)
      expect({ network, ...(await promises(running.system, network)) }).toEqual({
        network,
        used: 0,
        hosts: 0,
      });
  });
});

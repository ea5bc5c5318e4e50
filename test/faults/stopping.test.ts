import { startSystem, type Running } from '../e2e/harness';
import { ready, type Case } from './cases';
import { expectedEnd, loose, madeTwice, nothing, promises, seenEnd } from './invariants';
import { provisionCases, widerProvisionCases } from './provisionCases';
import { Stage, type Seen } from './stage';
import { teardownCases } from './teardownCases';

jest.setTimeout(1_800_000);

const all = process.env['FAULTS'] === 'all';

describe('faults that stop an operation, or might', () => {
  let running: Running;
  const rows = [...provisionCases, ...(all ? widerProvisionCases : [])];
  const seen = new Map<Case, Seen>();
  let before: Map<string, unknown>;
  let after: Map<string, unknown>;

  beforeAll(async () => {
    running = await startSystem({}, 1, { OPERATIONS_IN_FLIGHT: '500' });
    const stage = new Stage(running);
    const plain: Case = { name: 'plain', kind: 'provision', faults: [], expected: ready };
    // Its routes, table and subnets are everybody's: they have to be as they were when all is over.
    await stage.play(plain, 'f00', 'nested-fun');
    await stage.settleStrangers();
    before = await stage.lasting();
    const names = rows.map((_, at) => ({ host: `f${at + 10}`, network: `n-${at + 10}` }));
    for (const [at, { ownNetwork }] of rows.entries()) {
      if (ownNetwork) await stage.defineOwn(names[at]?.network ?? '');
    }
    const teardowns = async (): Promise<void> => {
      await stage.play(plain, 'f01', 'nested-fun');
      for (const one of teardownCases) seen.set(one, await stage.play(one, 'f01', 'nested-fun', false));
    };
    await Promise.all([
      teardowns(),
      ...rows.map(async (one, at) => {
        const { host = '', network = '' } = names[at] ?? {};
        seen.set(one, await stage.play(one, host, one.ownNetwork ? network : 'nested-fun'));
      }),
    ]);
    after = await stage.lasting([...before.keys()]);
  });
  afterAll(async () => await running?.stop());

  it.each([...rows, ...teardownCases].map((one) => [`${one.kind}, ${one.name}`, one] as const))(
    '%s',
    (_, one) => {
      const end = seen.get(one) as Seen;
      expect(seenEnd(one, end)).toEqual(expectedEnd(one, end));
      expect(end.hits.every((count) => count > 0)).toBe(true);
      if (end.ownNetwork && one.expected.ends === 'undone')
        expect(end.ownNetwork.after).toEqual(end.ownNetwork.before);
      if (end.cleared) expect(end.cleared).toEqual({ status: 'succeeded', resources: [], record: false });
    },
  );

  it('leaves the other host, the network and what belongs to somebody else as they were', () => {
    expect(before.size).toBeGreaterThan(15);
    expect(after).toEqual(before);
  });

  it('nothing is made twice, left running, held, or deleted that is not ours; no prefix is lost', async () => {
    expect(await madeTwice(running.system, () => false)).toEqual([]);
    expect(await loose(running.system)).toEqual(nothing);
    const { used, hosts } = await promises(running.system, 'nested-fun');
    expect(used).toBe(hosts);
  });
});

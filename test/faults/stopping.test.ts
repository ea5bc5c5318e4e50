import { startSystem, type Running } from '../e2e/harness';
import { ready, type Case } from './cases';
import { expectedEnd, loose, madeTwice, nothing, promises, seenEnd } from './invariants';
import { provisionCases, widerProvisionCases } from './provisionCases';
import { Stage, type Seen } from './stage';
import { teardownCases, teardownChain, widerTeardownCases } from './teardownCases';

jest.setTimeout(5_400_000);

/** Each write with each fault by itself takes half an hour or more: `all` of them, or those with this text in kind and name. */
const wider = process.env['FAULTS'];
const isWanted = ({ kind, name }: Case): boolean =>
  wider === 'all' || (wider !== undefined && `${kind}, ${name}`.includes(wider));

const plain: Case = { name: 'plain', kind: 'provision', faults: [], expected: ready };

describe('faults that stop an operation, or might', () => {
  let running: Running;
  const rows = [
    ...provisionCases,
    ...teardownCases,
    ...[...widerProvisionCases, ...widerTeardownCases].filter(isWanted),
  ];
  const places = rows.map(({ ownNetwork }, at) => ({
    host: `f${at + 10}`,
    network: ownNetwork ? `n-${at + 10}` : 'nested-fun',
  }));
  const own = places.flatMap(({ network }) => (network === 'nested-fun' ? [] : [network]));
  const seen = new Map<Case, Seen>();
  let before: Map<string, unknown>;
  let after: Map<string, unknown>;

  beforeAll(async () => {
    running = await startSystem({}, 1, { OPERATIONS_IN_FLIGHT: '500', RECONCILE_MOST_DELETES: '100' });
    const stage = new Stage(running);
    // Its routes, table and subnets are everybody's: they have to be as they were when all is over.
    await stage.play(plain, 'f00', 'nested-fun');
    const shared = await stage.lasting();
    for (const network of own) await stage.defineOwn(network);
    const strangers = await stage.settleStrangers(own);
    before = new Map([...shared, ...(await stage.lasting(strangers))]);
    expect([...before.keys()]).toEqual(expect.arrayContaining(strangers));
    const chain = async (): Promise<void> => {
      await stage.play(plain, 'f01', 'nested-fun');
      for (const one of teardownChain) seen.set(one, await stage.play(one, 'f01', 'nested-fun'));
    };
    await Promise.all([
      chain(),
      ...rows.map(async (one, at) => {
        const { host = '', network = '' } = places[at] ?? {};
        if (one.kind === 'teardown') await stage.play(plain, host, network);
        seen.set(one, await stage.play(one, host, network));
      }),
    ]);
    await stage.clear(rows.flatMap((one) => (one.expected.ends === 'leftover' ? (seen.get(one) ?? []) : [])));
    after = await stage.lasting([...before.keys()]);
  });
  /** What somebody removed has to be made again. */
  const removedByHand = rows.flatMap((one, at) =>
    one.name === 'route deleted as soon as it was made' ? [`/routes/nested-vms-f${at + 10}`] : [],
  );
  afterAll(async () => await running?.stop());

  it.each(
    [...rows, ...teardownChain].map(
      (one, at) => [`${one.kind}${at < rows.length ? '' : ' again and again'}, ${one.name}`, one] as const,
    ),
  )('%s', (_, one) => {
    const end = seen.get(one) as Seen;
    expect(seenEnd(one, end)).toEqual(expectedEnd(one, end));
    expect(end.hits.every((count) => count > 0)).toBe(true);
    if (end.ownNetwork && one.expected.ends === 'undone')
      expect(end.ownNetwork.after).toEqual(end.ownNetwork.before);
    if (end.cleared) expect(end.cleared).toEqual({ resources: [], record: false });
  });

  it('leaves the other host, the network and what belongs to somebody else as they were', () => {
    expect(before.size).toBeGreaterThan(15);
    expect(after).toEqual(before);
  });

  it('nothing is made twice, left running, held, or deleted that is not ours; no prefix is lost', async () => {
    expect(await madeTwice(running.system, (id) => removedByHand.some((end) => id.endsWith(end)))).toEqual(
      [],
    );
    expect(await loose(running.system)).toEqual(nothing);
    const lost = [];
    for (const network of ['nested-fun', ...own]) {
      const { used, hosts } = await promises(running.system, network);
      if (used !== hosts) lost.push({ network, used, hosts });
    }
    expect(own.length).toBeGreaterThan(0);
    expect(lost).toEqual([]);
  });
});

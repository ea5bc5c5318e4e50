import { startSystem, type Running } from '../e2e/harness';
import type { Case } from './cases';
import { plain, wide, type Chain } from './chains';
import { expectedEnd, loose, madeTwice, nothing, promises, removedByHand, seenEnd } from './invariants';
import { Stage, type Seen } from './stage';
import { usual } from './usual';

jest.setTimeout(5_400_000);

/** Each step with each fault by itself takes half an hour: `all` of them, or those whose kind and name fit this pattern. */
const asked = process.env['FAULTS'];
const chains =
  asked === undefined
    ? usual
    : wide.filter((chain) => asked === 'all' || chain.some((one) => new RegExp(asked).test(titleOf(one))));

function titleOf({ kind, name }: Case): string {
  return `${kind}, ${name}`;
}

/** As many hosts at once as one system on this machine serves without much waiting. */
const most = 60;
const batches = Array.from({ length: Math.ceil(chains.length / most) }, (_, at) =>
  chains.slice(at * most, (at + 1) * most),
);

interface Place {
  chain: Chain;
  host: string;
  network: string;
}

describe.each(batches.map((batch, at) => [at + 1, batch] as const))(
  'rows of the fault table, part %i',
  (_, batch) => {
    let running: Running;
    const places = batch.map((chain, at): Place => ({
      chain,
      host: `f${at + 10}`,
      network: chain[0]?.ownNetwork ? `n-${at + 10}` : 'nested-fun',
    }));
    const own = places.filter(({ network }) => network !== 'nested-fun');
    const networks = own.map(({ network }) => network);
    const seen = new Map<Case, Seen>();
    let before: Map<string, unknown>;
    let after: Map<string, unknown>;

    beforeAll(async () => {
      running = await startSystem({}, 1, { OPERATIONS_IN_FLIGHT: '500', RECONCILE_MOST_DELETES: '100' });
      const stage = new Stage(running);
      // Its routes, table and subnets are everybody's: they have to be as they were when all is over.
      await stage.play(plain, 'f00', 'nested-fun');
      const shared = await stage.lasting();
      await stage.defineOwn(
        own.map(({ chain, network }) => ({ network, kind: chain[0]?.ownNetwork ?? 'first' })),
      );
      await Promise.all(
        own.map(async ({ chain, host, network }) => {
          if (chain[0]?.kind === 'adopt') await stage.buildOne(host, network);
        }),
      );
      const strangers = await stage.settleStrangers(networks);
      before = new Map([...shared, ...(await stage.lasting(strangers))]);
      expect([...before.keys()]).toEqual(expect.arrayContaining(strangers));
      await Promise.all(
        places.map(async ({ chain, host, network }) => {
          for (const one of chain) seen.set(one, await stage.play(one, host, network));
        }),
      );
      const ends = batch.flatMap((chain) => chain.slice(-1));
      await stage.clear(
        ends.flatMap((one) => (one.expected.ends === 'leftover' ? (seen.get(one) ?? []) : [])),
      );
      after = await stage.lasting([...before.keys()]);
    });
    afterAll(async () => await running?.stop());

    it.each(batch.flat().map((one) => [titleOf(one), one] as const))('%s', (_name, one) => {
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
      const byHand = places.flatMap(({ chain, ...names }) =>
        chain.flatMap((one) => removedByHand(one, names)),
      );
      expect(await madeTwice(running.system, (id) => byHand.some((path) => path.test(id)))).toEqual([]);
      expect(await loose(running.system)).toEqual(nothing);
      const lost = [];
      for (const network of ['nested-fun', ...networks]) {
        const { used, hosts } = await promises(running.system, network);
        if (used !== hosts) lost.push({ network, used, hosts });
      }
      expect(lost).toEqual([]);
    });
  },
);

import fc from 'fast-check';
import { createRecords } from '../../shared/records/createRecords';
import type { Records } from '../../shared/records/store';
import { startSystem, type Running } from '../e2e/harness';
import { expectWarrants } from '../e2e/warrants';
import { failedInstances } from '../faults/durable';
import { textOf, type Command } from './commands';
import { Estate } from './estate';
import * as must from './invariants';
import { calm, Player } from './play';
import { programs } from './programs';
import { allEnded, allTornDown, batchesEnded, reconciled } from './settle';
import { shared } from './shared';

/** The same programs every time, so that a change that has nothing to do with it never fails here; 0 draws others. */
const seed = Number(process.env['RANDOM_SEED'] ?? 20261127) || Date.now() % 1_000_000;
const runs = Number(process.env['RANDOM_RUNS'] ?? 2);

jest.setTimeout(120_000 + runs * 240_000);

describe(`whatever happens, in whatever order (RANDOM_SEED=${seed}, RANDOM_RUNS=${runs})`, () => {
  let running: Running;
  let records: Records;
  const played: Command[][] = [];
  /** How often commands had each answer, and operations each end: those that are only refused try little. */
  const tally = new Map<string, number>();
  beforeAll(async () => {
    running = await startSystem({}, seed, { RECONCILE_DRY_RUN: 'false', RECONCILE_GRACE_HOURS: '1' });
    const connectionString = running.system.storageConnection;
    records = createRecords({ kind: 'connectionString', connectionString });
  });
  afterAll(async () => {
    await running?.stop();
    const met = [...tally].map(([what, times]) => `${what}: ${times}`).sort();
    console.log(
      `RANDOM_SEED=${seed}: ${played.length} programs, ${played.flat().length} commands\n${met.join('\n')}`,
    );
  });

  /** Plays one program on a VNet of its own; looks when all has come to rest, and again when all hosts are gone. */
  async function check(program: Command[]): Promise<void> {
    const estate = new Estate(running.system, running.world, played.push(program));
    const player = new Player(estate);
    try {
      await estate.plant();
      if (program.some(({ action }) => action.do === 'adopt' && action.host === 5)) await estate.build();
      const before = await must.foreign(estate, [...estate.foreign, ...estate.adoptable]);
      await player.play(program);
      await calm(estate);
      expect(await batchesEnded(estate, records)).toEqual([]);
      await allEnded(estate, records);
      await count(estate, player);
      await atRest(estate, player);
      await allTornDown(estate, records);
      await gone(estate, player);
      const theirs = [...estate.foreign, ...(player.adoptedByHand ? [] : estate.adoptable)];
      const after = await must.foreign(estate, theirs);
      expect(after).toEqual(Object.fromEntries(theirs.map((id) => [id, before[id]])));
      await expectWarrants(running.system);
    } catch (error) {
      throw new Error(`${player.story.join('\n')}\n\n${(error as Error).message}`, { cause: error });
    }
  }

  async function count(estate: Estate, { answers }: Player): Promise<void> {
    const operations = (await records.operations.list()).filter((one) =>
      estate.networks.includes(one.network),
    );
    const ends = operations.map(({ kind, status, failure }) => `${kind} ${status} ${failure?.code ?? ''}`);
    for (const what of [...answers, ...ends]) tally.set(what, (tally.get(what) ?? 0) + 1);
  }

  async function atRest(estate: Estate, player: Player): Promise<void> {
    const findings = await reconciled(estate);
    const end = await must.look(estate, records);
    // Only a repair makes a machine again that somebody took away; the host is reported until then.
    const unreleased = end.hosts.flatMap(({ name, keepVirtualMachine }) =>
      keepVirtualMachine ? [name] : [],
    );
    const bereft = must.stillBereft(estate, end, player.bereft);
    const whole = { ...end, hosts: end.hosts.filter(({ name }) => !bereft.includes(name)) };
    expect({
      scandals: player.scandals,
      findings: must.unexpected(findings, bereft, unreleased),
      shared: shared(estate, end),
      inconsistent: must.inconsistent(end),
      differing: must.differing(estate, end, { ...player, bereft }),
      astray: must.astray(estate, end, bereft),
      unreachable: await must.unreachable(estate, whole),
      held: await must.held(estate),
      failed: await failedInstances(running.system),
    }).toEqual(
      none(['scandals', 'findings', 'shared', 'inconsistent', 'differing', 'astray', 'unreachable']),
    );
  }

  async function gone(estate: Estate, player: Player): Promise<void> {
    await reconciled(estate);
    const { hosts, ledger, ...rest } = await must.look(estate, records);
    expect({
      hosts: hosts.map(({ name, reason }) => `${name}: ${reason}`),
      ledger: ledger.map(({ host, state }) => `${host}: ${state}`),
      differing: must.differing(estate, { hosts, ledger, ...rest }, player),
      held: await must.held(estate),
      failed: await failedInstances(running.system),
    }).toEqual(none(['hosts', 'ledger', 'differing']));
  }

  const none = (names: string[]) =>
    Object.fromEntries([...names, 'held', 'failed'].map((name) => [name, []]));

  it('nothing is shared, lost, stuck or touched that is not ours', async () => {
    await fc.assert(fc.asyncProperty(programs, check), {
      seed,
      numRuns: runs,
      // A smaller program costs another run of the whole system, and meets another timing.
      endOnFailure: true,
      reporter: ({ failed, counterexample, errorInstance }) => {
        if (!failed) return;
        const text = counterexample?.[0].map(textOf).join('\n') ?? '';
        throw new Error(`RANDOM_SEED=${seed}\n${text}\n\n${String((errorInstance as Error)?.message)}`);
      },
    });
  });
});

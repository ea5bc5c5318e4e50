import type { Dependencies } from '../../../orchestrations/activities/context';
import { finishHostOperation } from '../../../orchestrations/activities/finish';
import { beginTeardown } from '../../../orchestrations/activities/teardown';
import { admit, resume } from '../../../shared/admission/admit';
import { Problem } from '../../../shared/api/problems';
import { RecordConflict, type Records } from '../../../shared/records/store';
import { withRecords } from './azurite';
import { Crash, definitionOn, Door, dyingAt } from './door';

const records = withRecords();
let number = 0;

/** A network of its own with a host `hv-01` that is being provisioned. */
async function provisioning(): Promise<Door> {
  const name = `take-${++number}`;
  const door = new Door(records, definitionOn(name), name);
  await admit(door.context, door.define(`define-${name}`));
  await door.networkReady();
  await admit(door.context, door.provision(`p-${name}`, 'hv-01'));
  return door;
}

const outcomeOf = async (work: Promise<{ kind: string; operation?: { id: string } }>): Promise<string> => {
  try {
    const admitted = await work;
    return admitted.operation?.id ?? admitted.kind;
  } catch (error) {
    if (error instanceof Problem) return error.slug;
    throw error;
  }
};

describe('a teardown during a provisioning', () => {
  it('is admitted as the next to hold the host, and started; the provisioning keeps the claim', async () => {
    const door = await provisioning();
    const id = `t-${door.network}`;
    expect(await outcomeOf(admit(door.context, door.teardown(id, 'hv-01')))).toBe(id);
    const { hosts, ledger } = await door.everything();
    expect(hosts).toMatchObject([{ state: 'provisioning', claim: `p-${door.network}`, next: id }]);
    expect(ledger).toHaveLength(1);
    expect(door.starts).toContain(id);
    const again = door.provision(`again-${id}`, 'hv-01');
    expect(await outcomeOf(admit(door.context, again))).toBe('host-busy');
  });

  it('is one, however many come at once', async () => {
    const door = await provisioning();
    const many = Array.from({ length: 8 }, (_, index) =>
      outcomeOf(admit(door.context, door.teardown(`t${index}-${door.network}`, 'hv-01'))),
    );
    const answers = await Promise.all(many);
    const [winner] = answers;
    expect(new Set(answers)).toEqual(new Set([winner]));
    const { hosts, operations } = await door.everything();
    expect(hosts).toMatchObject([{ next: winner }]);
    expect(operations.filter(({ kind }) => kind === 'teardown').map(({ id }) => id)).toEqual([winner]);
    expect(door.starts.filter((id) => id.startsWith('t'))).toEqual([winner]);
  });

  it('finds no host if it comes when the provisioning has given its promise back already', async () => {
    const door = await provisioning();
    const { network } = door;
    const [operation, teardown] = [`p-${network}`, `t-${network}`];
    let isAdmitted = false;
    const remove: Records['hosts']['remove'] = async (...host) => {
      if (!isAdmitted) await admit(door.context, door.teardown(teardown, 'hv-01'));
      isAdmitted = true;
      await records.hosts.remove(...host);
    };
    const deps = {
      records: { ...records, hosts: { ...records.hosts, remove } },
      installation: 'test',
    } as unknown as Dependencies;
    const failure = { class: 'invalid', code: 'PrefixInUse', message: 'Somebody has it.' } as const;
    const ending = { kind: 'provision', status: 'failed', failure, undone: true, untouched: true } as const;
    const finish = () => finishHostOperation(deps, { operation, ...ending, steps: [], now: 0 });
    await expect(finish()).rejects.toThrow(RecordConflict);
    expect(await door.everything()).toMatchObject({ hosts: [{ next: teardown }], ledger: [] });
    await finish();
    expect(await door.everything()).toMatchObject({ hosts: [], ledger: [] });
    expect((await records.operations.get(operation))?.record).toMatchObject({ status: 'failed', failure });
    expect(await beginTeardown(deps, { operation: teardown, now: 0 })).toEqual({ gone: true });
  });

  it('races the admission of the provisioning, and both keep what they wrote', async () => {
    for (let round = 0; round < 8; round++) {
      const door = await provisioning();
      const id = `t${round}-${door.network}`;
      const [torn] = await Promise.all([
        outcomeOf(admit(door.context, door.teardown(id, 'hv-02'))),
        outcomeOf(admit(door.context, door.provision(`p2-${door.network}`, 'hv-02'))),
      ]);
      const host = (await records.hosts.get(door.network, 'hv-02'))?.record;
      expect(host).toMatchObject({ claim: `p2-${door.network}`, addresses: {} });
      expect(host?.next).toBe(torn === 'unknown-host' ? undefined : id);
    }
  });

  it('is admitted once, whatever write a crash stops', async () => {
    for (let write = 1; write <= 4; write++) {
      for (const when of ['before', 'after'] as const) {
        const door = await provisioning();
        const id = `t-${door.network}`;
        const order = door.teardown(id, 'hv-01');
        const context = { ...door.context, records: dyingAt(records, write, when) };
        const died = await admit(context, order).then(
          () => false,
          (error: unknown) => error instanceof Crash,
        );
        await resume(door.context, id);
        expect(await outcomeOf(admit(door.context, order))).toBe(id);
        expect((await door.everything()).hosts).toMatchObject([{ claim: `p-${door.network}`, next: id }]);
        expect(door.starts.filter((started) => started === id)).toHaveLength(1);
        if (!died) return;
      }
    }
  });
});

import { admit, resume } from '../../../shared/admission/admit';
import { forgetNetwork } from '../../../shared/admission/forget';
import { entityTag } from '../../../shared/api/entityTag';
import { Problem } from '../../../shared/api/problems';
import { withRecords } from './azurite';
import { Crash, definitionOn, Door, dyingAt } from './door';

const records = withRecords();
let number = 0;

async function ready(): Promise<Door> {
  const name = `forget-${++number}`;
  const door = new Door(records, definitionOn(name), name);
  await admit(door.context, door.define(`define-${name}`));
  await door.networkReady();
  return door;
}

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof Problem) return error.slug;
      throw error;
    },
  );
const forget = (door: Door, ifMatch?: string) => outcomeOf(forgetNetwork(records, door.network, ifMatch));

describe('a network', () => {
  it('is forgotten with its policy, and can be defined anew', async () => {
    const door = await ready();
    await records.reconciliations.insert({ network: door.network, sightings: {}, policy: { dryRun: false } });
    expect(await forget(door)).toBe('done');
    expect(await records.networks.get(door.network)).toBeUndefined();
    expect((await records.reconciliations.get(door.network))?.record).toEqual({
      network: door.network,
      sightings: {},
    });
    expect(await forget(door)).toBe('unknown-network');
    expect(await outcomeOf(admit(door.context, door.define(`again-${door.network}`)))).toBe('done');
  });

  it('stays while it has a host, and while a leftover has its prefix, and takes hosts after the refusal', async () => {
    const door = await ready();
    const vnet = (await records.networks.get(door.network))?.record;
    await admit(door.context, door.provision(`p-${door.network}`, 'hv-01'));
    const inUse = await records.networks.get(door.network);
    const refusal = await forgetNetwork(records, door.network).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      slug: 'network-in-use',
      more: { dependents: [{ network: door.network, host: 'hv-01' }] },
    });
    // Not even for a moment: orders come in at the same time.
    expect(await records.networks.get(door.network)).toEqual(inUse);
    const row = await records.hosts.get(door.network, 'hv-01');
    await records.hosts.remove(door.network, 'hv-01', row?.etag ?? '');
    expect(await forget(door)).toBe('network-in-use');
    expect((await records.networks.get(door.network))?.record).toEqual(vnet);
    expect(await outcomeOf(admit(door.context, door.provision(`q-${door.network}`, 'hv-02')))).toBe('done');
  });

  it('stays while it is being defined or rolled out', async () => {
    const door = await ready();
    await admit(door.context, door.converge(`c-${door.network}`));
    expect(await forget(door)).toBe('network-busy');
    const fresh = new Door(records, definitionOn('fresh'), 'fresh');
    await admit(fresh.context, fresh.define('define-fresh'));
    expect(await forget(fresh)).toBe('network-busy');
  });

  it('stays if it is defined otherwise than the caller knows', async () => {
    const door = await ready();
    expect(await forget(door, '"old"')).toBe('precondition-failed');
    const row = await records.networks.get(door.network);
    expect(await forget(door, row && entityTag(row.record))).toBe('done');
  });

  it('never goes while a host comes, however the two race', async () => {
    for (let round = 0; round < 12; round++) {
      const door = await ready();
      const [gone] = await Promise.all([
        forget(door),
        outcomeOf(admit(door.context, door.provision(`race-${round}`, 'hv-01'))),
      ]);
      const { network, hosts, ledger } = await door.everything();
      if (gone === 'done')
        expect({ network, hosts, ledger }).toEqual({ network: undefined, hosts: [], ledger: [] });
      else expect(network).toMatchObject({ state: 'ready' });
      expect(network?.forgetting).toBeUndefined();
    }
  });

  it.each([1, 2])('is forgotten the second time if the first died at write %i', async (write) => {
    for (const when of ['before', 'after'] as const) {
      const door = await ready();
      const dying = forgetNetwork(dyingAt(records, write, when), door.network);
      await expect(dying).rejects.toThrow(Crash);
      const second = await forget(door);
      expect(second).toBe(write === 2 && when === 'after' ? 'unknown-network' : 'done');
    }
  });

  it('that a crash left half forgotten takes no host, and is back once it is defined again', async () => {
    const door = await ready();
    await expect(forgetNetwork(dyingAt(records, 2, 'before'), door.network)).rejects.toThrow(Crash);
    const host = door.provision(`p-${door.network}`, 'hv-01');
    expect(await outcomeOf(admit(door.context, host))).toBe('network-not-ready');
    await admit(door.context, door.define(`again-${door.network}`));
    await door.networkReady();
    expect(await outcomeOf(admit(door.context, host))).toBe('done');
    await resume(door.context, host.id);
  });
});

describe('a definition under a precondition', () => {
  const other = { extraPrefixes: ['192.168.0.0/16'] };
  const put = (door: Door, id: string, precondition: object) => {
    const definition = definitionOn(door.network, other);
    const order = door.define(id, definition);
    const request = { kind: 'defineNetwork' as const, definition, precondition };
    return outcomeOf(admit(door.context, { ...order, request }));
  };

  it('is put only over the one that the caller knows', async () => {
    const door = await ready();
    expect(await put(door, `a-${door.network}`, { ifMatch: '"other"' })).toBe('precondition-failed');
    expect(await put(door, `b-${door.network}`, { ifNoneMatch: '*' })).toBe('precondition-failed');
    const row = await records.networks.get(door.network);
    const tag = row ? entityTag(row.record) : '';
    expect(await put(door, `c-${door.network}`, { ifMatch: `"x", ${tag}` })).toBe('done');
    await door.networkReady();
    expect(await put(door, `d-${door.network}`, { ifMatch: tag })).toBe('done');
    const changed = await records.networks.get(door.network);
    expect(changed && entityTag(changed.record)).not.toBe(tag);
  });

  it('is put only where there is none yet', async () => {
    const door = new Door(records, definitionOn('newborn'), 'newborn');
    expect(await put(door, 'a-newborn', { ifMatch: '*' })).toBe('precondition-failed');
    expect(await put(door, 'b-newborn', { ifNoneMatch: '*' })).toBe('done');
  });
});

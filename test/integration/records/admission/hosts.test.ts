import { admit, resume } from '../../../../shared/admission/admit';
import { adoptionOrder, type Order } from '../../../../shared/admission/order';
import { adoptionRequest } from '../../../../shared/api/schemas';
import type { Records } from '../../../../shared/records/store';
import { withRecords } from '../azurite';
import { Door } from '../door';
import { ready, slugOf } from './ready';

const records = withRecords();

const adoptionOf = (door: Door, id: string, name: string): Order =>
  adoptionOrder(
    { id, caller: 'test' },
    door.network,
    adoptionRequest.parse({ virtualMachine: name, name }),
    door.definition,
  );

describe('admission of hosts', () => {
  it('claims the host, promises addresses and starts one orchestration', async () => {
    const door = await ready(records);
    const id = `op-${door.network}`;
    expect(await admit(door.context, door.provision(id, 'hv-01'))).toMatchObject({
      kind: 'operation',
      operation: { id, status: 'admitted', kind: 'provision', host: 'hv-01' },
    });
    expect(door.starts).toContain(id);
    const addresses = { ghostedPrefix: '10.0.2.0/24', natAddress: '10.0.0.4', lanAddress: '10.0.1.4' };
    expect(await door.everything()).toMatchObject({
      hosts: [{ name: 'hv-01', state: 'provisioning', claim: id, addresses }],
      ledger: [{ ...addresses, host: 'hv-01', state: 'reserved', operation: id }],
    });
  });

  it('answers repeats and racing twins with the same operation', async () => {
    const door = await ready(records);
    const id = `op-${door.network}`;
    const again = door.provision(id, 'hv-01');
    await Promise.all([1, 2, 3, 4].map(() => admit(door.context, again)));
    const twin = await admit(door.context, door.provision(`twin-${id}`, 'hv-01'));
    expect(twin).toMatchObject({ kind: 'operation', operation: { id } });
    expect((await door.everything()).operations.map((operation) => operation.id)).toEqual([
      `define-${door.network}`,
      id,
    ]);
  });

  it('lets one of many racing requests with different keys win; the others name it', async () => {
    const door = await ready(records);
    const orders = Array.from({ length: 8 }, (_, index) =>
      door.provision(`race${index}-${door.network}`, 'hv-01'),
    );
    const answers = await Promise.all(orders.map((order) => admit(door.context, order)));
    const ids = new Set(answers.map((answer) => answer.kind === 'operation' && answer.operation.id));
    expect(ids.size).toBe(1);
    const { operations, hosts } = await door.everything();
    expect(operations.filter((operation) => operation.kind === 'provision')).toHaveLength(1);
    expect(ids).toEqual(new Set([hosts[0]?.claim]));
  });

  it('says unchanged for the host as it is, and refuses another one of that name', async () => {
    const door = await ready(records);
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    await door.hostReady('hv-01');
    const before = await door.everything();
    const order = (more: object) => door.provision(`other-${door.network}`, 'hv-01', more);
    expect(await admit(door.context, order({}))).toEqual({ kind: 'unchanged' });
    expect(await admit(door.context, order({ ghostedPrefix: '10.0.2.0/24' }))).toEqual({ kind: 'unchanged' });
    expect(await slugOf(admit(door.context, order({ size: 'Standard_D8s_v5' })))).toBe('host-differs');
    expect(await slugOf(admit(door.context, order({ ghostedPrefix: '10.0.3.0/24' })))).toBe('host-differs');
    expect(await door.everything()).toEqual(before);
  });

  it('refuses another request under a used key', async () => {
    const door = await ready(records);
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const other = door.provision(`op-${door.network}`, 'hv-02');
    expect(await slugOf(admit(door.context, other))).toBe('idempotency-key-reused');
  });

  it('never starts a finished operation again', async () => {
    const door = await ready(records);
    const order = door.provision(`op-${door.network}`, 'hv-01');
    await admit(door.context, order);
    await door.hostReady('hv-01');
    door.starts.length = 0;
    expect(await admit(door.context, order)).toMatchObject({ operation: { status: 'succeeded' } });
    await resume(door.context, order.id);
    expect(door.starts).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a prefix outside the pools', { ghostedPrefix: '10.9.0.0/24' }, 'prefix-outside-pool'],
    ['a prefix of another host', { ghostedPrefix: '10.0.2.128/25' }, 'prefix-taken'],
  ])('refuses %s and leaves nothing', async (_what, more, slug) => {
    const door = await ready(records);
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const before = await door.everything();
    expect(await slugOf(admit(door.context, door.provision(`bad-${door.network}`, 'hv-02', more)))).toBe(
      slug,
    );
    expect(await door.everything()).toEqual(before);
  });

  it('gives the last prefix to one of two racing hosts and leaves nothing of the other', async () => {
    const door = await ready(records, { ghosted: { pools: ['10.0.2.0/24'] } });
    const outcomes = await Promise.allSettled(
      ['hv-01', 'hv-02', 'hv-03'].map((name) =>
        admit(door.context, door.provision(`${name}-${door.network}`, name)),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ slug: 'pool-exhausted' });
    }
    const { hosts, ledger, operations } = await door.everything();
    expect([hosts.length, ledger.length, operations.length]).toEqual([1, 1, 2]);
  });

  it('refuses a host that another network of the same VNet has', async () => {
    const door = await ready(records);
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const neighbour = new Door(records, door.definition, `${door.network}-b`);
    await admit(neighbour.context, neighbour.define(`define-${neighbour.network}`));
    await neighbour.networkReady();
    const order = neighbour.provision(`op-${neighbour.network}`, 'hv-01');
    expect(await slugOf(admit(neighbour.context, order))).toBe('host-name-taken');
    expect(await records.hosts.list(neighbour.network)).toEqual([]);
  });

  const groupOf = (door: Door) => door.definition.resourceGroup.toUpperCase();
  it.each<[string, (door: Door) => object, boolean]>([
    ['the same resource group', (door) => ({ resourceGroup: groupOf(door) }), true],
    ['the same resource group for hosts', (door) => ({ hosts: { resourceGroup: groupOf(door) } }), true],
    [
      'the same route table alone',
      (door) => ({ resourceGroup: groupOf(door), hosts: { resourceGroup: 'elsewhere' } }),
      true,
    ],
    [
      'nothing in common but names',
      (door) => ({ resourceGroup: groupOf(door), subscriptionId: '5eed0000-0a11-4b2c-9d3e-0000000000ff' }),
      false,
    ],
  ])('counts the names of networks on two VNets with %s', async (_what, changes, together) => {
    const door = await ready(records);
    const other = await ready(records, changes(door));
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const provision = () => other.provision(`op-${other.network}`, 'hv-01');
    if (!together) {
      await admit(other.context, provision());
      return;
    }
    const orders = [provision, () => adoptionOf(other, `adopt-${other.network}`, 'hv-01')];
    const before = await other.everything();
    for (const order of orders) {
      expect(await slugOf(admit(other.context, order()))).toBe('host-name-taken');
    }
    // Of a host whose record is lost the promise stands.
    const row = await records.hosts.get(door.network, 'hv-01');
    await records.hosts.remove(door.network, 'hv-01', row?.etag ?? '');
    for (const order of orders) {
      expect(await slugOf(admit(other.context, order()))).toBe('host-name-taken');
    }
    expect(await other.everything()).toEqual(before);
    await admit(other.context, other.provision(`free-${other.network}`, 'hv-02'));
  });

  it('gives a name to one of two networks at most, whoever comes when, and leaves nothing of the other', async () => {
    const ghosted = { pools: ['10.0.2.0/23'], prefixLength: 26 };
    const door = await ready(records, { ghosted });
    const other = await ready(records, { ghosted, resourceGroup: door.definition.resourceGroup });
    const order = (one: Door, name: string) => one.provision(`${name}-${one.network}`, name);
    for (const name of ['hv-01', 'hv-02', 'hv-03']) {
      const adopts = name === 'hv-03';
      const outcomes = await Promise.allSettled([
        admit(door.context, order(door, name)),
        admit(other.context, adopts ? adoptionOf(other, `adopt-${name}`, name) : order(other, name)),
      ]);
      const through = outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
      expect(through).toBeLessThan(2);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ slug: 'host-name-taken' });
      }
      const left = [...(await door.everything()).hosts, ...(await other.everything()).hosts];
      expect(left.filter((host) => host.name === name)).toHaveLength(through);
      // Nobody stands in the way any more: the name is to be had.
      if (through === 0) await admit(door.context, door.provision(`again-${name}-${door.network}`, name));
    }
  });

  it('refuses the later of two that were looked at before either had its row', async () => {
    const door = await ready(records);
    const other = await ready(records, { resourceGroup: door.definition.resourceGroup });
    const { operations } = records;
    const late: Records = {
      ...records,
      operations: {
        ...operations,
        insert: async (record) => {
          await operations.insert(record);
          await admit(door.context, door.provision(`first-${door.network}`, 'hv-01'));
        },
      },
    };
    const slow = new Door(late, other.definition, other.network);
    expect(await slugOf(admit(slow.context, slow.provision(`second-${door.network}`, 'hv-01')))).toBe(
      'host-name-taken',
    );
    const { hosts, ledger } = await other.everything();
    expect([hosts, ledger]).toEqual([[], []]);
  });
});

describe('admission of teardowns', () => {
  it('claims a ready host once, knows no other', async () => {
    const door = await ready(records);
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    await door.hostReady('hv-01');
    const id = `down-${door.network}`;
    await admit(door.context, door.teardown(id, 'hv-01'));
    const second = await admit(door.context, door.teardown(`second-${door.network}`, 'hv-01'));
    expect(second).toMatchObject({ operation: { id, kind: 'teardown' } });
    expect((await door.everything()).hosts).toMatchObject([{ state: 'deleting', claim: id }]);
    const back = door.provision(`back-${door.network}`, 'hv-01');
    expect(await slugOf(admit(door.context, back))).toBe('host-busy');
    expect(await slugOf(admit(door.context, door.teardown(`x-${door.network}`, 'hv-77')))).toBe(
      'unknown-host',
    );
  });
});

import { admit, resume } from '../../../shared/admission/admit';
import { adoptionOrder, type Order } from '../../../shared/admission/order';
import { Problem } from '../../../shared/api/problems';
import { adoptionRequest } from '../../../shared/api/schemas';
import { createRecords } from '../../../shared/records/createRecords';
import type { Records } from '../../../shared/records/store';
import { startAzurite, type Azurite } from './azurite';
import { Crash, definitionOn, Door, dyingAt } from './door';

let azurite: Azurite;
let records: Records;
let number = 0;
beforeAll(async () => {
  azurite = await startAzurite();
  records = createRecords(azurite.storage);
});
afterAll(() => azurite?.stop());

/** A network of its own, ready for hosts. */
async function ready(changes: object = {}): Promise<Door> {
  const name = `net-${++number}`;
  const door = new Door(records, definitionOn(name, changes), name);
  await admit(door.context, door.define(`define-${name}`));
  await door.networkReady();
  return door;
}

const slugOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => new Error('It was admitted.'),
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error.slug;
  throw error;
};

const adoptionOf = (door: Door, id: string, name: string): Order =>
  adoptionOrder(
    { id, caller: 'test' },
    door.network,
    adoptionRequest.parse({ virtualMachine: name, name }),
    door.definition,
  );

describe('admission of hosts', () => {
  it('claims the host, promises addresses and starts one orchestration', async () => {
    const door = await ready();
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
    const door = await ready();
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
    const door = await ready();
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
    const door = await ready();
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
    const door = await ready();
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const other = door.provision(`op-${door.network}`, 'hv-02');
    expect(await slugOf(admit(door.context, other))).toBe('idempotency-key-reused');
  });

  it('never starts a finished operation again', async () => {
    const door = await ready();
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
    const door = await ready();
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const before = await door.everything();
    expect(await slugOf(admit(door.context, door.provision(`bad-${door.network}`, 'hv-02', more)))).toBe(
      slug,
    );
    expect(await door.everything()).toEqual(before);
  });

  it('gives the last prefix to one of two racing hosts and leaves nothing of the other', async () => {
    const door = await ready({ ghosted: { pools: ['10.0.2.0/24'] } });
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
    const door = await ready();
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
    const door = await ready();
    const other = await ready(changes(door));
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
    const door = await ready({ ghosted });
    const other = await ready({ ghosted, resourceGroup: door.definition.resourceGroup });
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
    const door = await ready();
    const other = await ready({ resourceGroup: door.definition.resourceGroup });
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
    const door = await ready();
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

describe('admission of definitions', () => {
  const smaller = { ghosted: { pools: ['10.0.2.0/23'], prefixLength: 25 } };
  const touching = { outbound: { kind: 'publicIp' }, dnsServers: ['10.0.1.9'] };

  it('tells unchanged, running and changed apart', async () => {
    const door = await ready();
    const order = (key: string, changes?: object) =>
      door.define(`${key}-${door.network}`, definitionOn(door.network, changes));
    expect(await admit(door.context, order('again'))).toEqual({ kind: 'unchanged' });
    await admit(door.context, order('changed', smaller));
    expect(await admit(door.context, order('twin', smaller))).toMatchObject({
      operation: { id: `changed-${door.network}` },
    });
    expect(await slugOf(admit(door.context, order('third')))).toBe('network-busy');
    expect(await slugOf(admit(door.context, door.provision(`op-${door.network}`, 'hv-01')))).toBe(
      'network-not-ready',
    );
    await door.networkReady();
    expect((await door.everything()).network).toMatchObject({ definition: smaller, state: 'ready' });
  });

  it('refuses a change while hosts depend on it, and leaves the network as it was', async () => {
    const door = await ready();
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const before = await door.everything();
    const change = door.define(`change-${door.network}`, definitionOn(door.network, touching));
    await expect(admit(door.context, change)).rejects.toMatchObject({
      slug: 'network-in-use',
      detail: expect.stringContaining('hv-01') as string,
      more: {
        errors: [
          { pointer: '/outbound', detail: expect.any(String) as string },
          { pointer: '/dnsServers', detail: expect.any(String) as string },
        ],
      },
    });
    expect(await door.everything()).toEqual(before);
  });

  it('counts a promise whose host is lost, and names all hosts of the network and of its table in one answer', async () => {
    const door = await ready({ routedSubnets: [{ name: 'Late', prefix: '10.0.1.128/25' }] });
    const neighbour = new Door(records, door.definition, `${door.network}-b`);
    await admit(neighbour.context, neighbour.define(`define-${neighbour.network}`));
    await neighbour.networkReady();
    await admit(neighbour.context, neighbour.provision(`op-${neighbour.network}`, 'hv-02'));
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const row = await records.hosts.get(door.network, 'hv-01');
    await records.hosts.remove(door.network, 'hv-01', row?.etag ?? '');
    const before = await door.everything();
    const changed = { ...door.definition, dnsServers: ['10.0.1.9'], routedSubnets: [] };
    await expect(admit(door.context, door.define(`change-${door.network}`, changed))).rejects.toMatchObject({
      slug: 'network-in-use',
      more: {
        errors: [{ pointer: '/routedSubnets' }, { pointer: '/dnsServers' }],
        dependents: [
          { network: door.network, host: 'hv-01', promised: '10.0.3.0/24' },
          { network: neighbour.network, host: 'hv-02' },
        ],
      },
    });
    expect(await door.everything()).toEqual(before);
    // What only adds waits beside the present definition, by which leftovers are found.
    const wider = { ...door.definition, extraPrefixes: ['192.168.0.0/16'] };
    await admit(door.context, door.define(`wider-${door.network}`, wider));
    expect((await door.everything()).network).toMatchObject({ state: 'ready', definition: door.definition });
  });

  it('refuses to take a routed subnet off while a host of another network has its route in the same table', async () => {
    const door = await ready({ routedSubnets: [{ name: 'Late', prefix: '10.0.1.128/25' }] });
    const neighbour = new Door(records, door.definition, `${door.network}-b`);
    await admit(neighbour.context, neighbour.define(`define-${neighbour.network}`));
    await neighbour.networkReady();
    await admit(neighbour.context, neighbour.provision(`op-${neighbour.network}`, 'hv-01'));
    const fewer = { ...door.definition, routedSubnets: [] };
    await expect(admit(door.context, door.define(`fewer-${door.network}`, fewer))).rejects.toMatchObject({
      slug: 'network-in-use',
      detail: expect.stringContaining(`${neighbour.network}/hv-01`) as string,
    });
    const more = {
      ...fewer,
      routedSubnets: [
        ...door.definition.routedSubnets,
        { name: 'More', prefix: '10.0.0.128/25', create: false },
      ],
    };
    expect(await admit(door.context, door.define(`more-${door.network}`, more))).toMatchObject({
      kind: 'operation',
    });
  });

  it('lets one that only adds wait beside the present one while hosts depend on that', async () => {
    const door = await ready();
    await admit(door.context, door.provision(`op-${door.network}`, 'hv-01'));
    const id = `more-${door.network}`;
    const wider = definitionOn(door.network, { extraPrefixes: ['192.168.0.0/16'] });
    expect(await admit(door.context, door.define(id, wider))).toMatchObject({ operation: { id } });
    expect(await admit(door.context, door.define(`twin-${id}`, wider))).toMatchObject({ operation: { id } });
    expect((await door.everything()).network).toMatchObject({
      state: 'ready',
      definition: door.definition,
      pending: { definition: wider, operation: id },
    });
    expect(await slugOf(admit(door.context, door.provision(`late-${id}`, 'hv-02')))).toBe(
      'network-not-ready',
    );
    expect(await slugOf(admit(door.context, door.converge(`roll-${id}`)))).toBe('network-busy');
  });

  it('and a host never both get through', async () => {
    for (let round = 0; round < 5; round++) {
      const door = await ready();
      const change = door.define(`change-${door.network}`, definitionOn(door.network, touching));
      const outcomes = await Promise.allSettled([
        admit(door.context, change),
        admit(door.context, door.provision(`op-${door.network}`, 'hv-01')),
      ]);
      const through = outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
      expect(through).toBeLessThan(2);
      const { network, hosts } = await door.everything();
      expect(network?.pending).toBeUndefined();
      expect(hosts.length === 1 && network?.state === 'defining').toBe(false);
    }
  });
});

describe('admission of roll-outs', () => {
  it('starts one at a time; the definition does not change meanwhile, hosts come and go', async () => {
    const door = await ready();
    const id = `roll-${door.network}`;
    expect(await admit(door.context, door.converge(id))).toMatchObject({ operation: { id } });
    expect(await admit(door.context, door.converge(`twin-${id}`))).toMatchObject({ operation: { id } });
    expect((await door.everything()).operations.map((one) => one.id)).not.toContain(`twin-${id}`);
    const wider = definitionOn(door.network, { extraPrefixes: ['192.168.0.0/16'] });
    expect(await slugOf(admit(door.context, door.define(`wider-${id}`, wider)))).toBe('network-busy');
    await admit(door.context, door.provision(`op-${id}`, 'hv-01'));
    expect((await door.everything()).network?.converging).toBe(id);
  });

  it('knows no other network', async () => {
    const door = new Door(records, definitionOn('nowhere'), 'nowhere');
    expect(await slugOf(admit(door.context, door.converge('roll-nowhere')))).toBe('unknown-network');
  });
});

describe('a crash during admission', () => {
  const kinds: [string, (door: Door) => Promise<Order>][] = [
    ['provision', (door) => Promise.resolve(door.provision(`op-${door.network}`, 'hv-01'))],
    [
      'teardown',
      async (door) => {
        await admit(door.context, door.provision(`up-${door.network}`, 'hv-01'));
        await door.hostReady('hv-01');
        return door.teardown(`op-${door.network}`, 'hv-01');
      },
    ],
    [
      'definition',
      (door) =>
        Promise.resolve(
          door.define(`op-${door.network}`, definitionOn(door.network, { dnsServers: ['10.0.3.4'] })),
        ),
    ],
    [
      'definition that adds',
      async (door) => {
        await admit(door.context, door.provision(`up-${door.network}`, 'hv-01'));
        await door.hostReady('hv-01');
        return door.define(
          `op-${door.network}`,
          definitionOn(door.network, { natPrefixes: ['10.9.0.0/24'] }),
        );
      },
    ],
    ['roll-out', (door) => Promise.resolve(door.converge(`op-${door.network}`))],
  ];
  const points = [1, 2, 3, 4, 5, 6].flatMap((write) =>
    (['before', 'after'] as const).map((when) => [write, when] as const),
  );

  it.each(kinds)('at any write of a %s is finished by the timer or the caller', async (_kind, prepare) => {
    let crashes = 0;
    for (const [write, when] of points) {
      const door = await ready();
      const order = await prepare(door);
      const mortal = new Door(dyingAt(records, write, when), door.definition, door.network);
      const died = await admit(mortal.context, order).then(
        () => false,
        (error: unknown) => error instanceof Crash,
      );
      if (!died) continue;
      crashes++;
      for (const { id } of await records.operations.list({ status: 'admitted', network: door.network })) {
        await resume(door.context, id);
      }
      const afterTimer = await door.everything();
      expect(await admit(door.context, order)).toMatchObject({ operation: { id: order.id } });
      expect(door.starts.filter((id) => id === order.id)).toHaveLength(1);
      const { hosts, network, operations } = await door.everything();
      const holders = [network?.operation, network?.pending?.operation, network?.converging];
      expect([...hosts.map((host) => host.claim), ...holders]).toContain(order.id);
      if (afterTimer.operations.some((operation) => operation.id === order.id)) {
        expect({ hosts, network, operations }).toMatchObject({
          hosts: afterTimer.hosts,
          network: afterTimer.network,
        });
      }
    }
    expect(crashes).toBeGreaterThanOrEqual(4);
  });

  it('at any write of a refusal leaves nothing once the timer has run', async () => {
    for (const [write, when] of points) {
      const door = await ready({ ghosted: { pools: ['10.0.2.0/24'] } });
      const before = await door.everything();
      const loser = door.provision(`lost-${door.network}`, 'hv-02');
      // The pool runs dry after the order was looked at and before it is promised anything.
      const late = dyingAt(records, write + 1, when);
      const mortal = new Door(
        {
          ...late,
          operations: {
            ...late.operations,
            insert: async (record) => {
              await late.operations.insert(record);
              await admit(door.context, door.provision(`won-${door.network}`, 'hv-01'));
            },
          },
        },
        door.definition,
        door.network,
      );
      await expect(admit(mortal.context, loser)).rejects.toThrow();
      await resume(door.context, loser.id);
      const { hosts, ledger, operations } = await door.everything();
      expect(hosts.map((host) => host.name)).toEqual(['hv-01']);
      expect(ledger.map((entry) => entry.host)).toEqual(['hv-01']);
      expect(operations).toHaveLength(before.operations.length + 1);
    }
  });
});

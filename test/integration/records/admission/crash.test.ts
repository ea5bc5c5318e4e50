import { admit, resume } from '../../../../shared/admission/admit';
import type { Order } from '../../../../shared/admission/order';
import { withRecords } from '../azurite';
import { Crash, definitionOn, Door, dyingAt } from '../door';
import { ready } from './ready';

const records = withRecords();

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
      const door = await ready(records);
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
      const door = await ready(records, { ghosted: { pools: ['10.0.2.0/24'] } });
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

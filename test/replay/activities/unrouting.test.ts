import type { RouteTable } from '@azure/arm-network';
import { planUnrouting } from '../../../orchestrations/activities/routing';
import type { OperationRecord, OwnTable } from '../../../shared/records/types';
import { definition, layout, table } from '../../unit/shared/fixture';
import { deps, entry, FakeRecords, host, network, provisioning } from './oneHost';

describe('planUnrouting', () => {
  const id = layout.routeTable.id;
  const subnets = layout.routedSubnets.map((subnet) => ({ id: subnet.id }));
  const empty = table({ routes: [], subnets });
  const absent = { ...provisioning, absentBefore: [id.toLowerCase()] };
  const teardown: OperationRecord = {
    ...provisioning,
    kind: 'teardown',
    request: { kind: 'teardown', force: false, keepDisks: false },
  };

  it.each<[string, OperationRecord, RouteTable, boolean]>([
    ['teardown of the last host', teardown, empty, true],
    ['undo of the host that brought the table', absent, empty, true],
    ['undo, and the table was there before', provisioning, empty, false],
    ['another host still routes', teardown, table({ subnets }), false],
    [
      'somebody put it on a subnet of theirs',
      teardown,
      { ...empty, subnets: [...subnets, { id: '/s/x' }] },
      false,
    ],
    ['somebody else made it', teardown, { ...empty, tags: {} }, false],
  ])('%s', async (_, record, routeTable, offAll) => {
    const fake = new FakeRecords(host, entry, record);
    const outcome = await planUnrouting(deps(fake.records, routeTable), { operation: 'op' });
    expect(outcome).toMatchObject({
      status: 'done',
      facts: {
        tableId: id,
        subnets: offAll ? [{ network: layout.virtualNetworkId, subnets: ['Azure-VMs', 'Hyper-V-LAN'] }] : [],
        others: [],
      },
    });
  });
});

describe('planUnrouting of a table that networks share', () => {
  const late = { name: 'Late', prefix: '10.10.200.0/24', create: false };
  const id = `${layout.virtualNetworkId}/subnets/Late`;
  const other = { ...definition, routedSubnets: [late] };
  const subnets = [...layout.routedSubnets, { id }].map((subnet) => ({ id: subnet.id }));

  it.each([
    ['takes it off what another network routes', other, ['Azure-VMs', 'Hyper-V-LAN', 'Late']],
    ['leaves it where nobody who shares it routes', { ...other, routeTable: 'Another' }, undefined],
    [
      'takes it off what another network remembers to have put it on',
      { ...other, routeTable: 'Another' },
      ['Azure-VMs', 'Hyper-V-LAN', 'Late'],
      [{ id: layout.routeTable.id.toUpperCase(), subnets: [id] }],
    ],
    [
      'leaves it where another network remembers another table',
      { ...other, routeTable: 'Another' },
      undefined,
      [{ id: `${layout.routeTable.id}-2`, subnets: [id] }],
    ],
  ])('%s', async (_, theirs, off, tables: OwnTable[] = []) => {
    const operation = { ...provisioning, absentBefore: [layout.routeTable.id.toLowerCase()] };
    const others = [{ ...network, name: 'nested-two', definition: theirs, tables }];
    const fake = new FakeRecords(host, entry, operation, Infinity, others);
    const outcome = await planUnrouting(deps(fake.records, table({ routes: [], subnets })), {
      operation: 'op',
    });
    const groups = off ? [{ network: layout.virtualNetworkId, subnets: off }] : [];
    expect(outcome).toMatchObject({ status: 'done', facts: { subnets: groups } });
  });
});

import type { Observed, Promised } from '../../../shared/reconcile/facts';
import { adopted } from '../adoption/handBuilt';
import { layout } from '../shared/fixture';
import {
  adoptedRouteCase,
  adoptedSubnetCase,
  adoptedTable,
  undoneCase,
  type Case,
  subnetCase,
  routeCase,
  nicCase,
  diskCase,
  addressCase,
  dataDiskCase,
  machineCase,
  tableCase,
  farRouteCase,
  farTableCase,
  leftTableCase,
  leftRouteCase,
} from './cases';
import {
  abroad,
  address,
  dataDisk,
  disk,
  entry,
  ghosted,
  host,
  machine,
  nic,
  route,
  subnet,
  table,
  tags,
  teardown,
  undone,
} from './world';

const foreign = { ...tags, installation: 'other' };
const vmId = layout.virtualMachine.id;
const released = teardown({
  request: { kind: 'teardown', force: false, keepDisks: false, keepVirtualMachine: true },
});
const releasedHost = host({ state: 'failed', reason: 'Why.', keepVirtualMachine: true });

/** A table in the same resource group that serves another VNet, whose ranges may well be the same. */
const twin = (more: Partial<Observed['tables'][number]>) =>
  table({
    id: `${layout.routeTable.id}-twin`,
    subnets: [`${layout.virtualNetworkId}-twin/subnets/Azure-VMs`],
    ...more,
  });

const adoptedMachine = machine({ id: adopted.virtualMachine.id, name: 'HyperV-Lab', tags: {} });
const { prefix: _, ...prefixless } = tags;
const { failure: __, ...unfailed } = undone([layout.virtualMachine.id]);
const theirService = ['Microsoft.Web/serverFarms'];

/** What it would be, how it differs, and the facts and records that make the difference. */
export type Miss = [Case, string, Partial<Observed>, Partial<Promised>];

/** Near misses that differ in the facts. Each is left alone by both verdicts. */
export const misses: Miss[] = [
  [subnetCase, 'our name, another prefix', { subnets: [{ ...ghosted(), prefixes: ['10.10.7.0/24'] }] }, {}],
  [
    subnetCase,
    'a second prefix',
    { subnets: [{ ...ghosted(), prefixes: ['10.0.2.0/24', '10.10.7.0/24'] }] },
    {},
  ],
  [subnetCase, 'no prefix to be seen', { subnets: [{ ...ghosted(), prefixes: [] }] }, {}],
  [subnetCase, 'our prefix, another name', { subnets: [subnet('Ghosted-hv-02', '10.0.2.0/24')] }, {}],
  [subnetCase, 'our prefix, not even our name form', { subnets: [subnet('Mine', '10.0.2.0/24')] }, {}],
  [subnetCase, 'the VM exists', { virtualMachines: [machine()] }, {}],
  [subnetCase, 'a VM of that name, not ours, exists', { virtualMachines: [machine({ tags: {} })] }, {}],
  [subnetCase, 'a NIC lives in it', { subnets: [ghosted({ occupants: ['nic'] })] }, {}],
  [subnetCase, 'it is delegated', { subnets: [ghosted({ services: theirService })] }, {}],
  [subnetCase, 'somebody put a table on it', { subnets: [ghosted({ tableId: 'theirs' })] }, {}],
  [subnetCase, 'nobody ever promised it', {}, { ledger: [], hosts: [] }],
  [subnetCase, 'the promise stands', {}, { ledger: [entry({ state: 'active' })] }],
  [subnetCase, 'a promise just made', {}, { ledger: [entry({ state: 'reserved' })] }],
  [
    subnetCase,
    'promised by another network',
    {},
    { ledger: [entry({ state: 'releasing', network: 'other' })] },
  ],
  [
    subnetCase,
    'another prefix is being released',
    {},
    { ledger: [entry({ state: 'releasing', ghostedPrefix: '10.10.9.0/24' })], hosts: [] },
  ],
  ...(
    [
      ['our name, another prefix', subnet('Ghosted', '10.10.7.0/24')],
      ['our prefix, another name', subnet('Ghosted-hv-02', '10.0.2.0/24')],
      ['our prefix, not even our name form', subnet('Mine', '10.0.2.0/24')],
      ['a NIC lives in it', subnet('Ghosted', '10.0.2.0/24', { occupants: ['nic'] })],
      ['it is delegated', subnet('Ghosted', '10.0.2.0/24', { services: theirService })],
      ['somebody put a table on it', subnet('Ghosted', '10.0.2.0/24', { tableId: 'theirs' })],
    ] as const
  ).map(([name, seen]): Miss => [adoptedSubnetCase, name, { subnets: [seen] }, {}]),
  [adoptedRouteCase, 'our name, another prefix', { tables: [adoptedTable({ prefix: '10.10.7.0/24' })] }, {}],
  [adoptedRouteCase, 'our prefix, another name', { tables: [adoptedTable({ name: 'Nested-VMs-2' })] }, {}],
  [adoptedRouteCase, 'our prefix, not even our name form', { tables: [adoptedTable({ name: 'mine' })] }, {}],
  [
    adoptedRouteCase,
    'the same route in a table that the adoption did not find',
    { tables: [{ ...adoptedTable(), id: `${adoptedTable().id}-2` }] },
    {},
  ],
  ...[adoptedSubnetCase, adoptedRouteCase].flatMap((one): Miss[] => [
    [one, 'the VM exists', { virtualMachines: [adoptedMachine] }, {}],
    [one, 'its host was not adopted', {}, { hosts: [host({ state: 'failed' })] }],
    [one, 'another host was adopted', {}, { hosts: [host({ name: 'hv-02', state: 'failed', adopted })] }],
    [one, 'nobody ever promised it', {}, { ledger: [] }],
    [one, 'the promise stands', {}, { ledger: [entry()] }],
    [one, 'promised by another network', {}, { ledger: [entry({ state: 'releasing', network: 'other' })] }],
  ]),
  ...(
    [
      [routeCase, table],
      [farRouteCase, abroad.table],
      [leftRouteCase, abroad.table],
    ] as const
  ).flatMap(([one, made]): Miss[] => [
    [
      one,
      'our name, another prefix',
      { tables: [made({ routes: [route({ prefix: '10.10.7.0/24' })] })] },
      {},
    ],
    [
      one,
      'our prefix, another name',
      { tables: [made({ routes: [route({ name: 'Nested-VMs-hv-02' })] })] },
      {},
    ],
    [
      one,
      'our prefix, not even our name form',
      { tables: [made({ routes: [route({ name: 'mine' })] })] },
      {},
    ],
    [one, 'the same route in a table of another VNet', { tables: [twin({ tags: {} })] }, {}],
    [
      one,
      'the same route in a table of another network, on no subnet',
      { tables: [twin({ subnets: [], tags: { ...tags, network: 'other' } })] },
      {},
    ],
    [
      one,
      'the same route in a table of another installation',
      { tables: [twin({ subnets: [], tags: { ...tags, installation: 'other' } })] },
      {},
    ],
    [one, 'nobody ever promised it', {}, { ledger: [], hosts: [] }],
    [one, 'the promise stands', {}, { ledger: [entry()] }],
    [one, 'promised by another network', {}, { ledger: [entry({ state: 'releasing', network: 'other' })] }],
    [one, 'a VM that nobody was to remove exists', { virtualMachines: [machine()] }, { finished: [] }],
    [one, 'a VM of that name, not ours, exists', { virtualMachines: [machine({ tags: {} })] }, {}],
  ]),
  ...([nicCase, addressCase, diskCase, dataDiskCase] as const).flatMap((one): Miss[] => {
    const put = (more: object): Partial<Observed> => {
      if (one === nicCase) return { networkInterfaces: [nic('nic2', more)] };
      if (one === addressCase) return { publicAddresses: [address(more)] };
      return { disks: [{ ...(one === dataDiskCase ? dataDisk : disk()), ...more }] };
    };
    return [
      [one, 'tags of another installation', put({ tags: foreign }), {}],
      [one, 'tags of another network', put({ tags: { ...tags, network: 'other' } }), {}],
      [one, 'no tags', put({ tags: {} }), {}],
      [one, 'tags without a prefix', put({ tags: { ...tags, prefix: undefined } }), {}],
      [one, 'tags with another prefix', put({ tags: { ...tags, prefix: '10.10.7.0/24' } }), {}],
      [one, 'tags of another host than its name', put({ tags: { ...tags, host: 'hv-02' } }), {}],
      [one, 'attached to a VM', put({ virtualMachineId: vmId, attachedTo: vmId }), {}],
      [one, 'the VM exists', { virtualMachines: [machine()] }, {}],
      [one, 'the promise stands', {}, { ledger: [entry()] }],
      [one, 'a failed host was kept', {}, { ledger: [entry({ state: 'reserved' })] }],
      [one, 'the ledger lost it, the host is there', {}, { ledger: [], hosts: [host()] }],
      [one, 'the ledger lost it, the failed host is there', {}, { ledger: [] }],
    ];
  }),
  [
    dataDiskCase,
    'it was to be kept',
    {},
    { finished: [teardown({ request: { kind: 'teardown', force: false, keepDisks: true } })] },
  ],
  ...([machineCase, undoneCase, nicCase, addressCase, diskCase, dataDiskCase] as const).flatMap(
    (one): Miss[] => [
      [one, 'its host is to be released', {}, { finished: [released] }],
      [
        one,
        'its host is to be released, the operation is purged',
        {},
        { finished: [], hosts: [releasedHost] },
      ],
    ],
  ),
  [dataDiskCase, 'tags alone', {}, { ledger: [], hosts: [], finished: [] }],
  [dataDiskCase, 'the undo of an operation that did not make it', {}, { finished: [undone([])] }],
  [addressCase, 'a NIC has it', { publicAddresses: [address({ attachedTo: `${layout.nic1.id}/ip` })] }, {}],
  ...[machineCase, undoneCase].flatMap((one): Miss[] => {
    const put = (changes: typeof tags): Partial<Observed> => ({
      virtualMachines: [machine({ tags: changes })],
    });
    return [
      [one, 'tags of another installation', put(foreign), {}],
      [one, 'tags of another network', put({ ...tags, network: 'other' }), {}],
      [one, 'no tags', put({}), {}],
      [one, 'tags without a prefix', put(prefixless), {}],
      [one, 'tags with another prefix', put({ ...tags, prefix: '10.10.7.0/24' }), {}],
      [one, 'tags of another host', put({ ...tags, host: 'hv-02' }), {}],
      [one, 'tags alone', {}, { ledger: [], hosts: [], finished: [] }],
      [one, 'the promise stands', {}, { ledger: [entry()] }],
      [one, 'no operation on record', {}, { finished: [] }],
      [one, 'its route is there yet', { tables: [table()] }, {}],
      [
        one,
        'the operation on record is another one',
        {},
        { ledger: [entry({ state: 'releasing', operation: 'op-2' })] },
      ],
    ];
  }),
  [undoneCase, 'the undo left nothing', {}, { finished: [unfailed] }],
  [
    undoneCase,
    'the operation that made it succeeded',
    {},
    { finished: [undone([layout.virtualMachine.id], { status: 'succeeded' })] },
  ],
  [undoneCase, 'the undo of an operation that did not make it', {}, { finished: [undone([layout.nic1.id])] }],
  [machineCase, 'the undo of an operation that did not make it', {}, { finished: [undone([])] }],
  [machineCase, 'an operation that succeeded', {}, { finished: [teardown({ status: 'succeeded' })] }],
  ...(
    [
      [tableCase, table, { subnets: new Array<string>() }],
      [farTableCase, abroad.table, {}],
      [leftTableCase, abroad.table, {}],
    ] as const
  ).flatMap(([one, made, bare]): Miss[] => {
    const put = (more: Partial<Observed['tables'][number]>): Partial<Observed> => ({
      tables: [made({ routes: [], ...bare, ...more })],
    });
    const theirs = route({ name: 'theirs', prefix: '10.9.0.0/16' });
    return [
      [one, 'tag of another installation', put({ tags: foreign }), {}],
      [one, 'tag of another network', put({ tags: { ...tags, network: 'other' } }), {}],
      [one, 'no tags', put({ tags: {} }), {}],
      [one, 'our tag, another name', put({ id: `${layout.routeTable.id}-2` }), {}],
      [one, 'our tag and name, another place', put({ id: made().id.replace('rg-network', 'rg-other') }), {}],
      [one, 'somebody added a route', put({ routes: [theirs] }), {}],
      [
        one,
        'somebody added a route beside one of a host that is going',
        put({ routes: [theirs, route()] }),
        { ledger: [entry({ state: 'releasing' })] },
      ],
      [
        one,
        'somebody put it on a subnet of theirs',
        put({ subnets: [`${layout.virtualNetworkId}/subnets/Theirs`] }),
        {},
      ],
      [
        one,
        'somebody put it on a subnet of theirs in another VNet',
        put({ subnets: [`${abroad.network.id}/subnets/Theirs`] }),
        {},
      ],
      [one, 'a host is promised', {}, { ledger: [entry({ state: 'reserved' })] }],
      [
        one,
        'a host of another network on the VNet is promised',
        {},
        { ledger: [entry({ network: 'other' })] },
      ],
      [one, 'a host is not wholly gone', {}, { ledger: [entry({ state: 'releasing' })] }],
      [
        one,
        'a host is not wholly gone, its VM exists',
        { virtualMachines: [machine()] },
        { ledger: [entry({ state: 'releasing' })] },
      ],
      [
        one,
        'a route by our name for another prefix',
        put({ routes: [route({ prefix: '10.10.7.0/24' })] }),
        {},
      ],
      [one, 'a route for our prefix by another name', put({ routes: [route({ name: 'mine' })] }), {}],
      [
        one,
        'a route of a host that is going is still there',
        put({ routes: [route()] }),
        { ledger: [entry({ state: 'releasing' })] },
      ],
      [one, 'there is a host without a promise', {}, { hosts: [host()] }],
    ];
  }),
];

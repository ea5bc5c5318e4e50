import { decide, defaultPolicy, hour, keyOf, sight, type FullPolicy } from '../../../shared/reconcile/decide';
import { diagnose } from '../../../shared/reconcile/diagnose';
import type { Observed, Promised } from '../../../shared/reconcile/facts';
import { judgeLeftover } from '../../../shared/reconcile/judge';
import type { FindingKind, FindingRecord } from '../../../shared/records/reconciliation';
import { definition, layout } from '../shared/fixture';
import {
  abroad,
  address,
  dataDisk,
  disk,
  empty,
  entry,
  farNetwork,
  ghosted,
  host,
  machine,
  network,
  nic,
  nobody,
  promised,
  releasing,
  route,
  subnet,
  table,
  tags,
  teardown,
  undone,
} from './world';

/** The case in which the finding is deleted; every near miss below differs from it in one thing. */
interface Case {
  kind: FindingKind;
  observed: Observed;
  promised: Promised;
}

const foreign = { ...tags, installation: 'other' };
const vmId = layout.virtualMachine.id;
const inFlight = [{ id: 'op-9', kind: 'provision' as const, network: 'nested-fun', host: 'hv-01' }];

const released = teardown({
  request: { kind: 'teardown', force: false, keepDisks: false, keepVirtualMachine: true },
});
const releasedHost = host({ state: 'failed', reason: 'Why.', keepVirtualMachine: true });

const subnetCase: Case = {
  kind: 'orphanedGhostedSubnet',
  observed: empty({ subnets: [ghosted()] }),
  promised: releasing(),
};
const routeCase: Case = {
  kind: 'orphanedRoute',
  observed: empty({ tables: [table()] }),
  promised: releasing(),
};
const nicCase: Case = {
  kind: 'leftoverNetworkInterface',
  observed: empty({ networkInterfaces: [nic('nic2')] }),
  promised: releasing(),
};
const diskCase: Case = { kind: 'leftoverDisk', observed: empty({ disks: [disk()] }), promised: releasing() };
const addressCase: Case = {
  kind: 'leftoverPublicAddress',
  observed: empty({ publicAddresses: [address()] }),
  promised: releasing(),
};
const dataDiskCase: Case = {
  kind: 'leftoverDisk',
  observed: empty({ disks: [dataDisk] }),
  promised: releasing(),
};
const undoneCase: Case = {
  kind: 'leftoverVirtualMachine',
  observed: empty({ virtualMachines: [machine()] }),
  promised: releasing({ finished: [undone([layout.virtualMachine.id])] }),
};
const machineCase: Case = {
  kind: 'leftoverVirtualMachine',
  observed: empty({ virtualMachines: [machine()] }),
  promised: releasing(),
};
const tableCase: Case = {
  kind: 'unneededRouteTable',
  observed: empty({ tables: [table({ routes: [], subnets: [] })] }),
  promised: nobody(),
};
/** The same for what lies in a table of ours in another region. */
const farRouteCase: Case = {
  kind: 'orphanedRoute',
  observed: empty({ neighbours: [abroad.network], tables: [abroad.table()] }),
  promised: releasing({ network: farNetwork }),
};
const farTableCase: Case = {
  kind: 'unneededRouteTable',
  observed: empty({
    neighbours: [abroad.network],
    subnets: [abroad.subnet({ tableId: abroad.tableId })],
    tables: [abroad.table({ routes: [] })],
  }),
  promised: nobody({ network: farNetwork }),
};
/** The same once nothing is routed there any more. */
const leftTables = [{ id: abroad.tableId.toUpperCase(), subnets: [abroad.routed.id] }];
const leftTableCase: Case = {
  kind: 'unneededRouteTable',
  observed: empty({ tables: [abroad.table({ routes: [] })] }),
  promised: nobody({ network: { ...network, tables: leftTables } }),
};
const leftRouteCase: Case = {
  kind: 'orphanedRoute',
  observed: empty({ tables: [abroad.table()] }),
  promised: releasing({ network: { ...network, tables: leftTables } }),
};
const cases = [
  leftRouteCase,
  leftTableCase,
  farRouteCase,
  farTableCase,
  subnetCase,
  routeCase,
  nicCase,
  addressCase,
  diskCase,
  dataDiskCase,
  machineCase,
  undoneCase,
  tableCase,
];

const now = Date.UTC(2026, 10, 22, 12);
const live: FullPolicy = { ...defaultPolicy, dryRun: false };

/** Findings of the second run, `age` hours after the first. */
function secondRun(one: Case, policy = live, age = 25, runs = 2): FindingRecord[] {
  const { findings } = diagnose(one.observed, one.promised);
  let sightings = sight({}, findings, now - age * hour);
  for (let run = 1; run < runs; run += 1) sightings = sight(sightings, findings, now);
  return decide(findings, sightings, policy, now);
}

const doomed = (one: Case, findings = secondRun(one)) =>
  findings.filter(
    ({ kind, remedy, action }) => kind === one.kind && remedy === 'delete' && action.verdict === 'planned',
  );

/** The second verdict, on facts that may have changed since. */
function confirmed(one: Case, observed: Observed, records: Promised): string {
  const [finding] = doomed(one);
  if (!finding) throw new Error(`${one.kind} is not to be deleted in the first place.`);
  return judgeLeftover(finding, { observed, promised: records }, false).verdict;
}

describe.each(cases.map((one) => [one.kind, one] as const))('%s', (_, one) => {
  it('is deleted after the grace period, with a warrant that says why', () => {
    const [finding, ...more] = doomed(one);
    expect(more).toEqual([]);
    expect(finding && judgeLeftover(finding, one, false)).toMatchObject({
      verdict: 'delete',
      warrant: { resourceId: finding?.what, purpose: 'reconcile' },
    });
  });

  it.each<[string, FullPolicy, number, number]>([
    ['in a dry run', { ...live, dryRun: true }, 25, 2],
    ['where the policy says report', { ...live, deletes: 'report' }, 25, 2],
    ['seen once only', live, 25, 1],
    ['inside the grace period', live, 23, 2],
    ['inside a longer grace period of the network', { ...live, graceHours: 48 }, 25, 2],
    ['with the cap reached', { ...live, mostDeletes: 0 }, 25, 2],
  ])('is not deleted %s', (__, policy, age, runs) => {
    const findings = secondRun(one, policy, age, runs);
    expect(doomed(one, findings)).toEqual([]);
    expect(findings.find(({ kind }) => kind === one.kind)?.action).toMatchObject({
      verdict: 'withheld',
      reason: expect.stringMatching(/./) as string,
    });
  });

  it('is not deleted if the sightings were interrupted', () => {
    const { findings } = diagnose(one.observed, one.promised);
    const interrupted = sight(
      sight(sight({}, findings, now - 48 * hour), [], now - 24 * hour),
      findings,
      now,
    );
    expect(doomed(one, decide(findings, interrupted, live, now))).toEqual([]);
  });

  it('is not deleted while an operation works there', () => {
    const busy = { ...one, promised: { ...one.promised, inFlight } };
    expect(doomed(busy)).toEqual([]);
    expect(confirmed(one, one.observed, busy.promised)).toBe('keep');
  });

  it('is not deleted while another operation has the claim of the host', () => {
    const hosts = [host({ state: 'failed', claim: 'op-9' })];
    const busy = { ...one, promised: { ...one.promised, hosts } };
    expect(doomed(busy)).toEqual([]);
    expect(confirmed(one, one.observed, busy.promised)).toBe('keep');
  });

  it('is not deleted once it is promised again', () => {
    const again = promised({ hosts: [host({ claim: 'op-9', state: 'provisioning' })] });
    expect(confirmed(one, one.observed, again)).toBe('keep');
    expect(confirmed(one, one.observed, promised())).toBe('keep');
  });

  it('is waited for, or left, while it is being changed', () => {
    const [finding] = doomed(one);
    const changing = JSON.parse(
      JSON.stringify(one.observed).replaceAll('"settled":true', '"settled":false'),
    ) as Observed;
    const fresh = { observed: changing, promised: one.promised };
    expect(finding && judgeLeftover(finding, fresh, false).verdict).toBe('keep');
    expect(finding && judgeLeftover(finding, fresh, true).verdict).toBe('wait');
  });

  it('that is gone needs no deletion', () => {
    expect(confirmed(one, empty(), one.promised)).toBe('gone');
  });
});

/** A table in the same resource group that serves another VNet, whose ranges may well be the same. */
const twin = (more: Partial<Observed['tables'][number]>) =>
  table({
    id: `${layout.routeTable.id}-twin`,
    subnets: [`${layout.virtualNetworkId}-twin/subnets/Azure-VMs`],
    ...more,
  });

/** Near misses that differ in the facts. Each is left alone by both verdicts. */
const misses: [Case, string, Partial<Observed>, Partial<Promised>][] = [
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
  [subnetCase, 'it is delegated', { subnets: [ghosted({ services: ['Microsoft.Web/serverFarms'] })] }, {}],
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
      [routeCase, table],
      [farRouteCase, abroad.table],
      [leftRouteCase, abroad.table],
    ] as const
  ).flatMap(([one, made]): [Case, string, Partial<Observed>, Partial<Promised>][] => [
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
    [one, 'nobody ever promised it', {}, { ledger: [], hosts: [] }],
    [one, 'the promise stands', {}, { ledger: [entry()] }],
    [one, 'promised by another network', {}, { ledger: [entry({ state: 'releasing', network: 'other' })] }],
    [one, 'a VM that nobody was to remove exists', { virtualMachines: [machine()] }, { finished: [] }],
    [one, 'a VM of that name, not ours, exists', { virtualMachines: [machine({ tags: {} })] }, {}],
  ]),
  ...([nicCase, addressCase, diskCase, dataDiskCase] as const).flatMap(
    (one): [Case, string, Partial<Observed>, Partial<Promised>][] => {
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
    },
  ),
  [machineCase, 'tags of another installation', { virtualMachines: [machine({ tags: foreign })] }, {}],
  [
    dataDiskCase,
    'it was to be kept',
    {},
    { finished: [teardown({ request: { kind: 'teardown', force: false, keepDisks: true } })] },
  ],
  ...([machineCase, nicCase, addressCase, diskCase, dataDiskCase] as const).flatMap(
    (one): [Case, string, Partial<Observed>, Partial<Promised>][] => [
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
  [machineCase, 'no tags', { virtualMachines: [machine({ tags: {} })] }, {}],
  [
    machineCase,
    'tags of another host',
    { virtualMachines: [machine({ tags: { ...tags, host: 'hv-02' } })] },
    {},
  ],
  [
    machineCase,
    'tags with another prefix',
    { virtualMachines: [machine({ tags: { ...tags, prefix: '10.10.7.0/24' } })] },
    {},
  ],
  [machineCase, 'tags alone', {}, { ledger: [], hosts: [], finished: [] }],
  [machineCase, 'the promise stands', {}, { ledger: [entry()] }],
  [machineCase, 'no operation on record', {}, { finished: [] }],
  [machineCase, 'the undo of an operation that did not make it', {}, { finished: [undone([])] }],
  [machineCase, 'an operation that succeeded', {}, { finished: [teardown({ status: 'succeeded' })] }],
  ...(
    [
      [tableCase, table, { subnets: new Array<string>() }],
      [farTableCase, abroad.table, {}],
      [leftTableCase, abroad.table, {}],
    ] as const
  ).flatMap(([one, made, bare]): [Case, string, Partial<Observed>, Partial<Promised>][] => {
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
        'a route of a host that is going is still there',
        put({ routes: [route()] }),
        { ledger: [entry({ state: 'releasing' })] },
      ],
      [one, 'there is a host without a promise', {}, { hosts: [host()] }],
    ];
  }),
];

it.each(misses.map(([one, name, seen, records]) => [one.kind, name, one, seen, records] as const))(
  '%s is not deleted: %s',
  (_, __, one, seen, records) => {
    const miss = {
      ...one,
      observed: { ...one.observed, ...seen },
      promised: { ...one.promised, ...records },
    };
    const findings = secondRun(miss);
    const [finding] = doomed(one);
    const same = findings.filter((found) => finding && keyOf(found) === keyOf(finding));
    expect(same.filter(({ remedy, action }) => remedy === 'delete' && action.verdict === 'planned')).toEqual(
      [],
    );
    expect(confirmed(one, miss.observed, miss.promised)).not.toBe('delete');
    // Nor is anything else of that kind.
    expect(doomed(miss)).toEqual([]);
  },
);

it.each<[string, Partial<Observed>, Partial<Promised>]>([
  ['nobody remembers it', {}, { network }],
  ['another network remembers it', {}, { network: { ...network, tables: [{ id: 'other', subnets: [] }] } }],
  [
    'it was never on that subnet by us',
    {},
    { network: { ...network, tables: [{ id: abroad.tableId, subnets: [] }] } },
  ],
  [
    'others remember another table on that subnet',
    {},
    {
      network: { ...network, tables: [{ id: abroad.tableId, subnets: [] }] },
      tablesOfOthers: [{ id: `${abroad.tableId}-2`, subnets: [abroad.routed.id] }],
    },
  ],
  ['the app may not read it', { tables: [], unreadTables: [abroad.tableId] }, {}],
])('a table where nothing is routed any more is not deleted: %s', (_, seen, records) => {
  const miss = {
    ...leftTableCase,
    observed: { ...leftTableCase.observed, ...seen },
    promised: { ...leftTableCase.promised, ...records },
  };
  expect(doomed(miss)).toEqual([]);
  expect(confirmed(leftTableCase, miss.observed, miss.promised)).not.toBe('delete');
});

it('a table that another network put on its own subnet is not in use by a stranger', () => {
  const shared = {
    ...leftTableCase,
    promised: nobody({
      network: { ...network, tables: [{ id: abroad.tableId, subnets: [] }] },
      tablesOfOthers: leftTables,
    }),
  };
  expect(doomed(shared)).toHaveLength(1);
});

it('deletes at most as many as the cap allows, and says so for the rest', () => {
  const names = ['hv-01', 'hv-02', 'hv-03'];
  const ledger = names.map((name, index) =>
    entry({ host: name, ghostedPrefix: `10.10.${index}.0/24`, state: 'releasing' }),
  );
  const subnets = names.map((name, index) => subnet(`Ghosted-${name}`, `10.10.${index}.0/24`));
  const many = {
    kind: 'orphanedGhostedSubnet',
    observed: empty({ subnets }),
    promised: releasing({ ledger, hosts: [] }),
  } as const;
  const findings = secondRun(many, { ...live, mostDeletes: 2 });
  expect(doomed(many, findings)).toHaveLength(2);
  expect(findings.filter(({ action }) => /At most 2/.test(action.reason ?? ''))).toHaveLength(1);
});

describe('a table that networks share', () => {
  const late = { name: 'Late', prefix: '10.10.200.0/24', create: false };
  const on = (subnet: string): Case => ({
    ...tableCase,
    observed: empty({
      tables: [table({ routes: [], subnets: [`${layout.virtualNetworkId}/subnets/${subnet}`] })],
    }),
    promised: { ...nobody(), neighbours: [{ ...definition, routedSubnets: [late] }] },
  });

  it('goes when it is on a subnet that one of them routes, and stays when it is on another one', () => {
    expect(doomed(on('Late'))).toHaveLength(1);
    expect(doomed(on('Theirs'))).toEqual([]);
  });
});

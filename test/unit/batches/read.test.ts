import { callbackFindings } from '../../../shared/api/callback';
import { networkDefinition } from '../../../shared/api/schemas';
import { Problem } from '../../../shared/api/problems';
import { specFingerprint } from '../../../shared/admission/order';
import { judgeRows, type Ground } from '../../../shared/batches/judge';
import { batchPriority, readRows } from '../../../shared/batches/read';
import { refuse } from '../../../shared/batches/rowErrors';
import type { HostRecord, LedgerEntry } from '../../../shared/records/types';

const sent = {
  subscriptionId: '5eed0000-0a11-4b2c-9d3e-000000000001',
  resourceGroup: 'nested-hosts',
  location: 'westeurope',
  virtualNetwork: { name: 'vnet', addressSpaces: ['10.0.0.0/22'] },
  natSubnet: { name: 'NAT', prefix: '10.0.0.0/24' },
  lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.0.1.0/24' },
  ghosted: { pools: ['10.0.2.0/23'] },
};
const definition = networkDefinition.parse(sent);
const ground: Ground = { definition, hosts: [], ledger: [] };

function errorsOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.more.errors;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

/** As the endpoint does it: mistakes of reading and of judging together. */
const judged = (rows: object[], grounds: ReadonlyMap<string, Ground>) => {
  const { placed, errors } = readRows(rows, {});
  refuse([...errors, ...judgeRows(placed, grounds)]);
};
const judge = (rows: object[], one: Ground = ground) => judged(rows, new Map([['one', one]]));
const host = (name: string, more: object = {}) => ({ network: 'one', name, ...more });

it('fills in what is the same for all rows', () => {
  const rows = [
    { name: 'hv-1' },
    { name: 'hv-2', network: 'two', priority: 7, ticket: 'T2', onFailure: 'undo' },
  ];
  const { placed } = readRows(rows, { network: 'one', ticket: 'T', onFailure: 'keep' });
  expect(placed.map(({ request }) => request)).toEqual([
    { network: 'one', name: 'hv-1', ticket: 'T', onFailure: 'keep', priority: batchPriority },
    { network: 'two', name: 'hv-2', ticket: 'T2', onFailure: 'undo', priority: 7 },
  ]);
});

it('tells of every row where the batch says, or the row itself', () => {
  const callback = { url: 'https://hooks.contoso.com/a', events: ['completed' as const] };
  const own = { url: 'https://jira.contoso.com/b', events: ['failed' as const] };
  const rows = [host('hv-1'), host('hv-2', { callback: own })];
  expect(readRows(rows, { callback }).placed.map(({ request }) => request.callback)).toEqual([callback, own]);
  const mistakes = callbackFindings({ hosts: ['hooks.contoso.com'], privateHosts: [] });
  expect(readRows(rows, { callback }, mistakes).errors).toMatchObject([
    { pointer: '/rows/1/callback/url', row: 2 },
  ]);
});

it('names every mistake of every row, by row and column', () => {
  const rows = [host('hv-1', { osDiskSizeGb: 1, colour: 'red' }), host('hv-2'), { name: '-' }];
  const { errors } = readRows(rows, {});
  expect(errors.map(({ pointer, row, column }) => [pointer, row, column])).toEqual([
    ['/rows/0/osDiskSizeGb', 1, 'osDiskSizeGb'],
    ['/rows/0/colour', 1, 'colour'],
    ['/rows/2/network', 3, 'network'],
    ['/rows/2/name', 3, 'name'],
  ]);
});

it('refuses a host that two rows name, however they spell it', () => {
  expect(readRows([host('hv-1'), host('HV-1')], {}).errors).toEqual([
    { pointer: '/rows/1/name', row: 2, column: 'name', detail: 'Row 1 names the host one/hv-1 already.' },
  ]);
});

it('names mistakes of every kind at once, in the order of the rows', () => {
  const rows = [
    host('hv-1', { osDiskSizeGb: 1 }),
    host('hv-1'),
    host('hv-2', { network: 'nowhere' }),
    host('hv-3', { size: 'Standard_B2s' }),
    host('hv-4'),
    host('hv-5'),
    host('hv-6'),
    host('HV-4', { colour: 'red' }),
  ];
  const grounds = new Map([
    ['one', ground],
    ['nowhere', { hosts: [], ledger: [] }],
  ]);
  expect(errorsOf(() => judged(rows, grounds))?.map(({ row, column }) => [row, column])).toEqual([
    [1, 'osDiskSizeGb'],
    [2, 'name'],
    [3, 'network'],
    [4, 'size'],
    [7, undefined],
    [8, 'colour'],
    [8, 'name'],
  ]);
});

it('refuses more rows than there is room for, at the first that has none', () => {
  expect(() => judge([host('hv-1'), host('hv-2')])).not.toThrow();
  expect(errorsOf(() => judge([host('hv-1'), host('hv-2'), host('hv-3')]))).toEqual([
    {
      pointer: '/rows/2',
      row: 3,
      detail: expect.stringMatching(/^There are 2 \/24 prefixes in the pools/) as string,
    },
  ]);
});

it('counts prefixes that rows ask for first', () => {
  const rows = [host('hv-1'), host('hv-2'), host('hv-3', { ghostedPrefix: '10.0.2.0/24' })];
  expect(errorsOf(() => judge(rows))).toMatchObject([{ row: 2 }]);
  const twice = [
    host('hv-1', { ghostedPrefix: '10.0.2.0/24' }),
    host('hv-2', { ghostedPrefix: '10.0.2.0/24' }),
  ];
  expect(errorsOf(() => judge(twice))).toMatchObject([{ row: 2, column: 'ghostedPrefix' }]);
});

it('counts what is promised already, and hosts that are there as served', () => {
  const { resourceGroup: _, ...spec } = definition.hosts;
  const ready: HostRecord = {
    ...{ network: 'one', name: 'hv-1', state: 'ready', spec, updatedAt: '' },
    specFingerprint: specFingerprint(spec),
  };
  const entry: LedgerEntry = {
    ...{ network: 'one', host: 'hv-1', state: 'active', operation: 'x' },
    ...{ ghostedPrefix: '10.0.2.0/24', natAddress: '10.0.0.4', lanAddress: '10.0.1.4' },
  };
  const used: Ground = { definition, hosts: [ready], ledger: [entry] };
  expect(() => judge([host('hv-1'), host('hv-2')], used)).not.toThrow();
  expect(errorsOf(() => judge([host('hv-2'), host('hv-3')], used))).toMatchObject([{ row: 2 }]);
  expect(errorsOf(() => judge([host('hv-1', { osDiskSizeGb: 512 })], used))).toMatchObject([
    { row: 1, column: 'name' },
  ]);
});

it('refuses names that another network has', () => {
  const detail = 'The network other has a host hv-1 in the same resource group.';
  const namesakes = new Map([['hv-1', detail]]);
  expect(errorsOf(() => judge([host('hv-1'), host('hv-2')], { ...ground, namesakes }))).toEqual([
    { ...{ pointer: '/rows/0/name', row: 1, column: 'name' }, detail },
  ]);
});

it('refuses sizes that cannot nest and networks that are not there', () => {
  expect(errorsOf(() => judge([host('hv-1', { size: 'Standard_B2s' })]))).toMatchObject([
    { row: 1, column: 'size' },
  ]);
  const problem = new Problem('unknown-network', 'There is no network one.');
  expect(errorsOf(() => judge([host('hv-1')], { problem, hosts: [], ledger: [] }))).toEqual([
    { pointer: '/rows/0/network', row: 1, column: 'network', detail: 'There is no network one.' },
  ]);
});

it('takes 5,000 rows in a moment', () => {
  const wide = { ...definition, ghosted: { ...definition.ghosted, pools: ['11.0.0.0/11'] } };
  wide.natSubnet = { ...wide.natSubnet, prefix: '12.0.0.0/18' };
  wide.lanSubnet = { ...wide.lanSubnet, prefix: '12.0.64.0/18' };
  const rows = Array.from({ length: 5_000 }, (_, index) => host(`hv-${index + 1}`));
  expect(() => judge(rows, { ...ground, definition: wide })).not.toThrow();
});

describe('two networks on one VNet', () => {
  const second = networkDefinition.parse({
    ...sent,
    resourceGroup: 'Nested-Hosts',
    virtualNetwork: { ...sent.virtualNetwork, name: 'VNET' },
  });
  const grounds = new Map([
    ['one', ground],
    ['two', { ...ground, definition: second }],
  ]);
  const both = (rows: object[]) => judged(rows, grounds);
  const onTwo = (name: string, more: object = {}) => ({ ...host(name, more), network: 'two' });

  it('have one room together', () => {
    expect(() => both([host('hv-1'), onTwo('hv-2')])).not.toThrow();
    expect(errorsOf(() => both([onTwo('hv-1'), host('hv-2'), onTwo('hv-3')]))).toEqual([
      expect.objectContaining({
        pointer: '/rows/2',
        detail: expect.stringMatching(/^There are 1 .* and 2 rows/) as string,
      }),
    ]);
  });

  it('have one host of a name', () => {
    expect(errorsOf(() => both([host('hv-1'), onTwo('HV-1')]))).toEqual([
      {
        ...{ pointer: '/rows/1/name', row: 2, column: 'name' },
        detail: 'Row 1 names a host hv-1 on network one, in the same VNet.',
      },
    ]);
  });

  it.each<[string, object, string]>([
    [
      'another VNet in one resource group',
      { virtualNetwork: { ...second.virtualNetwork, name: 'Else' } },
      'in the same resource group',
    ],
    [
      'another VNet with one table',
      {
        virtualNetwork: { ...second.virtualNetwork, name: 'Else' },
        hosts: { ...second.hosts, resourceGroup: 'else' },
      },
      'with its route in the same table',
    ],
  ])('as on %s', (_, changes, place) => {
    const apart = new Map([
      ['one', ground],
      ['two', { ...ground, definition: { ...second, ...changes } }],
      [
        'three',
        {
          ...ground,
          definition: {
            ...second,
            resourceGroup: 'three',
            hosts: { ...second.hosts, resourceGroup: 'three' },
          },
        },
      ],
    ]);
    const rows = [host('hv-1'), { ...host('hv-1'), network: 'three' }, onTwo('hv-1')];
    expect(errorsOf(() => judged(rows, apart))).toEqual([
      expect.objectContaining({
        pointer: '/rows/2/name',
        detail: `Row 1 names a host hv-1 on network one, ${place}.`,
      }),
    ]);
  });

  it('promise a prefix once, and serve wishes of both first', () => {
    const wish = { ghostedPrefix: '10.0.2.0/24' };
    expect(errorsOf(() => both([host('hv-1', wish), onTwo('hv-2', wish)]))).toMatchObject([
      { pointer: '/rows/1/ghostedPrefix', row: 2 },
    ]);
    expect(() => both([host('hv-1'), onTwo('hv-2', wish)])).not.toThrow();
  });
});

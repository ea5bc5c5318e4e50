import { commonNames, tableClashes, vnetClashes } from '../../../shared/network/sharing';
import { virtualNetworkId } from '../../../shared/network/ids';
import type { NetworkDefinition, NetworkRecord } from '../../../shared/records/types';
import { definition } from '../shared/fixture';

const record = (name: string, changes: Partial<NetworkDefinition> = {}): NetworkRecord => ({
  name,
  definition: { ...definition, ...changes },
  state: 'ready',
  operation: 'op',
  updatedAt: '',
});
const elsewhere = { virtualNetwork: { ...definition.virtualNetwork, name: 'Elsewhere' } };
const pools = (...prefixes: string[]) => ({ ghosted: { ...definition.ghosted, pools: prefixes } });

it.each<[string, NetworkRecord, string[]]>([
  ['itself', record('own', elsewhere), []],
  ['another network on the VNet', record('other'), []],
  ['another VNet with the same table and pools', record('other', elsewhere), ['other 10.0.2.0/24']],
  [
    'letters in another case',
    record('other', { ...elsewhere, routeTable: definition.routeTable.toUpperCase() }),
    ['other 10.0.2.0/24'],
  ],
  [
    'a pool inside one of ours',
    record('other', { ...elsewhere, ...pools('10.99.0.0/24', '10.0.2.128/25') }),
    ['other 10.0.2.128/25'],
  ],
  ['other pools', record('other', { ...elsewhere, ...pools('10.99.0.0/24') }), []],
  ['another table', record('other', { ...elsewhere, routeTable: 'Routes-elsewhere' }), []],
  ['another resource group', record('other', { ...elsewhere, resourceGroup: 'elsewhere' }), []],
])('%s', (_, other, clashes) => {
  const found = tableClashes({ name: 'own', definition: { ...definition, ...pools('10.0.2.0/24') } }, [
    other,
  ]);
  expect(found.map(({ network, pool }) => `${network} ${pool}`)).toEqual(clashes);
});

describe('vnetClashes', () => {
  const subnet = (name: string, prefix: string) => ({ name, prefix, create: true });
  const own: NetworkDefinition = { ...definition, ...pools('10.10.0.0/20') };
  const beside = (changes: Partial<NetworkDefinition>, more: Partial<NetworkRecord> = {}): NetworkRecord => ({
    ...record('other', { ...own, ...pools('10.10.64.0/20'), ...changes }),
    ...more,
  });
  const spoke = `${virtualNetworkId(definition).replace(/[^/]+$/, 'Spoke')}/subnets/Apps`;

  it.each<[string, NetworkRecord, [string, RegExp][]]>([
    ['itself', { ...beside(pools('10.0.0.0/24')), name: 'own' }, []],
    ['the same subnets and the same pools', beside(pools('10.10.0.0/20')), []],
    ['subnets of other names elsewhere', beside({ natSubnet: subnet('NAT-2', '10.0.2.0/24') }), []],
    ['another VNet', beside({ ...elsewhere, natSubnet: subnet('NAT', '10.10.0.0/24') }), []],
    [
      'a NAT subnet in our pool',
      beside({ natSubnet: subnet('NAT-2', '10.10.1.0/24') }),
      [
        [
          '/ghosted/pools/0',
          /^The network other has its subnet NAT-2 \(10\.10\.1\.0\/24\) over 10\.10\.0\.0\/20/,
        ],
      ],
    ],
    [
      'a LAN subnet in our pool',
      beside({ lanSubnet: subnet('LAN-2', '10.10.1.0/24') }),
      [['/ghosted/pools/0', /LAN-2/]],
    ],
    [
      'a routed subnet in our pool',
      beside({ routedSubnets: [subnet('Apps', '10.10.1.0/24')] }),
      [['/ghosted/pools/0', /Apps/]],
    ],
    [
      'a routed subnet of another VNet in our pool',
      beside({ routedSubnets: [{ ...subnet('Apps', '10.10.1.0/24'), id: spoke }] }),
      [],
    ],
    [
      'a pool over our NAT subnet',
      beside(pools('10.0.0.128/25')),
      [['/natSubnet/prefix', /pool 10\.0\.0\.128\/25/]],
    ],
    ['a pool over our LAN subnet', beside(pools('10.0.1.0/25')), [['/lanSubnet/prefix', /other/]]],
    ['a pool over our routed subnet', beside(pools('10.0.3.0/25')), [['/routedSubnets/0/prefix', /other/]]],
    [
      'a subnet of our name elsewhere',
      beside({ natSubnet: subnet('nat', '10.0.2.0/24') }),
      [['/natSubnet/prefix', /calls 10\.0\.2\.0\/24 nat/]],
    ],
    [
      'a subnet of another name in ours',
      beside({ lanSubnet: subnet('LAN-2', '10.0.1.0/25') }),
      [['/lanSubnet/prefix', /LAN-2 \(10\.0\.1\.0\/25\)/]],
    ],
    [
      'a definition that is still to come, like the one that is',
      beside(pools('10.0.1.0/25'), {
        pending: { operation: 'op', definition: beside(pools('10.0.1.0/25')).definition },
      }),
      [['/lanSubnet/prefix', /other/]],
    ],
    [
      'a definition that is still to come',
      beside({}, { pending: { operation: 'op', definition: beside(pools('10.0.1.0/25')).definition } }),
      [['/lanSubnet/prefix', /other/]],
    ],
    ['a definition that failed', beside(pools('10.0.1.0/25'), { state: 'failed' }), []],
  ])('%s', (_, other, expected) => {
    const found = vnetClashes({ name: 'own', definition: own }, [other]);
    expect(found.map(({ pointer }) => pointer)).toEqual(expected.map(([pointer]) => pointer));
    expected.forEach(([, detail], index) => expect(found[index]?.detail).toMatch(detail));
  });
});

it.each<[string, Partial<NetworkDefinition>, string | undefined]>([
  ['one VNet', { hosts: { ...definition.hosts, resourceGroup: 'else' } }, 'in the same VNet'],
  ['one group for hosts', elsewhere, 'in the same resource group'],
  [
    'one table',
    { ...elsewhere, hosts: { ...definition.hosts, resourceGroup: 'else' } },
    'with its route in the same table',
  ],
  ['another subscription', { ...elsewhere, subscriptionId: 'else' }, undefined],
])('names of hosts count on both networks with %s', (_, changes, place) => {
  expect(commonNames(definition, { ...definition, ...changes })).toBe(place);
});

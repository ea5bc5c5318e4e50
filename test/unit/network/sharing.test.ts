import { tableClashes } from '../../../shared/network/sharing';
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

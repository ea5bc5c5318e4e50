import fc from 'fast-check';
import { definitionChanges, type Effect } from '../../../shared/network/changes';
import type { NetworkDefinition } from '../../../shared/records/types';
import { definition } from '../shared/fixture';

type Change = (draft: NetworkDefinition) => void;
type Row = [what: string, effect: Effect, pointer: string, change: Change];

const before: NetworkDefinition = {
  ...definition,
  routedSubnets: [
    { name: 'Azure-VMs', prefix: '10.0.3.0/25', create: false, bypassInspection: true },
    {
      id: '/subscriptions/s/x/virtualNetworks/Far/subnets/A',
      name: 'A',
      prefix: '10.9.0.0/24',
      create: false,
    },
  ],
  extraPrefixes: ['192.168.0.0/16'],
  natPrefixes: ['172.16.0.0/24'],
  dnsServers: ['10.0.3.4', '10.0.3.5'],
  dnsSuffix: 'corp.example',
};

const routed = (draft: NetworkDefinition, index: number) => {
  const subnet = draft.routedSubnets[index];
  if (!subnet) throw new Error(`no routed subnet ${index}`);
  return subnet;
};

const rows: Row[] = [
  ['another subscription', 'changesHosts', '/subscriptionId', (d) => (d.subscriptionId = 'other')],
  ['another group', 'changesHosts', '/resourceGroup', (d) => (d.resourceGroup = 'other')],
  ['another region', 'changesHosts', '/location', (d) => (d.location = 'northeurope')],
  ['another VNet', 'changesHosts', '/virtualNetwork/name', (d) => (d.virtualNetwork.name = 'Other')],
  [
    'VNet elsewhere',
    'changesHosts',
    '/virtualNetwork/resourceGroup',
    (d) => (d.virtualNetwork.resourceGroup = 'x'),
  ],
  [
    'more address space',
    'adds',
    '/virtualNetwork/addressSpaces/2',
    (d) => d.virtualNetwork.addressSpaces.push('10.20.0.0/16'),
  ],
  [
    'an IPv6 range',
    'adds',
    '/virtualNetwork/addressSpaces/2',
    (d) => d.virtualNetwork.addressSpaces.push('fd00:1::/48'),
  ],
  [
    'less address space',
    'changesHosts',
    '/virtualNetwork/addressSpaces',
    (d) => d.virtualNetwork.addressSpaces.pop(),
  ],
  [
    'spaces in another order',
    'futureHosts',
    '/virtualNetwork/addressSpaces',
    (d) => d.virtualNetwork.addressSpaces.reverse(),
  ],
  ['another NAT subnet', 'changesHosts', '/natSubnet/name', (d) => (d.natSubnet.name = 'Other')],
  ['a wider NAT subnet', 'changesHosts', '/natSubnet/prefix', (d) => (d.natSubnet.prefix = '10.0.0.0/23')],
  ['another LAN subnet', 'changesHosts', '/lanSubnet/name', (d) => (d.lanSubnet.name = 'Other')],
  [
    'a group for the LAN subnet',
    'futureHosts',
    '/lanSubnet/networkSecurityGroupId',
    (d) => (d.lanSubnet.networkSecurityGroupId = 'g'),
  ],
  ['LAN is not to be made', 'futureHosts', '/lanSubnet/create', (d) => (d.lanSubnet.create = false)],
  ['a pool more', 'adds', '/ghosted/pools/0', (d) => d.ghosted.pools.unshift('10.20.0.0/16')],
  ['a pool less', 'changesHosts', '/ghosted/pools', (d) => d.ghosted.pools.pop()],
  ['pools in another order', 'futureHosts', '/ghosted/pools', (d) => d.ghosted.pools.reverse()],
  ['smaller prefixes', 'futureHosts', '/ghosted/prefixLength', (d) => (d.ghosted.prefixLength = 26)],
  [
    'a group for ghosted subnets',
    'futureHosts',
    '/ghosted/networkSecurityGroupId',
    (d) => (d.ghosted.networkSecurityGroupId = 'g'),
  ],
  [
    'a routed subnet more',
    'adds',
    '/routedSubnets/2',
    (d) => d.routedSubnets.push({ name: 'B', prefix: '10.0.3.128/25', create: true }),
  ],
  ['a routed subnet less', 'changesHosts', '/routedSubnets', (d) => d.routedSubnets.pop()],
  [
    'a routed subnet moved',
    'changesHosts',
    '/routedSubnets/0/prefix',
    (d) => (routed(d, 0).prefix = '10.0.3.0/26'),
  ],
  ['through an appliance', 'changesHosts', '/routedSubnets/0/via', (d) => (routed(d, 0).via = 'appliance')],
  [
    'bypassing allowed',
    'futureHosts',
    '/routedSubnets/1/bypassInspection',
    // Beside other changes it may be gone.
    (d) => d.routedSubnets[1] && (d.routedSubnets[1].bypassInspection = true),
  ],
  [
    'bypassing forbidden',
    'changesHosts',
    '/routedSubnets/0/bypassInspection',
    (d) => (routed(d, 0).bypassInspection = false),
  ],
  ['an extra prefix more', 'adds', '/extraPrefixes/1', (d) => d.extraPrefixes?.push('192.169.0.0/16')],
  ['no extra prefixes', 'changesHosts', '/extraPrefixes', (d) => delete d.extraPrefixes],
  ['a NAT prefix more', 'adds', '/natPrefixes/1', (d) => d.natPrefixes?.push('172.17.0.0/24')],
  ['a NAT prefix less', 'changesHosts', '/natPrefixes', (d) => d.natPrefixes?.pop()],
  ['a third DNS server', 'adds', '/dnsServers/2', (d) => d.dnsServers.push('10.0.3.6')],
  ['another first DNS server', 'changesHosts', '/dnsServers', (d) => d.dnsServers.reverse()],
  ['the DNS servers of the VNet', 'changesHosts', '/dnsServers', (d) => (d.dnsServers = [])],
  ['another suffix', 'changesHosts', '/dnsSuffix', (d) => (d.dnsSuffix = 'other.example')],
  ['no suffix', 'changesHosts', '/dnsSuffix', (d) => delete d.dnsSuffix],
  ['tags', 'futureHosts', '/tags', (d) => (d.tags = { owner: 'me' })],
  ['another way out', 'changesHosts', '/outbound', (d) => (d.outbound = { kind: 'publicIp' })],
  ['another table name', 'changesHosts', '/routeTable', (d) => (d.routeTable = 'Other')],
  ['hosts elsewhere', 'changesHosts', '/hosts/resourceGroup', (d) => (d.hosts.resourceGroup = 'other')],
  ['larger hosts', 'futureHosts', '/hosts', (d) => (d.hosts.size = 'Standard_D8s_v5')],
];

it.each(rows)('%s: %s at %s', (_, effect, pointer, change) => {
  const after = structuredClone(before);
  change(after);
  expect(definitionChanges(before, after)).toMatchObject([{ effect, pointer }]);
});

it('a suffix where there was none is added', () => {
  const { dnsSuffix: _, ...without } = before;
  expect(definitionChanges(without, before)).toMatchObject([{ effect: 'adds', pointer: '/dnsSuffix' }]);
});

it('what is equal, or spelt otherwise, differs in nothing', () => {
  const after = structuredClone(before);
  routed(after, 0).via = 'host';
  Object.assign(routed(after, 1), { id: routed(after, 1).id?.toUpperCase() });
  expect(definitionChanges(before, after)).toEqual([]);
});

it('several changes are told together, and none is lost beside another', () => {
  const pick = fc.uniqueArray(fc.nat(rows.length - 1), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(pick, (indices) => {
      const after = structuredClone(before);
      const applied = indices.map((index) => rows[index]).filter((row) => row !== undefined);
      for (const [, , , change] of applied) change(after);
      const found = definitionChanges(before, after);
      const touched = JSON.stringify(after) !== JSON.stringify(before);
      expect(found.length > 0).toBe(touched);
      const fields = new Set(found.map(({ pointer }) => pointer.split('/')[1]));
      const changed = Object.keys({ ...before, ...after }).filter((key) => {
        const of = (one: NetworkDefinition) => JSON.stringify(one[key as keyof NetworkDefinition]);
        return of(after) !== of(before);
      });
      expect([...fields].sort()).toEqual(changed.sort());
    }),
  );
});

it('an IPv6 range that is only spelt otherwise is the same', () => {
  const spelt = (range: string): NetworkDefinition => ({
    ...definition,
    virtualNetwork: { ...definition.virtualNetwork, addressSpaces: ['10.0.0.0/22', range] },
  });
  expect(definitionChanges(spelt('FD00:1:0::/48'), spelt('fd00:1::/48'))).toEqual([]);
});

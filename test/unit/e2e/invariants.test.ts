import type { ArmResource } from '../../../local/azure/types';
import type { System } from '../../../local/launch/system';
import type { HostRecord, LedgerEntry } from '../../../shared/records/types';
import { Estate } from '../../random/estate';
import * as must from '../../random/invariants';

const arm = {
  id: (group: string, path: string) => `/subscriptions/s/resourceGroups/${group}/providers/${path}`,
};
const world = { resourceGroup: 'g', location: 'westeurope', natGatewayId: '/nat' };
const estate = new Estate({ arm } as unknown as System, world, 1);
const name = estate.host(1);
const addresses = { ghostedPrefix: '10.10.0.0/24', natAddress: '10.0.0.4', lanAddress: '10.0.1.4' };

const host = (more: Partial<HostRecord> = {}): HostRecord => ({
  network: 'a-1',
  name,
  state: 'ready',
  spec: {} as HostRecord['spec'],
  specFingerprint: '',
  addresses,
  updatedAt: '',
  ...more,
});
const entry = (more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...addresses,
  network: 'a-1',
  host: name,
  state: 'active',
  operation: 'op',
  ...more,
});
const resource = (id: string, properties: ArmResource['properties'] = {}) =>
  ({ id, properties }) as ArmResource;
const route = (table: string, more: object = {}) =>
  resource(`${table}/routes/Nested-VMs-${name}`, {
    addressPrefix: addresses.ghostedPrefix,
    nextHopIpAddress: addresses.lanAddress,
    ...more,
  });
const parts = [
  resource(estate.machine(name)),
  resource(estate.own(`disks/${name}-os`, 'Microsoft.Compute')),
  resource(estate.nic(name, 'nat')),
  resource(estate.nic(name, 'lan')),
  resource(estate.subnet(`Ghosted-${name}`)),
  resource(estate.ownTable),
  route(estate.ownTable),
  route(estate.theirTable),
];
const end = (more: Partial<must.End> = {}): must.End => ({
  hosts: [host()],
  ledger: [entry()],
  resources: parts,
  ...more,
});
const untouched = { keptDisks: [], bereft: [] };
const complaints = (seen: must.End): string[] => [
  ...must.shared(seen),
  ...must.inconsistent(seen),
  ...must.differing(estate, seen, untouched),
  ...must.astray(estate, seen, []),
];

it('the invariants of random programs agree with a host that is whole', () => {
  expect(complaints(end())).toEqual([]);
  expect(complaints({ hosts: [], ledger: [], resources: [] })).toEqual([]);
});

it.each<[string, Partial<must.End>, RegExp]>([
  [
    'a prefix twice',
    { ledger: [entry(), entry({ host: 'other', natAddress: 'x', lanAddress: 'y' })] },
    /share/,
  ],
  [
    'an address twice',
    { ledger: [entry(), entry({ host: 'other', ghostedPrefix: '10.9.0.0/24' })] },
    /share/,
  ],
  ['a promise without a host', { hosts: [], resources: [] }, /no host/],
  ['a host without a promise', { ledger: [] }, /no promise/],
  ['another prefix', { ledger: [entry({ ghostedPrefix: '10.9.0.0/24' })] }, /another prefix/],
  ['a claim', { hosts: [host({ claim: 'op' })] }, /still held/],
  ['a state on the way', { hosts: [host({ state: 'provisioning' })] }, /is provisioning/],
  ['a failure without a reason', { hosts: [host({ state: 'failed' })] }, /without a reason/],
  ['a promise that is not kept', { ledger: [entry({ state: 'releasing' })] }, /ready, ledger releasing/],
  ...parts
    .slice(0, 5)
    .map((part): [string, Partial<must.End>, RegExp] => [
      `without ${part.id}`,
      { resources: parts.filter((one) => one !== part) },
      /ready, but without/,
    ]),
  ['what is of nobody', { hosts: [], ledger: [] }, /of nobody/],
  [
    'a wrong hop',
    { resources: [...parts.slice(0, 7), route(estate.theirTable, { nextHopIpAddress: '10.0.1.9' })] },
    /routes/,
  ],
  [
    'a wrong prefix',
    { resources: [...parts.slice(0, 7), route(estate.theirTable, { addressPrefix: '10.9.0.0/24' })] },
    /routes/,
  ],
  ['a route to a machine that is gone', { resources: parts.slice(1) }, /routes\/Nested/],
])('they object to %s', (_, more, text) => {
  expect(complaints(end(more)).join('\n')).toMatch(text);
});

it('they accept no finding but what only a person can judge', () => {
  const found = (kind: string, remedy: string) => ({
    kind,
    what: 'x',
    host: name,
    remedy,
    action: { verdict: 'none' },
  });
  expect(must.unexpected([found('orphanedGhostedSubnet', 'report')], [])).toEqual([]);
  expect(must.unexpected([found('orphanedGhostedSubnet', 'delete')], [])).toHaveLength(1);
  expect(must.unexpected([found('missingRoute', 'repair')], [])).toHaveLength(1);
  expect(must.unexpected([found('virtualMachineGone', 'report')], [])).toHaveLength(1);
  expect(must.unexpected([found('virtualMachineGone', 'report')], [name])).toEqual([]);
});

import type { ArmResource } from '../../../local/azure/types';
import type { System } from '../../../local/launch/system';
import type { HostRecord, LedgerEntry } from '../../../shared/records/types';
import { Estate } from '../../random/estate';
import * as must from '../../random/invariants';
import { shared } from '../../random/shared';

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
  ({ id, type: id.split('/').slice(-3, -1).join('/'), properties }) as ArmResource;
const nic = (id: string, subnet: string, privateIPAddress: string) =>
  resource(id, {
    ipConfigurations: [{ properties: { privateIPAddress, subnet: { id: estate.subnet(subnet) } } }],
  });
const subnet = (named: string, addressPrefix: string) => resource(estate.subnet(named), { addressPrefix });
const route = (table: string, more: object = {}) =>
  resource(`${table}/routes/Nested-VMs-${name}`, {
    addressPrefix: addresses.ghostedPrefix,
    nextHopIpAddress: addresses.lanAddress,
    ...more,
  });
const parts = [
  resource(estate.machine(name)),
  resource(estate.own(`disks/${name}-os`, 'Microsoft.Compute')),
  nic(estate.nic(name, 'nat'), 'NAT', addresses.natAddress),
  nic(estate.nic(name, 'lan'), 'Hyper-V-LAN', addresses.lanAddress),
  subnet(`Ghosted-${name}`, addresses.ghostedPrefix),
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
const untouched = { keptDisks: [], bereft: [], released: [] };
const complaints = (seen: must.End): string[] => [
  ...shared(estate, seen),
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
    { ledger: [entry(), entry({ host: 'other', natAddress: '10.0.0.9', lanAddress: '10.0.1.9' })] },
    /promise of r1-1 .* and promise of other/,
  ],
  [
    'an address twice',
    { ledger: [entry(), entry({ host: 'other', ghostedPrefix: '10.9.0.0/24' })] },
    /promise of r1-1 .* and promise of other/,
  ],
  [
    'one range for two subnets',
    { resources: [...parts, subnet('theirs', '10.10.0.128/25')] },
    /subnets\/theirs/,
  ],
  [
    'one address of two interfaces',
    { resources: [...parts, nic(estate.own('networkInterfaces/x'), 'NAT', addresses.natAddress)] },
    /networkInterfaces\/x/,
  ],
  [
    'two routes for one range in a table',
    { resources: [...parts, resource(`${estate.theirTable}/routes/x`, { addressPrefix: '10.10.0.0/24' })] },
    /routes\/x/,
  ],
  [
    'a promised range that somebody else has',
    { resources: [...parts.filter(({ id }) => !id.includes('Ghosted')), subnet('theirs', '10.10.0.0/16')] },
    /r1-1 .* and .*subnets\/theirs/,
  ],
  [
    'a promised address that somebody else has',
    {
      resources: [
        ...parts.filter(({ id }) => !id.endsWith('-nat')),
        nic(estate.own('networkInterfaces/x'), 'NAT', addresses.natAddress),
      ],
    },
    /promise of r1-1 .* and .*networkInterfaces\/x/,
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
  [
    'what is left of a machine, unless it was to stay',
    { hosts: [], ledger: [], resources: [resource(estate.machine(name))] },
    /of nobody/,
  ],
  ['a route to a machine that is gone', { resources: parts.slice(1) }, /routes\/Nested/],
])('they object to %s', (_, more, text) => {
  expect(complaints(end(more)).join('\n')).toMatch(text);
});

it('they accept the machine of a host that was released, and nothing else of it', () => {
  const seen = end({ hosts: [], ledger: [], resources: parts.slice(0, 5) });
  const left = must.differing(estate, seen, { ...untouched, released: [name] });
  expect(left).toEqual([`of nobody: ${estate.subnet(`Ghosted-${name}`)}`]);
});

it('they look for the parts of an adopted host under the names that it has', () => {
  const of = (id: string) => ({ id, uniqueId: '' });
  const id = (path: string) => estate.own(path);
  const adopted = {
    virtualMachine: of(id('virtualMachines/theirs')),
    nic1: of(id('networkInterfaces/one')),
    nic2: of(id('networkInterfaces/two')),
    osDisk: of(id('disks/os')),
    dataDisks: [],
    ghostedSubnet: 'Ghosted',
    routes: [{ tableId: estate.theirTable, name: 'Nested-VMs' }],
  };
  const whole = [
    resource(id('virtualMachines/theirs')),
    resource(id('disks/os')),
    nic(id('networkInterfaces/one'), 'NAT', addresses.natAddress),
    nic(id('networkInterfaces/two'), 'Hyper-V-LAN', addresses.lanAddress),
    subnet('Ghosted', addresses.ghostedPrefix),
    resource(estate.ownTable),
    route(estate.ownTable),
    resource(`${estate.theirTable}/routes/Nested-VMs`, { addressPrefix: addresses.ghostedPrefix }),
  ];
  const hosts = [host({ adopted })];
  expect(complaints(end({ hosts, resources: whole }))).toEqual([]);
  const bereft = end({ hosts, resources: whole.slice(1) });
  expect(complaints(bereft).join('\n')).toMatch(/ready, but without .*theirs[^]*routes\/Nested/);
  expect(must.stillBereft(estate, bereft, [name])).toEqual([name]);
  expect(must.stillBereft(estate, end({ hosts, resources: whole }), [name])).toEqual([]);
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
  const withheld = [found('orphanedRoute', 'delete'), { ...found('unneededRouteTable', 'delete'), host: '' }];
  expect(must.unexpected(withheld, [])).toHaveLength(2);
  expect(must.unexpected(withheld, [], [name])).toEqual([]);
});

import type { Disk, VirtualMachine } from '@azure/arm-compute';
import type { NetworkInterface, Subnet } from '@azure/arm-network';
import {
  addressFacts,
  diskFacts,
  machineFacts,
  nicFacts,
  subnetFacts,
  tableFacts,
} from '../../../shared/reconcile/plain';

const id = '/subscriptions/s/resourceGroups/g/providers/x';

describe('what a subnet comes down to', () => {
  const bare = { id, name: 'Ghosted-hv-01', addressPrefix: '10.0.2.0/24', provisioningState: 'Succeeded' };
  const facts = (more: Subnet = {}) => subnetFacts({ ...bare, ...more });

  it('is empty and at rest where Azure says nothing else', () => {
    expect(facts()).toEqual({
      ...{ id, name: 'Ghosted-hv-01', prefixes: ['10.0.2.0/24'], occupants: [], services: [] },
      ...{ natGateway: false, defaultOutboundAccess: true, settled: true },
    });
  });

  it.each<[string, Subnet, string[], string[]]>([
    ['a NIC', { ipConfigurations: [{ id: 'nic' }] }, ['nic'], []],
    ['a NIC without an id', { ipConfigurations: [{}] }, ['an address'], []],
    ['an address of a container', { ipConfigurationProfiles: [{ id: 'profile' }] }, ['profile'], []],
    [
      'a delegation',
      { delegations: [{ serviceName: 'Microsoft.Web/serverFarms' }] },
      [],
      ['Microsoft.Web/serverFarms'],
    ],
    ['a nameless delegation', { delegations: [{}] }, [], ['a delegation']],
    ['an association link', { serviceAssociationLinks: [{ linkedResourceType: 'Sql' }] }, [], ['Sql']],
    ['a navigation link', { resourceNavigationLinks: [{ name: 'link' }] }, [], ['link']],
    ['a private endpoint', { privateEndpoints: [{ id: 'pe' }] }, [], ['pe']],
  ])('is not free with %s', (_what, more, occupants, services) => {
    expect(facts(more)).toMatchObject({ occupants, services });
  });

  it('tells its table, NAT gateway, outbound access and every prefix', () => {
    const more = { routeTable: { id: 'table' }, natGateway: {}, defaultOutboundAccess: false };
    const facts = subnetFacts({ id, ...more, addressPrefixes: ['10.0.2.0/24', 'fd00::/64'] });
    expect(facts).toMatchObject({ tableId: 'table', natGateway: true, defaultOutboundAccess: false });
    expect(facts.prefixes).toEqual(['10.0.2.0/24', 'fd00::/64']);
  });
});

it.each<[string | undefined, boolean]>([
  [undefined, true],
  ['Succeeded', true],
  ['Failed', true],
  ['Updating', false],
  ['Deleting', false],
  ['Creating', false],
])('in provisioning state %s a resource is at rest: %s', (state, settled) => {
  const one = state === undefined ? { id } : { id, provisioningState: state };
  const kinds = [
    subnetFacts(one),
    tableFacts(one),
    nicFacts(one),
    machineFacts(one as VirtualMachine),
    diskFacts(one as Disk),
    addressFacts(one),
  ];
  expect(kinds.map((facts) => facts.settled)).toEqual(kinds.map(() => settled));
});

it.each([
  ['PowerState/running', 'running'],
  ['PowerState/stopped', 'stopped'],
  ['PowerState/deallocated', 'stopped'],
  ['PowerState/starting', 'other'],
  ['PowerState/deallocating', 'other'],
  [undefined, 'other'],
])('a machine in %s is %s', (code, power) => {
  const statuses = [{ code: 'ProvisioningState/succeeded' }, ...(code === undefined ? [] : [{ code }])];
  expect(machineFacts({ id, instanceView: { statuses } } as VirtualMachine)).toMatchObject({ power });
});

it('owners are read from our tags alone', () => {
  const tags = { 'nested-hosts-host': 'hv-01', 'nested-hosts-network': 'n', host: 'other', network: 'other' };
  expect(diskFacts({ id, tags } as unknown as Disk).tags).toEqual({ host: 'hv-01', network: 'n' });
});

it('what something hangs on is told', () => {
  expect(diskFacts({ id, managedBy: 'vm' } as Disk)).toMatchObject({ attachedTo: 'vm' });
  expect(addressFacts({ id, ipConfiguration: { id: 'nic' } })).toMatchObject({
    attachedTo: 'nic',
  });
  expect(addressFacts({ id, natGateway: { id: 'gw' } })).toMatchObject({
    attachedTo: 'gw',
  });
  const nic = { id, virtualMachine: { id: 'vm' }, enableIPForwarding: true } as NetworkInterface;
  expect(nicFacts(nic)).toMatchObject({ virtualMachineId: 'vm', forwarding: true });
  expect(nicFacts({ id })).toMatchObject({ forwarding: false });
});

it('routes of a table tell where they lead, an appliance by its address', () => {
  const routes = [
    {
      name: 'a',
      addressPrefix: '10.0.2.0/24',
      nextHopType: 'VirtualAppliance',
      nextHopIpAddress: '10.0.1.4',
    },
    { name: 'b', addressPrefix: '0.0.0.0/0', nextHopType: 'None' },
  ];
  expect(tableFacts({ id, routes, subnets: [{ id: 'sub' }, {}] })).toMatchObject({
    routes: [
      { name: 'a', prefix: '10.0.2.0/24', nextHop: '10.0.1.4' },
      { name: 'b', prefix: '0.0.0.0/0', nextHop: 'None' },
    ],
    subnets: ['sub'],
  });
});

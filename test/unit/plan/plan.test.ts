import type { Route } from '@azure/arm-network';
import fc from 'fast-check';
import { planDifference } from '../../../shared/api/planDifference';
import { absentOf, type ObservedHost } from '../../../shared/azure/plan';
import { settled } from '../../../shared/azure/plan/settled';
import { guestPaces, usualSeconds } from '../../../shared/azure/retry';
import { hostLayout } from '../../../shared/azure/layout';
import {
  addresses,
  foreignTags,
  identity,
  layout,
  machine,
  network,
  nic,
  peered,
  peering,
  route,
  spec,
  spoke,
  spokeId,
  subnet,
  table,
} from '../shared/fixture';
import { after, before, plan, planned, quota, size, writes } from './observed';

const own = (observed: ObservedHost) => {
  if (!observed.routing.own) throw new Error('no VNet');
  return observed.routing.own;
};

it('of a first host names every write in the order of the steps', () => {
  const first = plan(before());
  expect(first).toMatchObject({ empty: false, obstacles: [], planHash: expect.any(String) as string });
  expect(writes(first)).toEqual([
    'created subnet NAT',
    'created subnet Hyper-V-LAN',
    'created subnet Ghosted-hv-01',
    'created networkInterface hv-01-nat',
    'created networkInterface hv-01-lan',
    'created virtualMachine hv-01',
    'updated networkInterface hv-01-lan',
    'created routeTable Routes-for-nested-VMs',
    'created route Nested-VMs-hv-01',
    'updated association Azure-VMs',
    'updated association Hyper-V-LAN',
  ]);
  expect(first.resources.filter(({ change }) => change === 'unchanged').map(({ step }) => step)).toEqual([
    'attachSecondNic',
    'enableIpForwarding',
  ]);
});

it('tells each phase all that it is told, less what only the operation knows', () => {
  const { guest } = plan(before());
  expect(guest.map(({ phase }) => phase)).toEqual(['features', 'network', 'verify']);
  expect(guest[1]?.parameters).toMatchObject({
    operation: '<operation>',
    nic1: { address: '10.0.0.4' },
    ghosted: { gateway: '10.0.2.1', dhcpStart: '10.0.2.2', dhcpEnd: '10.0.2.254' },
    routes: [{ prefix: '10.0.0.0/24', nic: 1 }, {}, { prefix: '10.0.0.0/22', nic: 2 }, {}],
  });
  expect(guest[1]?.parameters.nic1).not.toHaveProperty('mac');
});

it('estimates a new host with its two restarts', () => {
  const { resources, guest, estimatedSeconds } = plan(before());
  const writes = resources.filter(({ change }) => change !== 'unchanged').map(({ kind }) => kind);
  const machines = writes.filter((kind) => kind === 'virtualMachine').length;
  const phases = guest.reduce((sum, { phase }) => sum + usualSeconds(guestPaces[phase]), 0);
  expect(machines).toBe(1);
  expect(estimatedSeconds).toBe(
    usualSeconds('virtualMachine') +
      (writes.length - 1) * usualSeconds('quick') +
      phases +
      2 * usualSeconds('restart'),
  );
});

it('of an existing host is empty', () => {
  const existing = plan(after());
  expect(writes(existing)).toEqual([]);
  expect(existing).toMatchObject({ empty: true, guest: [], obstacles: [], estimatedSeconds: 0 });
  expect(absentOf(planned, after())).toEqual([]);
});

it('knows the route of an existing host in whatever letters', () => {
  const existing = after();
  const shout = ({ name = '', ...more }: Route): Route => ({ ...more, name: name.toUpperCase() });
  const tables = existing.routing.tables.map((one) => ({ ...one, routes: (one.routes ?? []).map(shout) }));
  expect(tables.flatMap(({ routes }) => routes)).not.toEqual([]);
  const seen = { ...existing, routing: { ...existing.routing, tables } };
  expect(absentOf(planned, seen)).toEqual([]);
  expect(writes(plan(seen))).toEqual([]);
});

it('of an existing host whose Windows is not known to be right runs the phases, and writes nothing else', () => {
  const existing = plan(after({ verified: false }));
  expect(writes(existing)).toEqual([]);
  expect(existing.guest).toHaveLength(3);
  expect(existing.empty).toBe(false);
});

describe('what is missing is put back and nothing else', () => {
  const without = (name: string) => network((own(after()).subnets ?? []).filter((one) => one.name !== name));
  const routing = (vnet = own(after()), tables = [table()]) => ({ own: vnet, networks: [vnet], tables });
  it.each<[string, Partial<ObservedHost>, string[]]>([
    [
      'the route',
      { routing: routing(undefined, [table({ routes: [] })]) },
      ['created route Nested-VMs-hv-01'],
    ],
    [
      'the next hop',
      { routing: routing(undefined, [table({ routes: [route({ nextHopIpAddress: '10.0.1.9' })] })]) },
      ['updated route Nested-VMs-hv-01'],
    ],
    [
      'forwarding',
      { nic2: nic('nic2', { enableIPForwarding: false }) },
      ['updated networkInterface hv-01-lan'],
    ],
    [
      'a NIC',
      { nic2: undefined },
      ['created networkInterface hv-01-lan', 'updated networkInterface hv-01-lan'],
    ],
    ['the ghosted subnet', { routing: routing(without('Ghosted-hv-01')) }, ['created subnet Ghosted-hv-01']],
    ['the VM', { virtualMachine: undefined }, ['created virtualMachine hv-01']],
  ])('%s', (_, more, expected) => {
    expect(writes(plan(after({ ...more, verified: false })))).toEqual(expected);
  });
});

it('says only what changes where all else goes back as it was read', () => {
  const forwarding = plan(after({ nic2: nic('nic2', { enableIPForwarding: false, etag: 'W/"1"' }) }));
  expect(forwarding.resources.find(({ change }) => change === 'updated')).toMatchObject({
    partial: true,
    body: { properties: { enableIPForwarding: true } },
  });
  const associated = plan(before()).resources.find(({ kind }) => kind === 'association');
  expect(associated?.body).toEqual({ properties: { routeTable: { id: layout.routeTable.id } } });
});

it('tells all obstacles at once, and is then nothing to approve', () => {
  const full = [route({ name: 'theirs', addressPrefix: '10.9.0.0/24' })];
  const routes = Array.from({ length: 400 }, (_, index) => ({ ...full[0], name: `r${index}` }));
  const vnet = network([
    subnet('Azure-VMs', '10.0.3.0/24', { routeTable: { id: layout.routeTable.id } }),
    subnet('theirs', '10.0.2.0/25'),
  ]);
  const stuck = plan(
    before({
      routing: { own: vnet, networks: [vnet], tables: [table({ routes })] },
      natGateway: undefined,
      usages: [quota(98)],
      virtualMachine: machine({ tags: foreignTags }),
      dataDisk: { location: 'westeurope' },
    }),
  );
  expect(stuck.obstacles.map(({ code, limit }) => [code, limit?.used, limit?.limit])).toEqual([
    ['RouteTableFull', 400, 400],
    ['PrefixInUse', undefined, undefined],
    ['QuotaExceeded', 98, 100],
    ['NatGatewayNotFound', undefined, undefined],
    ['ForeignVirtualMachine', undefined, undefined],
  ]);
  expect(stuck).not.toHaveProperty('planHash');
  for (const { limit } of stuck.obstacles) if (limit) expect(limit.remedy).not.toBe('');
});

it('refuses subnets of others by its own names', () => {
  const vnet = network([
    subnet('Azure-VMs', '10.0.3.0/24'),
    subnet('NAT', '10.0.0.0/25'),
    subnet('Ghosted-hv-01', '10.10.7.0/24'),
  ]);
  const { obstacles } = plan(before({ routing: { own: vnet, networks: [vnet], tables: [] } }));
  expect(obstacles.map(({ code, message }) => [code, message.split(' ')[2]])).toEqual([
    ['SubnetPrefixDiffers', 'NAT'],
    ['SubnetPrefixDiffers', 'Ghosted-hv-01'],
  ]);
});

it('of a network whose VNet has gone still names what else is wrong', () => {
  const gone = plan(
    before({
      routing: { networks: [], tables: [] },
      skus: [{ ...size, restrictions: [{ type: 'Location' }] }],
    }),
  );
  expect(gone.obstacles.map(({ code }) => code)).toEqual(['VirtualNetworkNotFound', 'SkuNotAvailable']);
  expect(gone.guest).toEqual([]);
});

describe('the hash', () => {
  const hash = (observed: ObservedHost, of = planned) => plan(observed, of).planHash;
  const states = [before(), after(), after({ verified: false }), after({ nic2: undefined })];
  /** What may differ between two looks though nothing of what would be done does. */
  const noise = fc.record({
    etag: fc.string(),
    provisioningState: fc.constantFrom('Succeeded', 'Updating'),
    operation: fc.string({ minLength: 1 }),
    used: fc.nat({ max: 90 }),
    tenants: fc.nat({ max: 5 }),
    reversed: fc.boolean(),
  });

  it('is the same for the same plan, whatever else goes on', () => {
    fc.assert(
      fc.property(fc.nat({ max: states.length - 1 }), noise, (index, how) => {
        const { etag, provisioningState, operation, used, tenants } = how;
        const observed = states[index] ?? before();
        const vnet = {
          ...own(observed),
          etag,
          provisioningState,
          subnets: (own(observed).subnets ?? []).map((one) => ({
            ...one,
            etag,
            ...(one.name === 'Azure-VMs'
              ? {
                  provisioningState,
                  ipConfigurations: Array.from({ length: tenants }, (_, n) => ({ id: `/nic${n}/x` })),
                }
              : {}),
          })),
        };
        const touched = {
          ...observed,
          routing: { ...observed.routing, own: vnet, networks: [vnet] },
          usages: [quota(used)],
          ...(observed.nic1 ? { nic1: { ...observed.nic1, etag, provisioningState } } : {}),
        };
        const ordered = { ...planned, tags: { ...planned.tags, 'nested-hosts-operation': operation } };
        expect(hash(touched, ordered)).toBe(hash(observed));
      }),
    );
  });

  it.each<[string, ObservedHost, typeof planned]>([
    ['an address', before(), { ...planned, nic1: { ...planned.nic1, address: '10.0.0.5' } }],
    ['the size', before(), { ...planned, spec: { ...planned.spec, osDiskSizeGb: 256 } }],
    ['what exists', after(), planned],
    [
      'a range of the VNet, which Windows is told',
      (() => {
        const vnet = {
          ...own(before()),
          addressSpace: { addressPrefixes: ['10.0.0.0/22', '10.10.0.0/16', '10.20.0.0/16'] },
        };
        return before({ routing: { own: vnet, networks: [vnet], tables: [] } });
      })(),
      planned,
    ],
  ])('is another for another plan: %s', (_, observed, of) => {
    expect(hash(observed, of)).not.toBe(hash(before()));
    expect(planDifference(plan(before()), plan(observed, of))).not.toEqual([]);
  });
});

it('a plan depends on nothing but what it is told, and changes none of it', () => {
  const observed = before();
  const copy = structuredClone(observed);
  expect(plan(observed)).toEqual(plan(copy));
  expect(observed).toEqual(copy);
});

it('what Azure is working on counts as done', () => {
  const at = new Date(0);
  const seen = {
    provisioningState: 'Updating',
    list: [{ provisioningState: 'Creating', at }],
    other: 'Updating',
  };
  expect(settled(seen)).toEqual({
    provisioningState: 'Succeeded',
    list: [{ provisioningState: 'Succeeded', at }],
    other: 'Updating',
  });
});

it.each<[string, object, object, string[]]>([
  ['let everything through', {}, {}, []],
  ['are both lost', { peeringState: 'Disconnected' }, { peeringState: 'Disconnected' }, ['PeeringBroken']],
  ['allow no access', {}, { allowVirtualNetworkAccess: false }, ['PeeringBroken']],
  ['take no forwarded traffic', {}, { allowForwardedTraffic: false }, ['PeeringBroken']],
  ['are not in sync', {}, { remoteAddressSpace: { addressPrefixes: ['10.10.0.0/16'] } }, ['PeeringBroken']],
])('looks at the peerings of routed subnets: they %s', (_, there, back, codes) => {
  const far = hostLayout(identity, { ...peered(), outbound: planned.definition.outbound }, spec, addresses);
  const home = network([], { virtualNetworkPeerings: [peering(spokeId, there)] });
  const other = spoke([peering(layout.virtualNetworkId, back)]);
  const { obstacles } = plan(before({ routing: { own: home, networks: [home, other], tables: [] } }), far);
  expect(obstacles.map(({ code }) => code)).toEqual(codes);
  for (const { message } of obstacles) expect(message).toMatch(/Apps in Spoke .*(Set|make|sync)/);
});

it('names rules of security groups that stop guests, on Hyper-V-LAN and for on-premises, too', () => {
  const group = { id: '/nsgs/theirs', name: 'theirs' };
  const closed = (name: string, priority: number, sourceAddressPrefix: string) => ({
    name,
    priority,
    direction: 'Inbound',
    access: 'Deny',
    protocol: '*',
    sourceAddressPrefix,
    sourcePortRange: '*',
    destinationAddressPrefix: '*',
    destinationPortRange: '*',
  });
  const { routing } = after();
  const subnets = (own(after()).subnets ?? []).map((one) =>
    one.name === 'Hyper-V-LAN' ? { ...one, networkSecurityGroup: group } : one,
  );
  const guarded = network(subnets);
  const layout = {
    ...planned,
    definition: { ...planned.definition, extraPrefixes: ['192.168.0.0/16'] },
  };
  const securityRules = [
    closed('no-guests', 200, '10.10.0.0/16'),
    closed('no-office', 300, '192.168.0.0/16'),
  ];
  const { warnings } = plan(
    after({
      routing: { ...routing, own: guarded, networks: [guarded] },
      groups: [{ ...group, securityRules }],
    }),
    layout,
  );
  expect(warnings).toEqual([
    'no-guests of theirs blocks guests of other hosts to guests.',
    'no-office of theirs blocks 192.168.0.0/16 to guests.',
  ]);
});

it('says of a way out that is only said to exist that it is believed, until a NIC can tell', () => {
  const believing = {
    ...planned,
    definition: { ...planned.definition, outbound: { kind: 'existing' as const } },
  };
  const nat = subnet('NAT', '10.0.0.0/24', { natGateway: { id: '/theirs' } });
  const made = network([nat, subnet('Azure-VMs', '10.0.3.0/24')]);
  const first = plan(before({ routing: { own: made, networks: [made], tables: [] } }), believing);
  expect(first.warnings).toEqual([
    expect.stringContaining('That NAT has a way to the internet is taken from'),
  ]);
  expect(plan(after(), believing).warnings).toEqual([]);
});

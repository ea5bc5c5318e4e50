import type { RouteTable } from '@azure/arm-network';
import { desiredAssociation, type RawSubnet } from '../../../shared/azure/resources/association';
import {
  desiredRoute,
  desiredRouteTable,
  isOurTable,
  planRouting,
} from '../../../shared/azure/resources/routeTable';
import { layout, network, route, shouted, subnet, table } from './fixture';

const hub = (
  addressPrefix: string,
  nextHopType: 'VirtualAppliance' | 'VirtualNetworkGateway' | 'None' = 'VirtualAppliance',
) => ({
  name: 'hub',
  addressPrefix,
  nextHopType,
  nextHopIpAddress: '10.0.3.200',
});

describe('planRouting', () => {
  const withTables = (vms?: string, lan?: string) =>
    network([
      subnet('Azure-VMs', '10.0.3.0/24', vms ? { routeTable: { id: vms } } : {}),
      subnet('Hyper-V-LAN', '10.0.1.0/24', lan ? { routeTable: { id: lan } } : {}),
    ]);
  const own = layout.routeTable.id;
  const [vms, lan] = layout.routedSubnets.map(({ id }) => id);

  it.each<[string, ReturnType<typeof network>, string[], (string | undefined)[]]>([
    ['no tables: ours for all', withTables(), [own], [vms, lan]],
    ['all have ours', withTables(own, own), [own], []],
    ['ours in two spellings is one table', withTables(shouted(own), own), [own], []],
    ['somebody else has one', withTables('/t/theirs'), ['/t/theirs', own], [lan]],
    ['everybody has another', withTables('/t/a', '/t/b'), ['/t/a', '/t/b'], []],
    ['a routed subnet does not exist yet', network([]), [own], [vms, lan]],
  ])('%s', (_, vnet, tables, unrouted) => {
    const plan = planRouting(layout, vnet);
    expect(plan.tables.map((id) => id.toLowerCase())).toEqual(tables.map((id) => id.toLowerCase()));
    expect(plan.unrouted).toEqual(unrouted);
  });
});

describe('desiredRouteTable', () => {
  it('is made empty, with our tags and propagation as it is by default', () => {
    expect(desiredRouteTable(layout, undefined)).toEqual({
      action: 'put',
      change: 'created',
      body: {
        location: 'westeurope',
        tags: { 'nested-hosts-installation': 'default', 'nested-hosts-network': 'nested-fun' },
        disableBgpRoutePropagation: false,
      },
    });
  });

  it('is never written again, whoever made it and whatever is in it', () => {
    expect(desiredRouteTable(layout, table())).toEqual({ action: 'none' });
    expect(desiredRouteTable(layout, table({ tags: {}, disableBgpRoutePropagation: true }))).toEqual({
      action: 'none',
    });
    expect(desiredRouteTable(layout, table({ provisioningState: 'Updating' }))).toEqual({ action: 'wait' });
  });

  it('is ours only with the tag of this installation', () => {
    expect(isOurTable(layout, table())).toBe(true);
    expect(isOurTable(layout, table({ tags: { 'nested-hosts-installation': 'other' } }))).toBe(false);
    expect(isOurTable(layout, table({ tags: {} }))).toBe(false);
  });
});

describe('desiredRoute', () => {
  it.each<[string, RouteTable | undefined, object]>([
    ['no table yet', undefined, { action: 'wait' }],
    [
      'absent',
      table({ routes: [] }),
      {
        action: 'put',
        change: 'created',
        body: { addressPrefix: '10.0.2.0/24', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.1.4' },
      },
    ],
    ['same', table(), { action: 'none' }],
    ['updating', table({ routes: [route({ provisioningState: 'Updating' })] }), { action: 'wait' }],
    [
      'another hop',
      table({ routes: [route({ nextHopIpAddress: '10.0.1.9' })] }),
      { action: 'put', change: 'updated' },
    ],
    [
      'another kind of hop',
      table({ routes: [route({ nextHopType: 'None' })] }),
      { action: 'put', change: 'updated' },
    ],
    [
      'our name for another prefix',
      table({ routes: [route({ addressPrefix: '10.0.9.0/24' })] }),
      { failure: { code: 'ForeignRoute' } },
    ],
    [
      'our prefix under another name',
      table({ routes: [route({ name: 'theirs' })] }),
      { failure: { code: 'PrefixRoutedElsewhere' } },
    ],
    [
      'routes of other hosts',
      table({ routes: [route({ name: 'Nested-VMs-hv-02', addressPrefix: '10.10.0.0/24' })] }),
      { action: 'put', change: 'created' },
    ],
  ])('%s', (_, existing, expected) => {
    expect(desiredRoute(layout, existing)).toMatchObject(expected);
  });

  describe('does not go round an inspection', () => {
    it.each<[string, ReturnType<typeof hub>[]]>([
      ['of everything', [hub('0.0.0.0/0')]],
      ['of the VNet', [hub('10.0.0.0/8')]],
      ['of the longest range, whatever covers that', [hub('0.0.0.0/0', 'None'), hub('10.0.0.0/22')]],
      ['written with host bits', [hub('10.0.2.77/23')]],
    ])('%s', (_, routes) => {
      expect(desiredRoute(layout, table({ routes }))).toMatchObject({
        failure: { code: 'InspectionBypassed' },
      });
      const late = table({ routes: [route(), ...routes] });
      expect(desiredRoute(layout, late)).toMatchObject({ failure: { code: 'InspectionBypassed' } });
    });

    it.each<[string, ReturnType<typeof hub>[]]>([
      ['an appliance for other ranges', [hub('10.0.3.0/24')]],
      ['an appliance for a part of the prefix', [hub('10.0.2.128/25')]],
      ['a gateway', [hub('0.0.0.0/0', 'VirtualNetworkGateway')]],
      ['an appliance under a longer route that is none', [hub('0.0.0.0/0'), hub('10.0.0.0/16', 'None')]],
      ['service tags and IPv6', [hub('Storage'), hub('::/0')]],
    ])('but is not stopped by %s', (_, routes) => {
      expect(desiredRoute(layout, table({ routes }))).toMatchObject({ action: 'put', change: 'created' });
    });
  });
});

describe('desiredAssociation', () => {
  const id = `${layout.virtualNetworkId}/subnets/Azure-VMs`;
  const own = layout.routeTable.id;
  const raw = (routeTable?: string, provisioningState = 'Succeeded'): RawSubnet => ({
    id,
    name: 'Azure-VMs',
    etag: 'W/"1"',
    madeIn2030: { deep: [1, 2] },
    properties: {
      addressPrefix: '10.0.3.0/24',
      networkSecurityGroup: { id: 'nsg' },
      brandNew: { keep: true },
      provisioningState,
      ...(routeTable ? { routeTable: { id: routeTable } } : {}),
    },
  });

  it.each<[string, boolean, RawSubnet | undefined, object]>([
    ['on a bare subnet', true, raw(), { action: 'put', change: 'updated' }],
    ['already on', true, raw(own), { action: 'none' }],
    ['already on, in capitals', true, raw(shouted(own)), { action: 'none' }],
    ['already on, updating', true, raw(own, 'Updating'), { action: 'wait' }],
    ['on, but the subnet is busy', true, raw(undefined, 'Updating'), { action: 'wait' }],
    [
      'on, but another table came',
      true,
      raw('/t/theirs'),
      { action: 'refuse', failure: { code: 'RouteTableChanged' } },
    ],
    ['on, but the subnet is gone', true, undefined, { failure: { code: 'SubnetNotFound' } }],
    ['off', false, raw(own), { action: 'put', change: 'updated' }],
    ['already off', false, raw(), { action: 'none' }],
    ['off, but another table came: not ours to take', false, raw('/t/theirs'), { action: 'none' }],
    ['off, and the subnet is gone', false, undefined, { action: 'none' }],
  ])('%s', (_, wanted, existing, expected) => {
    expect(desiredAssociation(id, own, wanted, existing)).toMatchObject(expected);
  });

  it('sends everything back that it does not know', () => {
    const on = desiredAssociation(id, own, true, raw());
    const off = desiredAssociation(id, own, false, raw(own));
    if (on.action !== 'put' || off.action !== 'put') throw new Error('Both should write.');
    const { provisioningState: _, ...bare } = raw().properties ?? {};
    expect(on.body).toEqual({ ...raw(), properties: { ...bare, routeTable: { id: own } } });
    expect(off.body).toEqual({ ...raw(), properties: bare });
  });
});

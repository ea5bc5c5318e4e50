import type { RouteTable } from '@azure/arm-network';
import { desiredAssociation, type RawSubnet } from '../../../shared/azure/resources/association';
import { desiredRoute, desiredRouteTable, isOurTable } from '../../../shared/azure/resources/routeTable';
import { layout, route, shouted, table } from './fixture';

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
    [
      'same, in other letters',
      table({ routes: [route({ name: shouted(layout.route.name) })] }),
      { action: 'none' },
    ],
    [
      'same, with host bits',
      table({ routes: [route({ addressPrefix: '10.0.2.7/24' })] }),
      { action: 'none' },
    ],
    [
      'same, its kind of hop in other letters',
      table({ routes: [route({ nextHopType: 'virtualappliance' })] }),
      { action: 'none' },
    ],
    [
      'our prefix under another name, with host bits',
      table({ routes: [route({ name: 'theirs', addressPrefix: '10.0.2.7/24' })] }),
      { failure: { code: 'PrefixRoutedElsewhere' } },
    ],
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

  it('finds no room in a table at the limit, but keeps what is there', () => {
    const routes = Array.from({ length: 400 }, (_, index) =>
      route({ name: `r${index}`, addressPrefix: `10.9.${index}.0/24` }),
    );
    expect(desiredRoute(layout, table({ routes }))).toMatchObject({
      failure: { code: 'RouteTableFull', message: expect.stringContaining('400 of 400') as string },
    });
    expect(desiredRoute(layout, table({ routes: [...routes.slice(1), route()] }))).toEqual({
      action: 'none',
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

  it('sends back both ranges of a subnet that has IPv6', () => {
    const { addressPrefix, ...rest } = raw().properties ?? {};
    const dual = { ...raw(), properties: { ...rest, addressPrefixes: [addressPrefix, 'fd00:1:0:3::/64'] } };
    expect(desiredAssociation(id, own, true, dual)).toMatchObject({
      body: { properties: { addressPrefixes: ['10.0.3.0/24', 'fd00:1:0:3::/64'], routeTable: { id: own } } },
    });
  });
});

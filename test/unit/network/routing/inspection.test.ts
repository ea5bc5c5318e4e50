import { planRouting, type RoutedWish } from '../../../../shared/network/routing';
import type { UserRouteFacts } from '../../../../shared/network/walk';
import { appliance, codes, lan, own, routed, view, wish } from './wish';

describe('inspection', () => {
  const on: Record<string, string> = { 'vnet/apps': 'theirs' };
  const at = (routes: UserRouteFacts[], more: Partial<RoutedWish> = {}, tables = on) =>
    planRouting(view({ theirs: routes }, tables), wish(routed('vnet/apps', more)));

  it.each<[string, UserRouteFacts[], boolean]>([
    ['of the VNet', [appliance('10.0.0.0/16')], true],
    ['of a part of the VNet that holds the prefix', [appliance('10.0.2.0/23')], true],
    ['written with host bits', [appliance('10.0.2.77/23')], true],
    [
      'of the longest range',
      [{ name: 'x', prefix: '10.0.0.0/16', nextHopType: 'None' }, appliance('10.0.0.0/18')],
      true,
    ],
    ['of everything: the VNet itself is more specific', [appliance('0.0.0.0/0')], false],
    ['of a range that is shorter than the VNet’s', [appliance('10.0.0.0/8')], false],
    ['of other ranges', [appliance('10.0.3.0/24')], false],
    [
      'that a longer route takes back',
      [appliance('10.0.0.0/16'), { name: 'x', prefix: '10.0.2.0/23', nextHopType: 'VnetLocal' }],
      false,
    ],
    ['that ended with our own route', [appliance('10.0.2.0/24', '10.0.1.4', 'Nested-VMs-hv-01')], false],
    ['service tags and IPv6', [appliance('Storage'), appliance('::/0')], false],
  ])('%s', (_, routes, inspected) => {
    expect(codes(at(routes))).toEqual(inspected ? ['InspectionBypassed'] : []);
  });

  it('is named with its route, and what to say instead', () => {
    expect(at([appliance('10.0.0.0/16')]).problems[0]?.detail).toMatch(
      /apps sends 10\.0\.0\.0\/16 to the appliance 10\.0\.9\.4 \(route fw\).*via: appliance/,
    );
  });

  it('is bypassed only where the definition says so, not for subnets that share the table', () => {
    const bypass = { bypassInspection: true };
    expect(at([appliance('10.0.0.0/16')], bypass).problems).toEqual([]);
    expect(at([appliance('10.0.0.0/16')], bypass, { ...on, 'vnet/data': 'theirs' }).problems).toMatchObject([
      { code: 'InspectionBypassed', subnet: 'vnet/data' },
    ]);
  });
});

describe('through an appliance', () => {
  const apps = routed('vnet/apps', { via: 'appliance' });
  const there = [appliance('10.0.0.0/16')];
  const back = [appliance('10.0.3.0/24')];
  const on = { 'vnet/apps': 'theirs', [lan]: 'lan-table' };
  const plan = (
    tables: Record<string, UserRouteFacts[]>,
    at: Record<string, string> = on,
    ...more: RoutedWish[]
  ) => planRouting(view(tables, at), wish(apps, ...more));

  it('puts the route into the appliance’s table and that of Hyper-V-LAN, never into the subnet’s own', () => {
    expect(plan({ theirs: there, 'lan-table': back })).toEqual({
      tables: [
        { id: own, subnets: ['vnet/firewall'], unrouted: ['vnet/firewall'] },
        { id: 'lan-table', subnets: [lan], unrouted: [] },
      ],
      problems: [],
    });
  });

  it.each<[string, Record<string, UserRouteFacts[]>, Record<string, string>, string]>([
    ['no table', {}, {}, 'NoApplianceRoute'],
    ['a table that leads to none', { theirs: [], 'lan-table': back }, on, 'NoApplianceRoute'],
    [
      'a default route alone',
      { theirs: [appliance('0.0.0.0/0')], 'lan-table': back },
      on,
      'NoApplianceRoute',
    ],
    [
      'an appliance out of sight',
      { theirs: [appliance('10.0.0.0/16', '10.77.0.4')] },
      on,
      'ApplianceUnknown',
    ],
    [
      'an appliance among those it inspects',
      { theirs: [appliance('10.0.0.0/16', '10.0.3.9')] },
      on,
      'ApplianceInTheWay',
    ],
    [
      'an appliance in Hyper-V-LAN',
      { theirs: [appliance('10.0.0.0/16', '10.0.1.9')] },
      on,
      'ApplianceInTheWay',
    ],
    ['a way back past it', { theirs: there, 'lan-table': [] }, on, 'AsymmetricPath'],
    [
      'a way back through another',
      { theirs: there, 'lan-table': [appliance('10.0.3.0/24', '10.0.9.5')] },
      on,
      'AsymmetricPath',
    ],
    ['no table on Hyper-V-LAN', { theirs: there }, { 'vnet/apps': 'theirs' }, 'AsymmetricPath'],
    [
      'one table for the subnet and the appliance',
      { theirs: there, 'lan-table': back },
      { ...on, 'vnet/firewall': 'theirs' },
      'InspectionBypassed',
    ],
  ])('is refused with %s', (_, tables, at, code) => {
    expect(codes(plan(tables, at))).toContain(code);
  });

  it('is refused where another subnet of the same table goes straight', () => {
    const straight = routed('vnet/data', { bypassInspection: true });
    const shared = plan({ theirs: there, 'lan-table': back }, { ...on, 'vnet/data': 'theirs' }, straight);
    expect(shared.problems).toMatchObject([{ code: 'InspectionBypassed', subnet: 'vnet/apps' }]);
  });

  it('also from on-premises, by the ranges behind the gateway', () => {
    const gateway = routed('vnet/GatewaySubnet', { via: 'appliance' });
    const at = (prefix: string) => {
      const tables = { theirs: there, 'lan-table': [appliance(prefix)] };
      return planRouting(view(tables, { 'vnet/GatewaySubnet': 'theirs', [lan]: 'lan-table' }), wish(gateway));
    };
    expect(codes(at('192.168.0.0/16'))).toEqual([]);
    expect(codes(at('10.0.255.0/27'))).toEqual(['AsymmetricPath']);
    expect(codes(at('192.168.0.0/17'))).toEqual(['AsymmetricPath']);
  });

  it('also from a spoke, whose hub holds the appliance', () => {
    const spoke = routed('spoke/apps', { via: 'appliance' });
    const tables = { spoke: [appliance('10.0.0.0/16')], 'lan-table': [appliance('10.20.0.0/16')] };
    const found = planRouting(view(tables, { 'spoke/apps': 'spoke', [lan]: 'lan-table' }), wish(spoke));
    expect(found).toMatchObject({
      problems: [],
      tables: [{ subnets: ['vnet/firewall'] }, { subnets: [lan] }],
    });
  });
});

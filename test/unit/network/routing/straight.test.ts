import { planRouting, type RoutedWish } from '../../../../shared/network/routing';
import type { UserRouteFacts } from '../../../../shared/network/walk';
import { appliance, codes, lan, own, routed, view, wish } from './wish';

describe('straight to the host', () => {
  const apps = routed('vnet/apps');

  it.each<[string, Record<string, string>, RoutedWish[], object[]]>([
    ['no tables: ours for all', {}, [apps], [{ id: own, unrouted: ['vnet/apps', lan] }]],
    ['all have ours', { 'vnet/apps': own, [lan]: own }, [apps], [{ id: own, unrouted: [] }]],
    [
      'somebody else has one',
      { 'vnet/apps': 'theirs' },
      [apps],
      [
        { id: 'theirs', unrouted: [] },
        { id: own, unrouted: [lan] },
      ],
    ],
    [
      'a subnet elsewhere: one of ours for its place',
      {},
      [routed('spoke/apps')],
      [
        { id: `${own}-spoke`, unrouted: ['spoke/apps'] },
        { id: own, unrouted: [lan] },
      ],
    ],
    ['a subnet named twice', {}, [apps, apps], [{ id: own, subnets: ['vnet/apps', lan] }]],
  ])('%s', (_, on, subnets, tables) => {
    const plan = planRouting(view({ own: [], theirs: [] }, on), wish(...subnets));
    expect(plan).toMatchObject({ tables, problems: [] });
  });

  it('refuses a subnet that is not there', () => {
    expect(planRouting(view({}, {}), wish(routed('vnet/none'))).problems).toMatchObject([
      { code: 'SubnetNotFound', subnet: 'vnet/none' },
    ]);
  });

  it('finds the prefix or the name taken, or no room, in a table', () => {
    const at = (routes: UserRouteFacts[]) =>
      planRouting(view({ theirs: routes }, { 'vnet/apps': 'theirs' }), wish(apps));
    const ours = appliance('10.0.2.0/24', '10.0.1.4', 'Nested-VMs-hv-01');
    const many = Array.from({ length: 400 }, (_, index) =>
      appliance(`10.99.0.${index % 256}/32`, '10.0.9.4', `r${index}`),
    );
    expect(codes(at([{ ...ours, name: 'theirs' }]))).toContain('PrefixRoutedElsewhere');
    expect(codes(at([{ ...ours, prefix: '10.0.7.0/24' }]))).toContain('ForeignRoute');
    const shouted = { ...ours, name: 'NESTED-VMS-HV-01' };
    expect(codes(at([shouted]))).toEqual(codes(at([ours])));
    expect(codes(at([shouted, ...many.slice(1)]))).toEqual(codes(at([ours, ...many.slice(1)])));
    expect(codes(at([{ ...shouted, prefix: '10.0.2.128/25' }]))).toEqual(
      codes(at([{ ...ours, prefix: '10.0.2.128/25' }])),
    );
    expect(codes(at([{ ...shouted, prefix: '10.0.7.0/24' }]))).toContain('ForeignRoute');
    expect(at(many).problems).toMatchObject([
      { code: 'RouteTableFull', detail: expect.stringMatching(/400 of 400.*Remove/) as string },
    ]);
    expect(at([...many.slice(1), ours]).problems).toEqual([]);
  });
});

describe('the way back of what goes straight to the host', () => {
  const gateway = 'vnet/GatewaySubnet';
  const at = (routes: UserRouteFacts[], ...subnets: RoutedWish[]) =>
    planRouting(view({ 'lan-table': routes }, { [lan]: 'lan-table' }), wish(...subnets));

  it.each<[string, UserRouteFacts[], RoutedWish]>([
    ['through a firewall', [appliance('10.0.3.0/24')], routed('vnet/apps')],
    ['for a part of it', [appliance('10.0.3.128/25')], routed('vnet/apps')],
    ['for a wider range', [appliance('10.0.0.0/16')], routed('vnet/apps')],
    ['to a spoke', [appliance('10.20.0.0/16')], routed('spoke/apps')],
    ['to on-premises, whose gateway is routed', [appliance('192.168.0.0/16')], routed(gateway)],
    ['to a part of on-premises', [appliance('192.168.7.0/24')], routed(gateway)],
  ])('is refused %s', (_, routes, subnet) => {
    const { problems } = at(routes, subnet);
    expect(problems).toContainEqual({
      code: 'AsymmetricPath',
      subnet: subnet.id,
      detail: expect.stringMatching(
        /straight.*the appliance 10\.0\.9\.4 \(route fw\).*one direction.*via: appliance.*bypassInspection/,
      ) as string,
    });
    expect(at(routes, { ...subnet, bypassInspection: true }).problems).not.toContainEqual(
      expect.objectContaining({ subnet: subnet.id }),
    );
  });

  it.each<[string, UserRouteFacts[], RoutedWish[]]>([
    ['to where no routed subnet is', [appliance('10.0.77.0/24')], [routed('vnet/apps')]],
    ['to the internet', [appliance('0.0.0.0/0')], [routed('vnet/apps'), routed(gateway)]],
    ['to the host itself', [appliance('10.0.3.0/24', '10.0.1.4')], [routed('vnet/apps')]],
    ['to what an appliance ends, not a gateway', [appliance('192.168.0.0/16')], [routed('vnet/apps')]],
    ['to the subnet of gateways, where nobody asks', [appliance('10.0.255.0/27')], [routed(gateway)]],
  ])('may lead elsewhere: %s', (_, routes, subnets) => {
    expect(at(routes, ...subnets).problems).toEqual([]);
  });

  it('of Hyper-V-LAN itself has a remedy of its own', () => {
    const { problems } = at([appliance('10.0.1.0/24')], routed('vnet/apps'));
    expect(problems).toMatchObject([
      {
        code: 'AsymmetricPath',
        subnet: lan,
        detail: expect.stringMatching(
          /one direction only\. Take the route out.*name it in routedSubnets with bypassInspection: true/,
        ) as string,
      },
    ]);
  });

  it('leads through the default route where gateways tell the table nothing', () => {
    const found = view({ 'lan-table': [appliance('0.0.0.0/0')] }, { [lan]: 'lan-table' });
    const deaf = {
      ...found,
      routeTables: found.routeTables.map((one) => ({ ...one, gatewayRoutes: false })),
    };
    expect(codes(planRouting(deaf, wish(routed(gateway))))).toEqual(['AsymmetricPath']);
  });

  it('is told once where a subnet is inspected both ways', () => {
    const tables = { theirs: [appliance('10.0.0.0/16')], 'lan-table': [appliance('10.0.3.0/24')] };
    const on = { 'vnet/apps': 'theirs', [lan]: 'lan-table' };
    expect(codes(planRouting(view(tables, on), wish(routed('vnet/apps'))))).toEqual(['InspectionBypassed']);
  });
});

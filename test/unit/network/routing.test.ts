import {
  blockingRules,
  planRouting,
  type RoutedWish,
  type RoutingWish,
} from '../../../shared/network/routing';
import type {
  NetworkView,
  PeeringFacts,
  SecurityRuleFacts,
  SubnetFacts,
  UserRouteFacts,
} from '../../../shared/network/walk';

const lan = 'vnet/lan';
const own = 'own-table';

const subnet = (id: string, prefix: string, more: Partial<SubnetFacts> = {}): SubnetFacts => ({
  id,
  name: id.slice(id.indexOf('/') + 1),
  virtualNetworkId: id.slice(0, id.indexOf('/')),
  prefixes: [prefix],
  natGateway: false,
  defaultOutboundAccess: true,
  ...more,
});
const appliance = (prefix: string, nextHopAddress = '10.0.9.4', name = 'fw'): UserRouteFacts => ({
  name,
  prefix,
  nextHopType: 'VirtualAppliance',
  nextHopAddress,
});
const peering = (remoteId: string, range: string): PeeringFacts => ({
  remoteId,
  state: 'Connected',
  remoteRanges: [range],
  allowVirtualNetworkAccess: true,
  allowForwardedTraffic: true,
  allowGatewayTransit: false,
  useRemoteGateways: false,
});

/** Hyper-V-LAN, two subnets of applications and a firewall in one VNet, and a spoke that is peered with it. */
function view(
  tables: Record<string, UserRouteFacts[]>,
  on: Record<string, string>,
  securityRules: SecurityRuleFacts[] = [],
): NetworkView {
  const table = (id: string) => (on[id] === undefined ? {} : { routeTableId: on[id] });
  const group = securityRules.length > 0 ? { securityGroupId: 'nsg' } : {};
  return {
    virtualNetworks: [
      { id: 'vnet', name: 'vnet', ranges: ['10.0.0.0/16'], peerings: [peering('spoke', '10.20.0.0/16')] },
      { id: 'spoke', name: 'spoke', ranges: ['10.20.0.0/16'], peerings: [peering('vnet', '10.0.0.0/16')] },
    ],
    subnets: [
      subnet(lan, '10.0.1.0/24', table(lan)),
      subnet('vnet/apps', '10.0.3.0/24', { ...table('vnet/apps'), ...group }),
      subnet('vnet/data', '10.0.4.0/24', table('vnet/data')),
      subnet('vnet/firewall', '10.0.9.0/26', table('vnet/firewall')),
      subnet('vnet/GatewaySubnet', '10.0.255.0/27', table('vnet/GatewaySubnet')),
      subnet('spoke/apps', '10.20.0.0/24', table('spoke/apps')),
    ],
    routeTables: Object.entries(tables).map(([id, routes]) => ({
      id,
      name: id,
      gatewayRoutes: true,
      peeringRoutes: true,
      routes,
    })),
    securityGroups: [{ id: 'nsg', name: 'nsg', rules: securityRules }],
    interfaces: [],
    gateways: [],
    hosts: [],
  };
}

const routed = (id: string, more: Partial<RoutedWish> = {}): RoutedWish => ({
  id,
  name: id,
  via: 'host',
  bypassInspection: false,
  ...more,
});
const wish = (...subnets: RoutedWish[]): RoutingWish => ({
  route: { name: 'Nested-VMs-hv-01', prefix: '10.0.2.0/24', nextHop: '10.0.1.4' },
  lanSubnetId: lan,
  routed: [...subnets, routed(lan)],
  extraPrefixes: ['192.168.0.0/16', '10.20.0.0/16'],
  pools: ['10.0.2.0/24', '10.0.16.0/20'],
  ownTable: (network) => (network === 'vnet' ? own : `${own}-${network}`),
});
const codes = (plan: ReturnType<typeof planRouting>) => plan.problems.map(({ code }) => code);

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

describe('a route of somebody else inside the prefix', () => {
  const drop = (prefix: string): UserRouteFacts => ({ name: 'drop', prefix, nextHopType: 'None' });
  const ours = appliance('10.0.2.0/24', '10.0.1.4', 'Nested-VMs-hv-01');
  const apps = routed('vnet/apps');
  const at = (...routes: UserRouteFacts[]) =>
    planRouting(view({ theirs: routes }, { 'vnet/apps': 'theirs' }), wish(apps)).problems;

  it.each<[string, UserRouteFacts, RegExp]>([
    [
      'its lower half',
      appliance('10.0.2.0/25'),
      /^The route fw in theirs sends 10\.0\.2\.0\/25 to 10\.0\.9\.4/,
    ],
    ['its upper half', appliance('10.0.2.128/25'), /sends 10\.0\.2\.128\/25 to 10\.0\.9\.4.*Remove it/],
    ['one guest', drop('10.0.2.200/32'), /The route drop in theirs sends 10\.0\.2\.200\/32 to None/],
    ['half, with host bits', appliance('10.0.2.200/25'), /10\.0\.2\.200\/25/],
  ])('takes %s', (_, route, detail) => {
    for (const problems of [at(ours, route), at(route), at(route, ours)]) {
      expect(problems).toEqual([
        {
          code: 'PartRoutedElsewhere',
          subnet: apps.id,
          detail: expect.stringMatching(detail) as string,
          route: { table: 'theirs', name: route.name, prefix: route.prefix },
        },
      ]);
    }
  });

  it.each<[string, UserRouteFacts]>([
    ['leads to the host', appliance('10.0.2.128/25', '10.0.1.4')],
    ['is for others', drop('10.0.3.200/32')],
    ['is for a service', drop('Storage')],
  ])('takes nothing if it %s', (_, route) => expect(at(ours, route)).toEqual([]));

  it('tells each of them', () => {
    expect(at(ours, drop('10.0.2.200/32'), appliance('10.0.2.128/25'))).toHaveLength(2);
  });

  it('also takes from what reaches guests through an appliance', () => {
    const via = routed('vnet/apps', { via: 'appliance' });
    const on = { 'vnet/apps': 'theirs', [lan]: 'lan-table', 'vnet/firewall': 'fw-table' };
    const found = (...more: UserRouteFacts[]) => {
      const theirs = [appliance('10.0.0.0/16'), ...more];
      const tables = { theirs, 'lan-table': [ours, appliance('10.0.3.0/24')], 'fw-table': [ours] };
      return planRouting(view(tables, on), wish(via)).problems;
    };
    expect(found(appliance('10.0.2.0/25'))).toEqual([]);
    for (const route of [drop('10.0.2.0/25'), drop('10.0.2.128/25'), appliance('10.0.2.8/32', '10.0.9.5')]) {
      expect(found(route)).toMatchObject([
        { code: 'PartRoutedElsewhere', subnet: via.id, route: { table: 'theirs', prefix: route.prefix } },
      ]);
    }
  });

  it('is no way to an appliance for all of it', () => {
    const via = routed('vnet/apps', { via: 'appliance' });
    const tables = { theirs: [appliance('10.0.2.0/25')], 'lan-table': [appliance('10.0.3.0/24')] };
    const found = planRouting(view(tables, { 'vnet/apps': 'theirs', [lan]: 'lan-table' }), wish(via));
    expect(found).toMatchObject({
      problems: [{ code: 'NoApplianceRoute', subnet: via.id }],
      tables: [{ subnets: ['vnet/firewall'] }, { subnets: [lan] }],
    });
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

describe('security groups', () => {
  const rule = (more: Partial<SecurityRuleFacts>): SecurityRuleFacts => ({
    name: 'closed',
    priority: 200,
    direction: 'Inbound',
    allow: false,
    protocol: '*',
    source: { addresses: ['10.0.2.0/24'], groups: [], ports: ['*'] },
    destination: { addresses: ['*'], groups: [], ports: ['*'] },
    ...more,
  });
  const told = (...rules: SecurityRuleFacts[]) =>
    blockingRules(view({}, {}, rules), wish(routed('vnet/apps')));

  it('say nothing with their default rules', () => {
    expect(told(rule({ source: { addresses: ['192.168.0.0/16'], groups: [], ports: ['*'] } }))).toEqual([]);
  });

  it('are named with the rule that blocks, and the way', () => {
    expect(told(rule({}))).toEqual(['closed of nsg blocks guests to vnet/apps.']);
    expect(
      told(rule({ protocol: 'tcp', destination: { addresses: ['*'], groups: [], ports: ['3389'] } })),
    ).toEqual(['closed of nsg (tcp/3389) blocks guests to vnet/apps.']);
    const out = rule({ direction: 'Outbound', source: { addresses: ['*'], groups: [], ports: ['*'] } });
    expect(told(out)).toEqual(['closed of nsg blocks vnet/apps to guests.']);
    expect(told(rule({}), rule({ name: 'open', priority: 100, allow: true }))).toEqual([]);
  });

  /** The same group on Hyper-V-LAN instead. */
  const toldAtLan = (...rules: SecurityRuleFacts[]) => {
    const { subnets, ...rest } = view({}, {}, rules);
    const moved = subnets.map(({ securityGroupId: _, ...one }) =>
      one.id === lan ? { ...one, securityGroupId: 'nsg' } : one,
    );
    return blockingRules({ ...rest, subnets: moved }, wish(routed('vnet/apps')));
  };
  const from = (...addresses: string[]) => ({ source: { addresses, groups: [], ports: ['*'] } });
  const to = (...addresses: string[]) => ({ destination: { addresses, groups: [], ports: ['*'] } });
  const outbound = { direction: 'Outbound' as const };
  const pools = ['10.0.2.0/24', '10.0.16.0/20'];

  it.each<[string, SecurityRuleFacts, string[]]>([
    [
      'guests of other hosts',
      rule({ ...from(...pools), ...to(...pools) }),
      [
        'closed of nsg blocks guests to guests of other hosts.',
        'closed of nsg blocks guests of other hosts to guests.',
      ],
    ],
    [
      'guests of one other host',
      rule({ ...outbound, ...from('10.0.2.0/24'), ...to('10.0.17.0/24') }),
      ['closed of nsg blocks guests to guests of other hosts, such as 10.0.2.2 to 10.0.17.0.'],
    ],
    ['on-premises', rule(from('192.168.0.0/16')), ['closed of nsg blocks 192.168.0.0/16 to guests.']],
    [
      'a part of on-premises',
      rule({ ...outbound, ...from('*'), ...to('192.168.7.0/24') }),
      ['closed of nsg blocks guests to 192.168.0.0/16, such as 10.0.2.2 to 192.168.7.0.'],
    ],
    [
      'other machines of Hyper-V-LAN',
      rule({ ...from('10.0.1.0/24'), ...to('10.0.2.0/24') }),
      ['closed of nsg blocks vnet/lan to guests.'],
    ],
    [
      'half of the guests',
      rule({ ...from('10.0.3.0/24'), ...to('10.0.2.128/25') }),
      ['closed of nsg blocks vnet/apps to guests, such as 10.0.3.4 to 10.0.2.254.'],
    ],
    [
      'all but networks, and so on-premises counts as one of them',
      rule({ priority: 4000, ...from('Internet') }),
      [],
    ],
  ])('on Hyper-V-LAN stop %s', (_, closed, warnings) => {
    const open = rule({ name: 'open', priority: 3000, allow: true, ...from('VirtualNetwork') });
    expect(toldAtLan(closed)).toEqual(warnings);
    expect(toldAtLan(closed, open, rule({ name: 'rest', priority: 4096, ...from('*') }))).toEqual(warnings);
  });

  it.each<[string, string, string]>([
    ['the upper half', '10.0.3.128/25', '10.0.3.254'],
    ['the lower half', '10.0.3.0/25', '10.0.3.4'],
    ['some in the middle', '10.0.3.64/28', '10.0.3.64'],
    ['one machine', '10.0.3.77', '10.0.3.77'],
  ])('of a routed subnet are seen for %s of it', (_, part, member) => {
    expect(told(rule({ ...outbound, ...from(part) }))).toEqual([
      `closed of nsg blocks vnet/apps to guests, such as ${member} to 10.0.2.2.`,
    ]);
    expect(told(rule({ ...from('*'), ...to(part) }))).toEqual([
      `closed of nsg blocks guests to vnet/apps, such as 10.0.2.2 to ${member}.`,
    ]);
  });
});

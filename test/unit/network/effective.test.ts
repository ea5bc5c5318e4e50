import { judgeEffective, readEffectiveRoutes, type Expectation } from '../../../shared/network/effective';

/** `source prefix type [hop] [name]`, as Azure answers; `!` before the source: overruled. */
const answer = (...lines: string[]) => ({
  value: lines.map((line) => {
    const [source = '', prefix = '', nextHopType = '', hop = '-', name = '-'] = line.split(' ');
    return {
      source: source.replace('!', ''),
      state: source.startsWith('!') ? 'Invalid' : 'Active',
      addressPrefix: prefix.split(','),
      nextHopType,
      nextHopIpAddress: hop === '-' ? [] : [hop],
      ...(name === '-' ? {} : { name }),
      disableBgpRoutePropagation: false,
    };
  }),
});
const routes = (...lines: string[]) => readEffectiveRoutes(answer(...lines)) ?? [];

const place = { nic: 'hv-01-lan', subnet: 'Hyper-V-LAN' };
const judged = (expectation: Expectation, ...lines: string[]) =>
  judgeEffective(place, [expectation], routes(...lines));

const system = ['Default 10.0.0.0/22 VnetLocal', 'Default 0.0.0.0/0 Internet', 'Default 10.0.0.0/8 None'];
const own = 'User 10.0.2.0/24 VirtualAppliance 10.0.1.4 Nested-VMs-hv-01';

describe('the answer of Azure', () => {
  it('is read with every spelling of its next hops, one prefix a route', () => {
    const kinds = [
      'VirtualAppliance',
      'VnetLocal',
      'Internet',
      'VirtualNetworkGateway',
      'HyperNetGateway',
      'VNetPeering',
      'VNetGlobalPeering',
      'None',
      'SomethingNew',
    ];
    const read = routes(...kinds.map((kind) => `Default 10.1.0.0/16,10.2.0.0/16 ${kind}`));
    expect(read.map(({ prefix, nextHopType }) => `${prefix} ${nextHopType}`)).toEqual(
      [
        'VirtualAppliance',
        'VnetLocal',
        'Internet',
        'VirtualNetworkGateway',
        'VirtualNetworkGateway',
        'VNetPeering',
        'VNetPeering',
        'None',
        'Unknown',
      ].flatMap((kind) => [`10.1.0.0/16 ${kind}`, `10.2.0.0/16 ${kind}`]),
    );
  });

  it('is read without IPv6, service tags and routes to services', () => {
    const read = routes(
      'Default fd00::/48,10.0.0.0/22 VnetLocal',
      'User Storage.WestEurope Internet',
      'Default 20.38.98.0/24 VirtualNetworkServiceEndpoint',
      'Default 10.0.3.9/32 InterfaceEndpoint',
      '!Default 10.9.0.0/16 VNetPeering',
      own,
    );
    expect(read).toEqual([
      { prefix: '10.0.0.0/22', source: 'Default', state: 'Active', nextHopType: 'VnetLocal' },
      { prefix: '10.9.0.0/16', source: 'Default', state: 'Invalid', nextHopType: 'VNetPeering' },
      {
        prefix: '10.0.2.0/24',
        source: 'User',
        state: 'Active',
        nextHopType: 'VirtualAppliance',
        nextHopAddress: '10.0.1.4',
        name: 'Nested-VMs-hv-01',
      },
    ]);
  });

  it.each([undefined, null, '', {}, { value: {} }, { error: { code: 'X' } }])('%j is none', (other) => {
    expect(readEffectiveRoutes(other)).toBeUndefined();
  });

  it.each([{ value: [] }, { value: [null, 7, {}, { addressPrefix: 3 }] }])('%j has no route', (empty) => {
    expect(readEffectiveRoutes(empty)).toEqual([]);
  });
});

describe('a ghosted prefix', () => {
  const toHost: Expectation = { kind: 'ghosted', prefix: '10.0.2.0/24', nextHop: '10.0.1.4' };

  it.each<[string, string[], RegExp[]]>([
    ['goes to NIC 2', [...system, own], []],
    [
      'goes to NIC 2 by a wider route',
      [...system, 'User 10.0.0.0/16 VirtualAppliance 10.0.1.4 all', own],
      [],
    ],
    ['goes to NIC 2, another route being overruled', [...system, own, '!User 10.0.2.0/24 None - off'], []],
    [
      'has no route, so Azure keeps it to itself',
      system,
      [/send 10\.0\.2\.0\/24 to VnetLocal \(route 10\.0\.0\.0\/22\), not to 10\.0\.1\.4\. The table of/],
    ],
    ['has no route at all', [], [/nowhere, for want of a route/]],
    [
      'goes to another host',
      [...system, own.replace('10.0.1.4', '10.0.1.9')],
      [
        /VirtualAppliance 10\.0\.1\.9 \(route Nested-VMs-hv-01 10\.0\.2\.0\/24\).*Take that route off Hyper-V-LAN/,
      ],
    ],
    ['is dropped', [...system, 'User 10.0.2.0/24 None - drop'], [/to None \(route drop/]],
    [
      'is taken apart by a longer route of somebody else',
      [...system, own, 'User 10.0.2.128/25 VirtualAppliance 10.0.3.4 theirs'],
      [/VirtualAppliance 10\.0\.3\.4 \(route theirs 10\.0\.2\.128\/25\)/],
    ],
    [
      'is taken apart in two places',
      [...system, own, 'User 10.0.2.0/26 None - a', 'User 10.0.2.64/26 Internet - b'],
      [/None \(route a/, /Internet \(route b/],
    ],
    [
      'is taken by a gateway',
      [...system, 'VirtualNetworkGateway 10.0.2.0/24 VirtualNetworkGateway 10.0.255.4'],
      [/VirtualNetworkGateway 10\.0\.255\.4/],
    ],
    [
      'is overruled to somewhere else',
      [...system, own.replace('User', '!User'), 'User 10.0.2.0/24 VirtualAppliance 10.0.3.4 theirs'],
      [/10\.0\.3\.4/],
    ],
    ['goes somewhere that is not known here', [...system, 'User 10.0.2.0/24 Teleport'], [/to Unknown/]],
  ])('%s', (_, lines, problems) => {
    const opinion = judged(toHost, ...lines);
    expect(opinion.notes).toEqual([]);
    expect(opinion.problems).toHaveLength(problems.length);
    opinion.problems.forEach((problem, index) => expect(problem).toMatch(problems[index] ?? /never/));
  });

  it('that crosses an appliance must not go round it', () => {
    const inspected: Expectation = { kind: 'ghosted', prefix: '10.0.2.0/24', nextHop: '10.0.9.4' };
    const wide = ['!Default 10.0.0.0/22 VnetLocal', 'User 10.0.0.0/22 VirtualAppliance 10.0.9.4 inspected'];
    expect(judged(inspected, ...wide).problems).toEqual([]);
    expect(judged(inspected, ...wide, own).problems).toMatchObject([
      expect.stringContaining('to VirtualAppliance 10.0.1.4'),
    ]);
  });
});

describe('ranges that guests reach under their own address', () => {
  const lan = [...system, own, 'Default 10.20.0.0/16 VNetPeering'];
  const carried = (ranges: string[], ...tables: string[]): Expectation => ({
    kind: 'carried',
    ranges,
    tables: routes(...(tables.length > 0 ? tables : lan)),
  });

  it.each<[string, Expectation, string[], RegExp[], RegExp[]]>([
    ['lead where the tables say', carried(['10.0.0.0/22', '10.20.0.0/16']), lan, [], []],
    [
      'lead elsewhere than the tables say, but lead: somebody was given a route meanwhile',
      carried(['10.0.0.0/22']),
      [...lan, 'User 10.0.3.0/25 VirtualAppliance 10.0.1.9 Nested-VMs-hv-02'],
      [],
      [],
    ],
    [
      'are lost where the tables say they lead: a peering is not in force',
      carried(['10.0.0.0/22', '10.20.0.0/16']),
      [...system, own],
      [/lose part of 10\.20\.0\.0\/16: None \(route 10\.0\.0\.0\/8\), where the tables say VNetPeering/],
      [],
    ],
    [
      'are lost to a route that no table has',
      carried(['10.0.0.0/22']),
      [...lan, 'User 10.0.3.0/24 None - managed'],
      [/None \(route managed 10\.0\.3\.0\/24\).*Take that route off Hyper-V-LAN/],
      [],
    ],
    [
      'are cut by a route that the tables have, too: nothing that was promised',
      carried(['10.0.0.0/22'], ...lan, 'User 10.0.3.0/24 None - shut'),
      [...lan, 'User 10.0.3.0/24 None - shut'],
      [],
      [/Guests do not reach all of 10\.0\.0\.0\/22: None \(route shut/],
    ],
    [
      'lead to on-premises, which tables know nothing of',
      carried(['192.168.0.0/16']),
      [...lan, 'VirtualNetworkGateway 192.168.0.0/16 VirtualNetworkGateway 10.0.255.4'],
      [],
      [],
    ],
    [
      'lead to on-premises in part: what a gateway does not tell of is not there',
      carried(['192.168.0.0/16']),
      [...lan, 'VirtualNetworkGateway 192.168.7.0/24 VirtualNetworkGateway 10.0.255.4'],
      [],
      [],
    ],
    [
      'lead nowhere, as the tables say, too',
      carried(['192.168.0.0/16']),
      [...lan, 'Default 192.168.0.0/16 None'],
      [],
      [/Guests do not reach 192\.168\.0\.0\/16: no route at hv-01-lan leads there/],
    ],
    [
      'lead to the internet, where their own address is worth nothing',
      carried(['100.64.0.0/10']),
      lan,
      [],
      [/Guests do not reach 100\.64\.0\.0\/10/],
    ],
  ])('%s', (_, expectation, lines, problems, notes) => {
    const opinion = judged(expectation, ...lines);
    expect(opinion.problems).toEqual(problems.map((pattern) => expect.stringMatching(pattern) as string));
    expect(opinion.notes).toEqual(notes.map((pattern) => expect.stringMatching(pattern) as string));
  });
});

describe('a way to the internet that is said to exist', () => {
  it.each<[string, boolean, string[], RegExp[]]>([
    ['leads straight out by an address of Azure', true, system, []],
    ['leads straight out without any', false, system, [/private and has no NAT gateway/]],
    ['leads to a firewall', false, [...system, 'User 0.0.0.0/0 VirtualAppliance 10.0.9.4 out'], []],
    [
      'leads to a firewall, the route of the system being overruled',
      false,
      ['!Default 0.0.0.0/0 Internet', 'User 0.0.0.0/0 VirtualAppliance 10.0.9.4 out'],
      [],
    ],
    ['leads on-premises', false, ['VirtualNetworkGateway 0.0.0.0/0 VirtualNetworkGateway 10.0.255.4'], []],
    ['is dropped', true, [...system, 'User 0.0.0.0/0 None - shut'], [/no way to the internet.*route shut/]],
    [
      'is dropped in one half',
      true,
      [...system, 'User 0.0.0.0/1 None - shut'],
      [/no way to the internet.*None \(route shut 0\.0\.0\.0\/1/],
    ],
    ['is there in two halves', false, ['User 0.0.0.0/1,128.0.0.0/1 VirtualAppliance 10.0.9.4 out'], []],
    ['is not there', true, ['Default 10.0.0.0/22 VnetLocal'], [/nowhere.*Give Hyper-V-LAN a way out/]],
  ])('%s', (_, translated, lines, problems) => {
    // A default route of the user takes the place of the system's.
    const decided = lines.some((line) => line.startsWith('User 0.0.0.0/0'))
      ? lines.filter((line) => !line.startsWith('Default 0.0.0.0/0'))
      : lines;
    const opinion = judged({ kind: 'out', translated }, ...decided);
    expect(opinion.notes).toEqual([]);
    expect(opinion.problems).toEqual(problems.map((pattern) => expect.stringMatching(pattern) as string));
  });
});

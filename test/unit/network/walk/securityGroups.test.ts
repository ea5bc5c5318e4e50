import { blockedBy, defaultRules, walk } from '../../../../shared/network/walk';
import type { SecurityRuleFacts } from '../../../../shared/network/walk';
import { Sketch } from './views';

const side = (address: string, ...ports: string[]) => ({
  addresses: [address],
  groups: [],
  ports: ports.length > 0 ? ports : ['*'],
});

/** A machine at 10.0.0.4 that has these rules, and what a packet to or from it meets. */
function verdict(
  rules: Partial<SecurityRuleFacts>[],
  packet: { source?: string; destination?: string; port?: number; protocol?: 'tcp' | 'udp' | 'icmp' },
  sketch: Sketch = new Sketch().network('a', '10.0.0.0/16'),
): string {
  const { view } = sketch
    .subnet('s', 'a', '10.0.0.0/24', { securityGroupId: 'g', routeTableId: 't' })
    .nic('n', 's', '10.0.0.4')
    .group('g', rules);
  const [nic] = view.interfaces;
  if (!nic) throw new Error('no interface');
  const { source = '10.0.0.4', destination = '10.0.0.4', port = 443, protocol = 'tcp' } = packet;
  const direction = packet.source === undefined ? 'Outbound' : 'Inbound';
  const met = blockedBy(
    view,
    nic,
    { source, sourcePort: 50_000, destination, destinationPort: port, protocol },
    direction,
  );
  return met?.rule.name ?? 'passes';
}

const peers = (allowVirtualNetworkAccess: boolean) =>
  new Sketch()
    .network('a', '10.0.0.0/16')
    .network('b', '10.1.0.0/16')
    .peer('a', 'b', { allowVirtualNetworkAccess });
const premises = () =>
  new Sketch()
    .network('a', '10.0.0.0/16')
    .subnet('gateways', 'a', '10.0.255.0/27')
    .gateway('vpn', 'gateways', ['192.168.0.0/16']);
const routed = (prefix: string) =>
  new Sketch().network('a', '10.0.0.0/16').table('t', [[prefix, 'VirtualAppliance', '10.0.0.9']]);

describe('security groups', () => {
  it.each<[string, string, string]>([
    // network-security-groups-overview, "Default security rules"
    ['AllowVnetInBound', '10.0.0.9', '10.0.0.4'],
    ['AllowAzureLoadBalancerInBound', '168.63.129.16', '10.0.0.4'],
  ])('let in by default: %s', (_, source, destination) => {
    expect(verdict([], { source, destination })).toBe('passes');
  });

  it('end with the six rules of every group', () => {
    expect(defaultRules.map(({ priority }) => priority)).toEqual([65000, 65001, 65500, 65000, 65001, 65500]);
    expect(verdict([], { source: '203.0.113.10' })).toBe('DenyAllInBound');
    expect(verdict([], { source: '172.31.0.1' })).toBe('DenyAllInBound');
    expect(verdict([], { destination: '203.0.113.10' })).toBe('passes');
    expect(verdict([], { destination: '192.168.7.7' })).toBe('DenyAllOutBound');
  });

  // "The virtual network address space (all IP address ranges defined for the virtual network), all connected
  // on-premises address spaces, peered virtual networks, virtual networks connected to a virtual network gateway, the
  // virtual IP address of the host, and address prefixes used on user-defined routes." (service-tags-overview)
  it.each<[string, Sketch, string, string]>([
    ['a peer', peers(true), '10.1.0.4', 'passes'],
    // "... includes the virtual network and peered virtual network when this setting is selected." (manage-peering)
    ['a peer without access', peers(false), '10.1.0.4', 'DenyAllInBound'],
    ['on-premises', premises(), '192.168.7.7', 'passes'],
    ['a prefix of the subnet’s routes', routed('172.31.0.0/16'), '172.31.0.1', 'passes'],
    // "This tag might also contain default routes."
    ['anybody, with a default route', routed('0.0.0.0/0'), '203.0.113.10', 'passes'],
  ])('take for the virtual network: %s', (_, sketch, source, wanted) => {
    expect(verdict([], { source }, sketch)).toBe(wanted);
  });

  // "... provided through the virtualized host IP addresses: 168.63.129.16 and 169.254.169.254."
  // (network-security-groups-overview, "Azure platform considerations")
  it.each(['168.63.129.16', '169.254.169.254'])(
    'take for the virtual network: the host node, %s',
    (source) => {
      const rule = { name: 'vnet', source: side('VirtualNetwork'), allow: false };
      expect(verdict([rule], { source })).toBe('vnet');
    },
  );

  // "Rules are processed in priority order, with lower numbers processed before higher numbers because lower numbers
  // have higher priority. Once traffic matches a rule, processing stops." (network-security-groups-overview)
  it('decide by the lowest number', () => {
    const rules = [
      { name: 'later', priority: 200, allow: true },
      { name: 'first', priority: 150, allow: false },
    ];
    expect(verdict(rules, { source: '10.0.0.9' })).toBe('first');
    expect(verdict([{ ...rules[0], priority: 100 }, ...rules.slice(1)], { source: '10.0.0.9' })).toBe(
      'passes',
    );
  });

  it.each<[string, Partial<SecurityRuleFacts>, Parameters<typeof verdict>[1], string]>([
    ['another port', { destination: side('*', '80', '8000-8100') }, { source: '10.0.0.9' }, 'passes'],
    [
      'a port in a range',
      { destination: side('*', '80', '8000-8100') },
      { source: '10.0.0.9', port: 8044 },
      'rule-0',
    ],
    [
      'ports do not matter to ICMP',
      { destination: side('*', '80') },
      { source: '10.0.0.9', protocol: 'icmp' },
      'rule-0',
    ],
    ['another protocol', { protocol: 'udp' }, { source: '10.0.0.9' }, 'passes'],
    ['a source prefix', { source: side('10.0.0.8/30') }, { source: '10.0.0.9' }, 'rule-0'],
    ['one address', { source: side('10.0.0.9') }, { source: '10.0.0.9' }, 'rule-0'],
    ['a tag of some service', { source: side('Storage') }, { source: '10.0.0.9' }, 'passes'],
    ['a source port', { source: side('*', '22') }, { source: '10.0.0.9' }, 'passes'],
    ['the other direction', { direction: 'Outbound' }, { source: '10.0.0.9' }, 'passes'],
    ['all out', { direction: 'Outbound' }, { destination: '10.0.0.9' }, 'rule-0'],
    // "By default, these services aren't subject to the configured network security groups unless targeted by service
    // tags specific to each service." (network-security-groups-overview)
    ['all out, not to the platform', { direction: 'Outbound' }, { destination: '168.63.129.16' }, 'passes'],
    [
      'all out, not to the metadata service',
      { direction: 'Outbound' },
      { destination: '169.254.169.254', port: 80 },
      'passes',
    ],
    [
      'the metadata service',
      { direction: 'Outbound', destination: side('AzurePlatformIMDS') },
      { destination: '169.254.169.254', port: 80 },
      'rule-0',
    ],
    // "You can use this tag to disable the default DNS." (service-tags-overview)
    [
      'the platform’s DNS, not the wire server at its address',
      { direction: 'Outbound', destination: side('AzurePlatformDNS') },
      { destination: '168.63.129.16', port: 80 },
      'passes',
    ],
    [
      'a tag in other letters',
      { direction: 'Outbound', destination: side('azureplatformdns') },
      { destination: '168.63.129.16', port: 53 },
      'rule-0',
    ],
    [
      'the platform’s DNS',
      { direction: 'Outbound', destination: side('AzurePlatformDNS') },
      { destination: '168.63.129.16', port: 53 },
      'rule-0',
    ],
  ])('match %s', (_, rule, packet, wanted) => {
    expect(verdict([rule], packet)).toBe(wanted);
  });

  it('know application security groups by their members', () => {
    const sketch = new Sketch()
      .network('a', '10.0.0.0/16')
      .nic('web', 's', '10.0.0.9', { applicationSecurityGroups: ['asg'] });
    const { view } = sketch
      .subnet('s', 'a', '10.0.0.0/24', { securityGroupId: 'g' })
      .nic('n', 's', '10.0.0.4');
    sketch.group('g', [{ source: { addresses: [], groups: ['asg'], ports: ['*'] } }]);
    const from = (address: string) => walk(view, { address }, { address: '10.0.0.4' });
    expect(from('10.0.0.9').brokenBy).toMatchObject({ kind: 'securityGroup', id: 'g', leg: 'there' });
  });

  // "... traffic may still flow if explicitly allowed through a network security group rule that includes the appropriate IP
  // addresses or application security groups." (virtual-network-manage-peering). The rules of every group name nobody.
  it.each<[string, Partial<SecurityRuleFacts>[] | undefined, boolean]>([
    ['without a group', undefined, false],
    ['by the default rules', [], false],
    ['by a rule for others', [{ allow: true, source: side('10.2.0.0/16') }], false],
    ['by a rule that names it', [{ allow: true, source: side('10.1.0.0/16') }], true],
  ])('a peer that gives no access is let in %s: %#', (_, rules, ok) => {
    for (const halves of [[false, true] as const, [true, false] as const]) {
      const [ofA, ofB] = halves.map((allowVirtualNetworkAccess) => ({ allowVirtualNetworkAccess }));
      const sketch = new Sketch()
        .network('a', '10.0.0.0/16')
        .network('b', '10.1.0.0/16')
        .peer('a', 'b', ofA, ofB)
        .subnet('s', 'a', '10.0.0.0/24', { ...(rules && { securityGroupId: 'g' }) })
        .subnet('t', 'b', '10.1.0.0/24')
        .nic('n', 's', '10.0.0.4')
        .nic('m', 't', '10.1.0.4')
        .group('g', rules ?? []);
      const result = walk(sketch.view, { address: '10.1.0.4' }, { address: '10.0.0.4' });
      expect(result).toMatchObject(ok ? { ok } : { ok, brokenBy: { kind: 'peering', id: 'a' } });
    }
  });

  // "For inbound traffic, Azure processes the rules in a network security group associated to a subnet first ... and
  // then the rules in a network security group associated to the network interface"; outbound the other way round.
  // "it's not necessary to specify an inbound security rule for the response to the outbound traffic."
  it('at both levels, the nearer first, and answers pass unasked', () => {
    const sketch = new Sketch()
      .network('a', '10.0.0.0/16')
      .subnet('s', 'a', '10.0.0.0/24', { securityGroupId: 'of-subnet' })
      .subnet('free', 'a', '10.0.1.0/24')
      .nic('n', 's', '10.0.0.4', { securityGroupId: 'of-nic' })
      .nic('other', 'free', '10.0.1.4')
      .group('of-subnet', [
        { name: 'no-in' },
        { name: 'subnet-out', direction: 'Outbound', destination: side('10.0.1.5') },
      ])
      .group('of-nic', [
        { name: 'no-in' },
        { name: 'nic-out', direction: 'Outbound', destination: side('10.0.1.5') },
      ]);
    const between = (from: string, to: string) => walk(sketch.view, { address: from }, { address: to });
    expect(between('10.0.0.4', '10.0.1.4')).toMatchObject({ ok: true });
    expect(between('10.0.1.4', '10.0.0.4').brokenBy?.element).toBe('security group of-subnet');
    expect(between('10.0.0.4', '10.0.1.5').brokenBy?.element).toBe('security group of-nic');
  });
});

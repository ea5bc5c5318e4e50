import { definitionFindings } from '../../../shared/network/findings';

const subnet = (name: string, prefix: string) => ({ name, prefix });
const definition = {
  virtualNetwork: { name: 'Nested-Fun', addressSpaces: ['10.0.0.0/22', '10.10.0.0/16'] },
  natSubnet: subnet('NAT', '10.0.0.0/24'),
  lanSubnet: subnet('Hyper-V-LAN', '10.0.1.0/24'),
  ghosted: { pools: ['10.0.2.0/24', '10.10.0.0/16'], prefixLength: 24 },
  routedSubnets: [subnet('Azure-VMs', '10.0.3.0/24')],
  hosts: { size: 'Standard_D4s_v5' },
  subscriptionId: 's1',
  resourceGroup: 'rg',
};
const routed = (name: string, prefix = '10.0.3.0/24') => ({ routedSubnets: [subnet(name, prefix)] });
const space = (...addressSpaces: string[]) => ({ virtualNetwork: { addressSpaces } });

const vnetId = (subscription: string, name: string) =>
  `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/${name}`;
const foreign = (prefix: string, more: object = {}, name = 'Spoke-VMs') => ({
  routedSubnets: [{ id: `${vnetId('s3', 'Spoke')}/subnets/${name}`, prefix, ...more }],
});

describe('definitionFindings', () => {
  it('finds nothing in the network of the demo, nor in the LAN subnet named again', () => {
    expect(definitionFindings(definition)).toEqual([]);
    expect(definitionFindings({ ...definition, ...routed('hyper-v-lan', '10.0.1.0/24') })).toEqual([]);
  });

  it.each<[string, object]>([
    ['a subnet of a peered VNet', foreign('10.20.0.0/24')],
    [
      'its own subnet by id',
      { routedSubnets: [{ id: `${vnetId('S1', 'NESTED-FUN')}/subnets/A`, prefix: '10.0.3.0/24' }] },
    ],
    [
      'subnets of one name in two VNets',
      {
        routedSubnets: [
          ...routed('Apps').routedSubnets,
          ...foreign('10.20.0.0/24', {}, 'Apps').routedSubnets,
        ],
      },
    ],
    [
      'GatewaySubnet, extra prefixes and a DNS server behind it',
      {
        routedSubnets: [subnet('GatewaySubnet', '10.0.3.0/27')],
        extraPrefixes: ['192.168.0.0/16'],
        dnsServers: ['192.168.1.4', '168.63.129.16', '8.8.8.8'],
      },
    ],
    [
      'Bastion as a NAT prefix, with an exception from an extra prefix',
      {
        extraPrefixes: ['192.168.0.0/16'],
        natPrefixes: ['10.0.3.64/26', '192.168.7.0/24'],
        dnsServers: ['192.168.7.4', '10.0.0.9'],
        routedSubnets: [],
      },
    ],
    ['an IPv6 range of the VNet', space('10.0.0.0/22', '10.10.0.0/16', 'fd00:1::/48')],
    [
      'one subnet behind an appliance',
      { routedSubnets: [{ ...subnet('A', '10.0.3.0/24'), via: 'appliance' }] },
    ],
  ])('takes %s', (_what, change) => {
    expect(definitionFindings({ ...definition, ...change })).toEqual([]);
  });

  it.each<[string, object, string, RegExp]>([
    ['no prefix', { natSubnet: subnet('NAT', '10.0.0.0') }, '/natSubnet/prefix', /not a prefix/],
    ['host bits', { natSubnet: subnet('NAT', '10.0.0.1/24') }, '/natSubnet/prefix', /10\.0\.0\.0\/24/],
    [
      'overlapping spaces',
      space('10.0.0.0/16', '10.0.0.0/22', '10.10.0.0/16'),
      '/virtualNetwork/addressSpaces/1',
      /overlaps/,
    ],
    [
      'a forbidden space',
      space('10.0.0.0/22', '10.10.0.0/16', '169.254.0.0/16'),
      '/virtualNetwork/addressSpaces/2',
      /link-local/,
    ],
    [
      'the platform address',
      space('10.0.0.0/22', '10.10.0.0/16', '168.63.0.0/16'),
      '/virtualNetwork/addressSpaces/2',
      /wire server/,
    ],
    ['all addresses', space('0.0.0.0/0'), '/virtualNetwork/addressSpaces/0', /forbids/],
    [
      'LAN over NAT',
      { lanSubnet: subnet('Hyper-V-LAN', '10.0.0.128/25') },
      '/lanSubnet/prefix',
      /overlaps the subnet NAT/,
    ],
    [
      'a pool over a subnet',
      { ghosted: { pools: ['10.0.2.0/23'] } },
      '/ghosted/pools/0',
      /overlaps the subnet Azure-VMs/,
    ],
    [
      'overlapping pools',
      { ghosted: { pools: ['10.10.0.0/16', '10.10.4.0/24'] } },
      '/ghosted/pools/1',
      /overlaps/,
    ],
    ['a pool outside', { ghosted: { pools: ['192.168.0.0/16'] } }, '/ghosted/pools/0', /no address space/],
    ['a subnet outside', routed('Azure-VMs', '10.0.4.0/24'), '/routedSubnets/0/prefix', /no address space/],
    ['a tiny subnet', { lanSubnet: subnet('Hyper-V-LAN', '10.0.1.0/30') }, '/lanSubnet/prefix', /\/29/],
    [
      'a pool without room',
      { ghosted: { pools: ['10.0.2.0/25'], prefixLength: 24 } },
      '/ghosted/pools/0',
      /no room/,
    ],
    ['Bastion routed', routed('AzureBastionSubnet'), '/routedSubnets/0/name', /cannot be routed/],
    ['Route Server routed', routed('RouteServerSubnet'), '/routedSubnets/0/name', /cannot be routed/],
    ['NAT routed', routed('nat'), '/routedSubnets/0/name', /NIC 1/],
    ['a ghosted name', routed('Ghosted-hv-01'), '/routedSubnets/0/name', /belong to hosts/],
    ['LAN with another prefix', routed('Hyper-V-LAN'), '/routedSubnets/0/name', /another prefix/],
    ['NAT and LAN in one', { lanSubnet: subnet('nat', '10.0.1.0/24') }, '/lanSubnet/name', /a subnet each/],
    [
      'the gateway subnet as NAT',
      { natSubnet: subnet('GatewaySubnet', '10.0.0.0/24') },
      '/natSubnet/name',
      /of its own/,
    ],
    ['a made-up pool', { ghosted: { pools: ['192.168.0.0/16'] } }, '/ghosted/pools/0', /made-up range/],
    [
      'a VNet of another subscription',
      { virtualNetwork: { id: vnetId('s2', 'Nested-Fun'), addressSpaces: ['10.0.0.0/15'] } },
      '/virtualNetwork/id',
      /subscription s2/,
    ],
    [
      'a foreign subnet over the VNet',
      foreign('10.0.2.128/25'),
      '/routedSubnets/0/prefix',
      /overlaps the address space/,
    ],
    ['a tiny foreign subnet', foreign('10.20.0.0/30'), '/routedSubnets/0/prefix', /\/29/],
    [
      'a foreign subnet to be made',
      foreign('10.20.0.0/24', { create: true }),
      '/routedSubnets/0/create',
      /only in the VNet/,
    ],
    [
      'Bastion elsewhere',
      foreign('10.20.0.0/24', {}, 'AzureBastionSubnet'),
      '/routedSubnets/0/name',
      /NAT prefix/,
    ],
    [
      'a gateway subnet to be made',
      { routedSubnets: [{ ...subnet('GatewaySubnet', '10.0.3.0/24'), create: true }] },
      '/routedSubnets/0/create',
      /with its gateway/,
    ],
    [
      'the management subnet of a firewall',
      routed('AzureFirewallManagementSubnet'),
      '/routedSubnets/0/name',
      /internet/,
    ],
    [
      'LAN behind an appliance',
      { routedSubnets: [{ ...subnet('Hyper-V-LAN', '10.0.1.0/24'), via: 'appliance' }] },
      '/routedSubnets/0/via',
      /NIC 2 itself/,
    ],
    [
      'inspection asked for and bypassed',
      { routedSubnets: [{ ...subnet('A', '10.0.3.0/24'), via: 'appliance', bypassInspection: true }] },
      '/routedSubnets/0/via',
      /Either/,
    ],
    [
      'an extra prefix in the VNet',
      { extraPrefixes: ['10.0.0.0/8'] },
      '/extraPrefixes/0',
      /overlaps the address/,
    ],
    ['an extra prefix for everything', { extraPrefixes: ['0.0.0.0/0'] }, '/extraPrefixes/0', /forbids/],
    [
      'an extra prefix with the platform address',
      { extraPrefixes: ['192.168.0.0/16', '168.63.129.0/24'] },
      '/extraPrefixes/1',
      /wire server/,
    ],
    [
      'host bits in an extra prefix',
      { extraPrefixes: ['192.168.0.1/16'] },
      '/extraPrefixes/0',
      /192\.168\.0\.0/,
    ],
    ['a NAT prefix over LAN', { natPrefixes: ['10.0.1.0/26'] }, '/natPrefixes/0', /Hyper-V-LAN/],
    [
      'a NAT prefix over a routed subnet of another VNet',
      { ...foreign('10.20.1.0/24'), natPrefixes: ['10.20.0.0/16'] },
      '/natPrefixes/0',
      /Spoke-VMs|10\.20\.1\.0/,
    ],
    ['a NAT prefix over a pool', { natPrefixes: ['10.10.9.0/24'] }, '/natPrefixes/0', /pool/],
    [
      'a NAT prefix that takes all of an extra one',
      { natPrefixes: ['192.168.0.0/16'], extraPrefixes: ['192.168.1.0/24'] },
      '/natPrefixes/0',
      /leaves nothing/,
    ],
    [
      'a DNS server that cannot answer',
      { ...space('10.0.0.0/22', '10.10.0.0/16', '10.0.4.0/24'), dnsServers: ['10.0.3.4', '10.0.4.4'] },
      '/dnsServers/1',
      /would not find the guests/,
    ],
    [
      'a DNS server on premises without a way back',
      { extraPrefixes: ['192.168.0.0/16'], dnsServers: ['192.168.1.4'] },
      '/dnsServers/0',
      /GatewaySubnet/,
    ],
    ['a size without nesting', { hosts: { size: 'Standard_B2s' } }, '/hosts/size', /Standard_B2s/],
  ])('names %s', (_what, change, pointer, detail) => {
    const found = definitionFindings({ ...definition, ...change });
    expect(found).toContainEqual({ pointer, detail: expect.stringMatching(detail) as string });
  });

  it('names all mistakes at once, also beside parts of the wrong shape', () => {
    const found = definitionFindings({
      ...definition,
      natSubnet: 7,
      lanSubnet: subnet('Hyper-V-LAN', '10.99.0.0/24'),
      ghosted: { pools: ['10.0.2.0/24', 5, '10.0.2.0/25'], prefixLength: '24' },
    });
    expect(found.map(({ pointer }) => pointer)).toEqual([
      '/ghosted/pools/2',
      '/lanSubnet/prefix',
      '/ghosted/pools/2',
    ]);
  });

  it.each([[null], [[]], ['text'], [{}], [{ routedSubnets: { length: 3 } }]])(
    'takes any JSON: %j',
    (value) => {
      expect(definitionFindings(value)).toEqual([]);
    },
  );
});

import { definitionFindings } from '../../../shared/network/findings';

const subnet = (name: string, prefix: string) => ({ name, prefix });
const definition = {
  virtualNetwork: { name: 'Nested-Fun', addressSpaces: ['10.0.0.0/22', '10.10.0.0/16'] },
  natSubnet: subnet('NAT', '10.0.0.0/24'),
  lanSubnet: subnet('Hyper-V-LAN', '10.0.1.0/24'),
  ghosted: { pools: ['10.0.2.0/24', '10.10.0.0/16'], prefixLength: 24 },
  routedSubnets: [subnet('Azure-VMs', '10.0.3.0/24')],
  hosts: { size: 'Standard_D4s_v5' },
};
const routed = (name: string, prefix = '10.0.3.0/24') => ({ routedSubnets: [subnet(name, prefix)] });
const space = (...addressSpaces: string[]) => ({ virtualNetwork: { addressSpaces } });

describe('definitionFindings', () => {
  it('finds nothing in the network of the demo, nor in the LAN subnet named again', () => {
    expect(definitionFindings(definition)).toEqual([]);
    expect(definitionFindings({ ...definition, ...routed('hyper-v-lan', '10.0.1.0/24') })).toEqual([]);
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

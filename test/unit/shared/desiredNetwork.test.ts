import type { Subnet, VirtualNetwork } from '@azure/arm-network';
import { desiredSubnet, type SubnetWish } from '../../../shared/azure/resources/subnet';
import { desiredVirtualNetwork } from '../../../shared/azure/resources/virtualNetwork';
import { definition, layout, network, shouted, subnet } from './fixture';

const { name, prefix } = layout.ghostedSubnet;
const ghosted: SubnetWish = { ...layout.ghostedSubnet, ghosted: true };
const present = (extra: Partial<Subnet> = {}, vnet: Partial<VirtualNetwork> = {}) =>
  network([subnet(name, prefix, extra)], vnet);
const config = { id: '/subscriptions/s/resourceGroups/g/providers/x/nics/somebody/ipConfigurations/c' };

describe('desiredSubnet', () => {
  it.each<[string, SubnetWish, VirtualNetwork | undefined, object]>([
    ['no VNet', ghosted, undefined, { action: 'refuse', failure: { code: 'VirtualNetworkNotFound' } }],
    ['absent', ghosted, network([]), { action: 'put', change: 'created' }],
    [
      'absent, not ours to make',
      { ...ghosted, create: false },
      network([]),
      { failure: { code: 'SubnetNotFound' } },
    ],
    ['absent, VNet busy', ghosted, network([], { provisioningState: 'Updating' }), { action: 'wait' }],
    ['same', ghosted, present(), { action: 'none' }],
    [
      'same, in capitals',
      ghosted,
      present({ name: undefined as never, id: shouted(ghosted.id) }),
      { action: 'none' },
    ],
    [
      'same, prefix in the list',
      ghosted,
      present({ addressPrefix: undefined as never, addressPrefixes: [prefix, 'fd00::/64'] }),
      { action: 'none' },
    ],
    [
      'another prefix',
      ghosted,
      present({ addressPrefix: '10.0.9.0/24' }),
      { action: 'refuse', failure: { code: 'SubnetPrefixDiffers', class: 'invalid' } },
    ],
    [
      'a wider prefix',
      ghosted,
      present({ addressPrefix: '10.0.2.0/23' }),
      { failure: { code: 'SubnetPrefixDiffers' } },
    ],
    ['updating', ghosted, present({ provisioningState: 'Updating' }), { action: 'wait' }],
    ['VNet still updating', ghosted, present({}, { provisioningState: 'Updating' }), { action: 'wait' }],
    ['failed, nobody uses it', ghosted, present({ provisioningState: 'Failed' }), { action: 'put' }],
    [
      'failed, not ours to make',
      { ...ghosted, create: false },
      present({ provisioningState: 'Failed' }),
      { failure: { code: 'SubnetFailed' } },
    ],
    [
      'failed, with something on it',
      ghosted,
      present({ provisioningState: 'Failed', natGateway: { id: '/subscriptions/s/nat' } }),
      { failure: { code: 'SubnetFailed' } },
    ],
    [
      'a NIC among the guests',
      ghosted,
      present({ ipConfigurations: [config] }),
      { failure: { code: 'GhostedSubnetInUse' } },
    ],
    [
      'a NIC in a shared subnet',
      layout.ghostedSubnet,
      present({ ipConfigurations: [config] }),
      { action: 'none' },
    ],
    [
      'settings that somebody else made',
      ghosted,
      present({ networkSecurityGroup: { id: 'nsg' }, defaultOutboundAccess: true }),
      { action: 'none' },
    ],
  ])('%s', (_, wish, vnet, expected) => {
    expect(desiredSubnet(wish, vnet)).toMatchObject(expected);
  });

  it('says the way out in so many words', () => {
    const wish = { ...layout.natSubnet, natGatewayId: 'gateway' };
    expect(desiredSubnet(wish, network([]))).toEqual({
      action: 'put',
      change: 'created',
      body: { addressPrefix: '10.0.0.0/24', defaultOutboundAccess: false, natGateway: { id: 'gateway' } },
    });
  });
});

describe('desiredVirtualNetwork', () => {
  const ranges = (...addressSpaces: string[]) => ({
    ...definition,
    virtualNetwork: { ...definition.virtualNetwork, addressSpaces },
  });
  const without = { ...definition, virtualNetwork: { ...definition.virtualNetwork, create: false } };
  it.each<[string, typeof definition, VirtualNetwork | undefined, object]>([
    ['absent', definition, undefined, { action: 'put', change: 'created' }],
    ['absent, not ours to make', without, undefined, { failure: { code: 'VirtualNetworkNotFound' } }],
    ['same', definition, network([]), { action: 'none' }],
    [
      'more ranges than asked',
      definition,
      network([], { addressSpace: { addressPrefixes: ['10.9.0.0/16', '10.10.0.0/16', '10.0.0.0/22'] } }),
      { action: 'none' },
    ],
    [
      'a range missing',
      definition,
      network([], { addressSpace: { addressPrefixes: ['10.0.0.0/22'] } }),
      { failure: { code: 'AddressSpaceDiffers' } },
    ],
    [
      'elsewhere',
      definition,
      network([], { location: 'northeurope' }),
      { failure: { code: 'LocationDiffers' } },
    ],
    [
      'elsewhere, and a range missing',
      definition,
      network([], { location: 'northeurope', addressSpace: { addressPrefixes: ['10.0.0.0/22'] } }),
      {
        failure: {
          code: 'AddressSpaceDiffers',
          message: expect.stringMatching(/10\.10\..*northeurope/) as string,
        },
      },
    ],
    [
      'an IPv6 range, spelt otherwise',
      ranges('10.0.0.0/22', 'FD00:1:0::/48'),
      network([], { addressSpace: { addressPrefixes: ['10.0.0.0/22', 'fd00:1::/48'] } }),
      { action: 'none' },
    ],
    [
      'another IPv6 range',
      ranges('fd00:2::/48'),
      network([], { addressSpace: { addressPrefixes: ['10.0.0.0/22', 'fd00:1::/48'] } }),
      { failure: { code: 'AddressSpaceDiffers' } },
    ],
    [
      'the same place, spelt as people do',
      definition,
      network([], { location: 'West Europe' }),
      { action: 'none' },
    ],
    ['updating', definition, network([], { provisioningState: 'Updating' }), { action: 'wait' }],
  ])('%s', (_, wish, vnet, expected) => {
    expect(desiredVirtualNetwork(wish, vnet)).toMatchObject(expected);
  });

  it('makes it with its IPv6 ranges, too', () => {
    expect(desiredVirtualNetwork(ranges('10.0.0.0/22', 'fd00:1::/48'), undefined)).toMatchObject({
      body: { addressSpace: { addressPrefixes: ['10.0.0.0/22', 'fd00:1::/48'] } },
    });
  });

  it('makes the VNet empty, never with subnets inline', () => {
    expect(desiredVirtualNetwork(definition, undefined)).toEqual({
      action: 'put',
      change: 'created',
      body: { location: 'westeurope', addressSpace: { addressPrefixes: ['10.0.0.0/22', '10.10.0.0/16'] } },
    });
  });
});

/** The network of the README, as a definition that may be sent. */
export const definitionExample = {
  subscriptionId: '5eed0000-0a11-4b2c-9d3e-000000000001',
  resourceGroup: 'nested-hosts',
  location: 'westeurope',
  virtualNetwork: { name: 'Nested-Fun', create: true, addressSpaces: ['10.0.0.0/22', '10.10.0.0/16'] },
  natSubnet: { name: 'NAT', prefix: '10.0.0.0/24', create: true },
  lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.0.1.0/24', create: true },
  ghosted: { pools: ['10.0.2.0/24', '10.10.0.0/16'], prefixLength: 24 },
  routedSubnets: [{ name: 'Azure-VMs', prefix: '10.0.3.0/24', create: true }],
  outbound: {
    kind: 'natGateway',
    id: '/subscriptions/5eed0000-0a11-4b2c-9d3e-000000000001/resourceGroups/nested-hosts/providers/Microsoft.Network/natGateways/outbound',
  },
};

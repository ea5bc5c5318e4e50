import type { WindowsState } from '../../../local/azure/guest';
import type { AzureState } from '../../../local/launch/adminClient';

const group = '/subscriptions/s/resourceGroups/g/providers';
export const ids = {
  vm: `${group}/Microsoft.Compute/virtualMachines/hv-01`,
  nat: `${group}/Microsoft.Network/networkInterfaces/hv-01-nat`,
  lan: `${group}/Microsoft.Network/networkInterfaces/hv-01-lan`,
  table: `${group}/Microsoft.Network/routeTables/Routes-for-nested-VMs`,
};

const nic = (id: string, mac: string, address: string, enableIPForwarding: boolean) => ({
  id,
  name: id.slice(id.lastIndexOf('/') + 1),
  type: 'Microsoft.Network/networkInterfaces',
  properties: {
    macAddress: mac,
    enableIPForwarding,
    ipConfigurations: [{ name: 'ipconfig1', properties: { privateIPAddress: address } }],
  },
});

const subnet = (name: string, addressPrefix: string, routed = false) => ({
  id: `${group}/Microsoft.Network/virtualNetworks/Nested-Fun/subnets/${name}`,
  name,
  properties: { addressPrefix, ...(routed ? { routeTable: { id: ids.table.toLowerCase() } } : {}) },
});

const guest: WindowsState = {
  computerName: 'hv-01',
  os: 'Microsoft Windows Server 2022 Datacenter',
  bootTime: '2026-01-01T00:00:00.000Z',
  features: {},
  rebootPending: false,
  adapters: [
    {
      index: 4,
      alias: 'Ethernet 2',
      description: '',
      mac: '00-0D-3A-00-00-02',
      kind: 'synthetic',
      forwarding: true,
    },
    {
      index: 7,
      alias: 'Ethernet',
      description: '',
      mac: '00-0D-3A-00-00-01',
      kind: 'synthetic',
      forwarding: false,
    },
    {
      index: 11,
      alias: 'vEthernet (NestedSwitch)',
      description: '',
      mac: '00-15-5D-00-00-01',
      kind: 'vEthernet',
      forwarding: true,
    },
  ],
  switches: [{ name: 'NestedSwitch', type: 'Internal' }],
  addresses: [
    { index: 7, address: '10.0.0.4', prefixLength: 24, origin: 'Dhcp' },
    { index: 4, address: '10.0.1.4', prefixLength: 24, origin: 'Dhcp' },
    { index: 11, address: '10.0.2.1', prefixLength: 24, origin: 'Manual' },
  ],
  routes: [
    { prefix: '0.0.0.0/0', nextHop: '10.0.0.1', index: 7, metric: 0, persistent: false },
    { prefix: '10.10.0.0/16', nextHop: '10.0.1.1', index: 4, metric: 256, persistent: true },
    { prefix: '10.0.0.0/22', nextHop: '10.0.1.1', index: 4, metric: 256, persistent: true },
    { prefix: '10.0.0.0/24', nextHop: '10.0.0.1', index: 7, metric: 256, persistent: true },
  ],
  services: {},
  rras: { routing: 'Installed', interfaces: [] },
  nat: {
    installed: true,
    interfaces: { 'vEthernet (NestedSwitch)': 'private', Ethernet: 'full' },
  },
  netNats: [],
  dhcp: {
    securityGroups: true,
    bindings: {},
    scopes: {
      '10.0.2.0': {
        name: 'Nested VMs',
        start: '10.0.2.2',
        end: '10.0.2.254',
        mask: '255.255.255.0',
        state: 'Active',
        router: ['10.0.2.1'],
        dns: ['168.63.129.16'],
      },
    },
  },
  nestedVms: [],
  files: {},
};

/** One finished host as the simulated Azure shows it: a fresh copy for every test. */
export function oneHost(): AzureState {
  return structuredClone({
    clock: { now: 0, rate: 1, paused: false, mode: 'rate' as const },
    resources: [
      {
        id: ids.vm,
        name: 'hv-01',
        type: 'Microsoft.Compute/virtualMachines',
        properties: {
          networkProfile: {
            networkInterfaces: [
              { id: ids.lan.toUpperCase(), properties: { primary: false } },
              { id: ids.nat, properties: { primary: true } },
            ],
          },
        },
      },
      nic(ids.nat, '00-0D-3A-00-00-01', '10.0.0.4', false),
      nic(ids.lan, '00-0D-3A-00-00-02', '10.0.1.4', true),
      {
        id: `${group}/Microsoft.Network/virtualNetworks/Nested-Fun`,
        name: 'Nested-Fun',
        type: 'Microsoft.Network/virtualNetworks',
        properties: {
          subnets: [
            subnet('NAT', '10.0.0.0/24'),
            subnet('Hyper-V-LAN', '10.0.1.0/24', true),
            subnet('Ghosted-hv-01', '10.0.2.0/24'),
            subnet('Azure-VMs', '10.0.3.0/24', true),
          ],
        },
      },
      {
        id: ids.table,
        name: 'Routes-for-nested-VMs',
        type: 'Microsoft.Network/routeTables',
        properties: {
          routes: [
            {
              name: 'Nested-VMs-hv-01',
              properties: {
                addressPrefix: '10.0.2.0/24',
                nextHopType: 'VirtualAppliance',
                nextHopIpAddress: '10.0.1.4',
              },
            },
          ],
        },
      },
    ],
    guests: { [ids.vm.toLowerCase()]: guest },
  });
}

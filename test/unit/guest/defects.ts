import type { WindowsState } from '../../../local/azure/guest';
import { firstHost } from './host';

/** One thing that is not as planned on a finished host. */
export interface Defect {
  name: string;
  damage: (state: WindowsState) => void;
  /** The checks of verify that name it; all others pass. */
  checks: string[];
  /** Undefined: network repairs it. Otherwise it is reported with this code and left alone. */
  refused?: string;
}

const at = (state: WindowsState, alias: string) => {
  const adapter = state.adapters.find((one) => one.alias === alias);
  if (!adapter) throw new Error(alias);
  return adapter;
};
const vEthernet = 'vEthernet (NestedSwitch)';
const scope = (state: WindowsState) => {
  const found = state.dhcp.scopes['10.0.2.0'];
  if (!found) throw new Error('no scope');
  return found;
};
const stop = (name: string) => (state: WindowsState) => {
  state.services[name] = { status: 'Stopped', startType: 'Automatic' };
};

export const defects: Defect[] = [
  {
    name: 'forwarding off on NIC 1',
    checks: ['forwarding'],
    damage: (s) => (at(s, 'Ethernet').forwarding = false),
  },
  {
    name: 'forwarding off on NIC 2',
    checks: ['forwarding'],
    damage: (s) => (at(s, 'Ethernet 2').forwarding = false),
  },
  {
    name: 'forwarding off on the switch',
    checks: ['forwarding'],
    damage: (s) => (at(s, vEthernet).forwarding = false),
  },
  { name: 'RemoteAccess stopped', checks: ['rras', 'nat', 'metadata'], damage: stop('RemoteAccess') },
  {
    name: 'RemoteAccess not automatic',
    checks: ['rras'],
    damage: (s) => (s.services.RemoteAccess = { status: 'Running', startType: 'Manual' }),
  },
  {
    name: 'RRAS unconfigured',
    checks: ['rras', 'nat', 'metadata'],
    damage: (s) => (s.rras.routing = 'Uninstalled'),
  },
  { name: 'NAT lost', checks: ['nat'], damage: (s) => (s.nat.interfaces = {}) },
  { name: 'NAT uninstalled', checks: ['nat'], damage: (s) => (s.nat.installed = false) },
  { name: 'NAT private on NIC 1', checks: ['nat'], damage: (s) => (s.nat.interfaces.Ethernet = 'private') },
  { name: 'NAT on NIC 2 too', checks: ['nat'], damage: (s) => (s.nat.interfaces['Ethernet 2'] = 'full') },
  {
    name: 'NAT on NIC 2 instead',
    checks: ['nat'],
    damage: (s) => (s.nat.interfaces = { 'Ethernet 2': 'full' }),
  },
  {
    name: 'WinNAT on the guests',
    checks: ['netNat'],
    damage: (s) => s.netNats.push({ name: 'Lab', internalPrefix: '10.0.2.0/24' }),
    refused: 'foreignNetNat',
  },
  ...(['169.254.169.254/32', '168.63.129.16/32'] as const).map((destination) => ({
    name: `filter for ${destination} missing`,
    checks: ['metadata'],
    damage: (s: WindowsState) => {
      const left = s.rras.filters?.[vEthernet]?.filter((one) => one.destination !== destination);
      s.rras.filters = { [vEthernet]: left ?? [] };
    },
  })),
  {
    name: 'filters on another adapter',
    checks: ['metadata'],
    damage: (s) => (s.rras.filters = { Ethernet: s.rras.filters?.[vEthernet] ?? [] }),
  },
  {
    name: 'filters that let in what they name',
    checks: ['metadata'],
    damage: (s) => (s.rras.filterLists = [vEthernet]),
    refused: 'foreignFilter',
  },
  ...firstHost.routes.map(({ prefix }) => ({
    name: `route ${prefix} missing`,
    checks: ['routes'],
    damage: (s: WindowsState) => (s.routes = s.routes.filter((route) => route.prefix !== prefix)),
  })),
  {
    name: 'VNet route on the wrong gateway',
    checks: ['routes'],
    damage: (s) => {
      for (const route of s.routes) if (route.prefix === '10.0.0.0/22') route.nextHop = '10.0.1.99';
    },
    refused: 'foreignRoute',
  },
  {
    name: 'DNS pinned to NIC 2 as well',
    checks: ['routes', 'routeSelection'],
    damage: (s) =>
      s.routes.push({
        prefix: '168.63.129.16/32',
        nextHop: '10.0.1.1',
        index: at(s, 'Ethernet 2').index,
        metric: 1,
        persistent: true,
      }),
    refused: 'foreignRoute',
  },
  {
    name: 'default route on NIC 2',
    checks: ['defaultRoute'],
    damage: (s) =>
      s.routes.push({
        prefix: '0.0.0.0/0',
        nextHop: '10.0.1.1',
        index: at(s, 'Ethernet 2').index,
        metric: 5015,
        persistent: true,
      }),
    refused: 'defaultRoute',
  },
  {
    name: 'switch gone',
    checks: ['switch', 'address', 'metadata', 'forwarding', 'dhcpBinding'],
    damage: (s) => {
      const { index } = at(s, vEthernet);
      s.switches = [];
      s.adapters = s.adapters.filter((adapter) => adapter.index !== index);
      s.addresses = s.addresses.filter((address) => address.index !== index);
    },
  },
  {
    name: 'switch of another type',
    checks: ['switch'],
    damage: (s) => (s.switches = [{ name: 'NestedSwitch', type: 'External' }]),
    refused: 'switchType',
  },
  {
    name: 'address with another mask',
    checks: ['address'],
    damage: (s) => {
      for (const one of s.addresses) if (one.address === '10.0.2.1') one.prefixLength = 16;
    },
  },
  {
    name: 'address gone',
    checks: ['address'],
    damage: (s) => (s.addresses = s.addresses.filter(({ address }) => address !== '10.0.2.1')),
  },
  {
    name: 'a second address on the switch',
    checks: ['address'],
    damage: (s) =>
      s.addresses.push({
        index: at(s, vEthernet).index,
        address: '10.0.2.9',
        prefixLength: 24,
        origin: 'Manual',
      }),
  },
  {
    name: 'address by DHCP',
    checks: ['address'],
    damage: (s) => {
      for (const one of s.addresses) if (one.address === '10.0.2.1') one.origin = 'Dhcp';
    },
  },
  {
    name: 'no default route',
    checks: ['defaultRoute', 'routeSelection'],
    damage: (s) => (s.routes = s.routes.filter(({ prefix }) => prefix !== '0.0.0.0/0')),
    refused: 'defaultRoute',
  },
  {
    name: 'NIC 2 with another address',
    checks: ['nic2'],
    damage: (s) => {
      for (const one of s.addresses) if (one.address === '10.0.1.4') one.address = '10.0.1.9';
    },
    refused: 'nicNotFound',
  },
  {
    name: 'DHCP not automatic',
    checks: ['dhcpService'],
    damage: (s) => (s.services.DHCPServer = { status: 'Running', startType: 'Manual' }),
  },
  { name: 'scope name', checks: ['dhcpScope'], damage: (s) => (scope(s).name = 'Lab') },
  {
    name: 'DHCP stopped',
    checks: ['dhcpService', 'dhcpBinding', 'dhcpScope'],
    damage: stop('DHCPServer'),
  },
  { name: 'DHCP unbound', checks: ['dhcpBinding'], damage: (s) => (s.dhcp.bindings[vEthernet] = false) },
  { name: 'DHCP on NIC 1', checks: ['dhcpBinding'], damage: (s) => (s.dhcp.bindings.Ethernet = true) },
  { name: 'scope gone', checks: ['dhcpScope'], damage: (s) => (s.dhcp.scopes = {}) },
  { name: 'scope inactive', checks: ['dhcpScope'], damage: (s) => (scope(s).state = 'Inactive') },
  { name: 'scope range', checks: ['dhcpScope'], damage: (s) => (scope(s).end = '10.0.2.100') },
  { name: 'scope mask', checks: ['dhcpScope'], damage: (s) => (scope(s).mask = '255.255.0.0') },
  { name: 'scope router', checks: ['dhcpScope'], damage: (s) => (scope(s).router = ['10.0.2.254']) },
  { name: 'scope DNS', checks: ['dhcpScope'], damage: (s) => (scope(s).dns = ['8.8.8.8']) },
  { name: 'Hyper-V service stopped', checks: ['hypervisor'], damage: stop('vmms'), refused: 'timeout' },
  {
    name: 'feature removed',
    checks: ['features'],
    damage: (s) => (s.features.DHCP = 'Available'),
    refused: 'featuresNotReady',
  },
];

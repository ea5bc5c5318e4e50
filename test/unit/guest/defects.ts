import type { WindowsState } from '../../../local/azure/guest';
import { firstHost } from './host';

/** One thing that is not as planned on a finished host. */
export interface Defect {
  name: string;
  damage: (state: WindowsState) => void;
  /** Check of verify that names it. */
  check: string;
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
    check: 'forwarding',
    damage: (s) => (at(s, 'Ethernet').forwarding = false),
  },
  {
    name: 'forwarding off on NIC 2',
    check: 'forwarding',
    damage: (s) => (at(s, 'Ethernet 2').forwarding = false),
  },
  {
    name: 'forwarding off on the switch',
    check: 'forwarding',
    damage: (s) => (at(s, vEthernet).forwarding = false),
  },
  { name: 'RemoteAccess stopped', check: 'rras', damage: stop('RemoteAccess') },
  {
    name: 'RemoteAccess not automatic',
    check: 'rras',
    damage: (s) => (s.services.RemoteAccess = { status: 'Running', startType: 'Manual' }),
  },
  { name: 'RRAS unconfigured', check: 'rras', damage: (s) => (s.rras.routing = 'Uninstalled') },
  { name: 'NAT lost', check: 'nat', damage: (s) => (s.nat.interfaces = {}) },
  { name: 'NAT uninstalled', check: 'nat', damage: (s) => (s.nat.installed = false) },
  { name: 'NAT private on NIC 1', check: 'nat', damage: (s) => (s.nat.interfaces.Ethernet = 'private') },
  { name: 'NAT on NIC 2 too', check: 'nat', damage: (s) => (s.nat.interfaces['Ethernet 2'] = 'full') },
  {
    name: 'NAT on NIC 2 instead',
    check: 'nat',
    damage: (s) => (s.nat.interfaces = { 'Ethernet 2': 'full' }),
  },
  {
    name: 'WinNAT on the guests',
    check: 'netNat',
    damage: (s) => s.netNats.push({ name: 'Lab', internalPrefix: '10.0.2.0/24' }),
    refused: 'foreignNetNat',
  },
  ...firstHost.routes.map(({ prefix }) => ({
    name: `route ${prefix} missing`,
    check: 'routes',
    damage: (s: WindowsState) => (s.routes = s.routes.filter((route) => route.prefix !== prefix)),
  })),
  {
    name: 'VNet route on the wrong gateway',
    check: 'routes',
    damage: (s) => {
      for (const route of s.routes) if (route.prefix === '10.0.0.0/22') route.nextHop = '10.0.1.99';
    },
    refused: 'foreignRoute',
  },
  {
    name: 'DNS pinned to NIC 2 as well',
    check: 'routeSelection',
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
    check: 'defaultRoute',
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
    check: 'switch',
    damage: (s) => {
      const { index } = at(s, vEthernet);
      s.switches = [];
      s.adapters = s.adapters.filter((adapter) => adapter.index !== index);
      s.addresses = s.addresses.filter((address) => address.index !== index);
    },
  },
  {
    name: 'switch of another type',
    check: 'switch',
    damage: (s) => (s.switches = [{ name: 'NestedSwitch', type: 'External' }]),
    refused: 'switchType',
  },
  {
    name: 'address with another mask',
    check: 'address',
    damage: (s) => {
      for (const one of s.addresses) if (one.address === '10.0.2.1') one.prefixLength = 16;
    },
  },
  {
    name: 'address gone',
    check: 'address',
    damage: (s) => (s.addresses = s.addresses.filter(({ address }) => address !== '10.0.2.1')),
  },
  { name: 'DHCP stopped', check: 'dhcpService', damage: stop('DHCPServer') },
  { name: 'DHCP unbound', check: 'dhcpBinding', damage: (s) => (s.dhcp.bindings[vEthernet] = false) },
  { name: 'DHCP on NIC 1', check: 'dhcpBinding', damage: (s) => (s.dhcp.bindings.Ethernet = true) },
  { name: 'scope gone', check: 'dhcpScope', damage: (s) => (s.dhcp.scopes = {}) },
  { name: 'scope inactive', check: 'dhcpScope', damage: (s) => (scope(s).state = 'Inactive') },
  { name: 'scope range', check: 'dhcpScope', damage: (s) => (scope(s).end = '10.0.2.100') },
  { name: 'scope mask', check: 'dhcpScope', damage: (s) => (scope(s).mask = '255.255.0.0') },
  { name: 'scope router', check: 'dhcpScope', damage: (s) => (scope(s).router = ['10.0.2.254']) },
  { name: 'scope DNS', check: 'dhcpScope', damage: (s) => (scope(s).dns = ['8.8.8.8']) },
  { name: 'Hyper-V service stopped', check: 'hypervisor', damage: stop('vmms'), refused: 'timeout' },
  {
    name: 'feature removed',
    check: 'features',
    damage: (s) => (s.features.DHCP = 'Available'),
    refused: 'featuresNotReady',
  },
];

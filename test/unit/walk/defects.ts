import type { Endpoint } from '../../../local/azure/walk';
import type { World } from './world';

const g1: Endpoint = { guestOf: 'hv-01' };
const g2: Endpoint = { guestOf: 'hv-02' };
export const vms: Endpoint = { subnet: 'Azure-VMs' };

/** Every way that the network promises, by a short name. */
export const ways = {
  'g1>net': [g1, 'internet', '10.0.0.4'],
  'g1>dns': [g1, 'dns', '10.0.0.4'],
  'g1>vm': [g1, vms, '10.0.2.2'],
  'vm>g1': [vms, g1, '10.0.3.4'],
  'g1>g2': [g1, g2, '10.0.2.2'],
  'g2>g1': [g2, g1, '10.10.0.2'],
  'g2>net': [g2, 'internet', '10.0.0.5'],
  'g2>vm': [g2, vms, '10.10.0.2'],
  'vm>g2': [vms, g2, '10.0.3.4'],
  'lan1>g2': [{ address: '10.0.1.4' }, g2, '10.0.1.4'],
} satisfies Record<string, [Endpoint, Endpoint, string]>;
export type Way = keyof typeof ways;

export const names = Object.keys(ways) as Way[];

/** One thing that is wrong, and all it breaks. */
export interface Defect {
  name: string;
  damage: (world: World) => void;
  /** The ways that fail, in the order of the table; all others still pass. */
  fail: Way[];
  /** Element and part of the reason, for the first of them. */
  element: string;
  reason: string;
}

const toG1Plain: Way[] = ['g1>vm', 'vm>g1', 'g1>g2', 'g2>g1'];
const ofG1: Way[] = ['g1>net', 'g1>dns', ...toG1Plain];
const stop = (world: World, service: string) => {
  world.windows('hv-01').services[service] = { status: 'Stopped', startType: 'Automatic' };
};
const adapter = (world: World, alias: string) => {
  const found = world.windows('hv-01').adapters.find((one) => one.alias === alias);
  if (!found) throw new Error(alias);
  return found;
};
const dropRoute = (prefix: string) => (world: World) => {
  const state = world.windows('hv-01');
  state.routes = state.routes.filter((route) => route.prefix !== prefix);
};
const rules = (world: World, subnet: string, properties: Record<string, unknown>) => {
  const nsg = world.add('Microsoft.Network/networkSecurityGroups', 'rules', {
    securityRules: [
      { name: 'no-ghosts', properties: { priority: 100, access: 'Deny', protocol: '*', ...properties } },
    ],
  });
  world.set(subnet, { networkSecurityGroup: { id: nsg.id } });
};

export const defects: Defect[] = [
  {
    name: 'IP forwarding off on NIC 2',
    damage: (w) => w.set('hv-01-lan', { enableIPForwarding: false }),
    fail: toG1Plain,
    element: 'NIC hv-01-lan',
    reason: 'IP forwarding is off',
  },
  {
    name: 'no table on Azure-VMs',
    damage: (w) => delete w.find('Azure-VMs').properties.routeTable,
    fail: ['g1>vm', 'vm>g1', 'g2>vm', 'vm>g2'],
    element: 'subnet Ghosted-hv-01',
    reason: 'no network interface has the address 10.0.2.2',
  },
  {
    name: 'no table on Hyper-V-LAN',
    damage: (w) => delete w.find('Hyper-V-LAN').properties.routeTable,
    fail: ['g1>g2', 'g2>g1', 'lan1>g2'],
    element: 'subnet Ghosted-hv-02',
    reason: 'no network interface has the address 10.10.0.2',
  },
  {
    name: 'route missing',
    damage: (w) => w.remove('Nested-VMs-hv-01'),
    fail: toG1Plain,
    element: 'subnet Ghosted-hv-01',
    reason: 'no network interface',
  },
  {
    name: 'next hop nobody has',
    damage: (w) => w.set('Nested-VMs-hv-01', { nextHopIpAddress: '10.0.1.77' }),
    fail: toG1Plain,
    element: 'route Nested-VMs-hv-01 of Routes-for-nested-VMs',
    reason: 'nobody has its next hop 10.0.1.77',
  },
  {
    name: 'next hop is the other host',
    damage: (w) => w.set('Nested-VMs-hv-01', { nextHopIpAddress: '10.0.1.5' }),
    fail: toG1Plain,
    element: 'NIC hv-02-lan',
    reason: 'loop',
  },
  {
    name: 'next hop is NIC 1',
    damage: (w) => w.set('Nested-VMs-hv-01', { nextHopIpAddress: '10.0.0.4' }),
    fail: toG1Plain,
    element: 'NIC hv-01-nat',
    reason: 'IP forwarding is off',
  },
  {
    name: 'next hop type None',
    damage: (w) => w.set('Nested-VMs-hv-01', { nextHopType: 'None' }),
    fail: toG1Plain,
    element: 'route Nested-VMs-hv-01 of Routes-for-nested-VMs',
    reason: 'dropped',
  },
  {
    name: 'host deallocated',
    damage: (w) => (w.power[w.find('hv-01').id.toLowerCase()] = 'deallocated'),
    fail: [...ofG1, 'lan1>g2'],
    element: 'host hv-01',
    reason: 'the machine is deallocated',
  },
  {
    name: 'NAT subnet without a way out',
    damage: (w) => delete w.find('NAT').properties.natGateway,
    fail: ['g1>net', 'g2>net'],
    element: 'subnet NAT',
    reason: 'no way to the internet',
  },
  {
    name: 'RRAS stopped',
    damage: (w) => stop(w, 'RemoteAccess'),
    fail: ofG1,
    element: 'host hv-01',
    reason: 'RRAS is not running',
  },
  {
    name: 'forwarding off in the switch adapter',
    damage: (w) => (adapter(w, 'vEthernet (NestedSwitch)').forwarding = false),
    fail: ofG1,
    element: 'host hv-01',
    reason: 'forwarding is off on vEthernet (NestedSwitch)',
  },
  {
    name: 'forwarding off in NIC 2 of Windows',
    damage: (w) => (adapter(w, 'Ethernet 2').forwarding = false),
    fail: toG1Plain,
    element: 'host hv-01',
    reason: 'forwarding is off on Ethernet 2',
  },
  {
    name: 'no NAT',
    damage: (w) => (w.windows('hv-01').nat.interfaces = {}),
    fail: ['g1>net', 'g1>dns'],
    element: 'NIC hv-01-nat',
    reason: 'IP forwarding is off',
  },
  {
    name: 'NAT interface private',
    damage: (w) => (w.windows('hv-01').nat.interfaces = { Ethernet: 'private' }),
    fail: ['g1>net', 'g1>dns'],
    element: 'NIC hv-01-nat',
    reason: 'drops packets from 10.0.2.2',
  },
  {
    name: 'NAT on the wrong NIC',
    damage: (w) => (w.windows('hv-01').nat.interfaces = { 'Ethernet 2': 'full' }),
    // What the guests ask of the network still arrives, under the host's address; asked, they answer under it too.
    fail: ['g1>net', 'g1>dns', 'vm>g1', 'g2>g1'],
    element: 'NIC hv-01-nat',
    reason: 'drops packets from 10.0.2.2',
  },
  {
    name: 'WinNAT on the guests',
    damage: (w) => w.windows('hv-01').netNats.push({ name: 'Lab', internalPrefix: '10.0.2.0/24' }),
    fail: ['vm>g1', 'g2>g1'],
    element: 'NIC app-01-nic',
    reason: 'the answer comes from 10.0.1.4, not from 10.0.2.2',
  },
  {
    name: 'no host route for the first range',
    damage: dropRoute('10.0.0.0/22'),
    // It goes out translated by NIC 1: asking still works, being asked does not.
    fail: ['vm>g1'],
    element: 'NIC app-01-nic',
    reason: 'the answer comes from 10.0.0.4, not from 10.0.2.2',
  },
  {
    name: 'no host route for the second range',
    damage: dropRoute('10.10.0.0/16'),
    fail: ['g1>g2', 'g2>g1', 'lan1>g2'],
    element: 'subnet Ghosted-hv-02',
    reason: 'no network interface has the address 10.10.0.2',
  },
  {
    name: 'host routes without need',
    damage: (w) => {
      dropRoute('10.0.0.0/24')(w);
      dropRoute('168.63.129.16/32')(w);
    },
    fail: [],
    element: '',
    reason: '',
  },
  {
    name: 'DNS leaves by NIC 2',
    damage: (w) => {
      for (const route of w.windows('hv-01').routes) {
        if (route.prefix !== '168.63.129.16/32') continue;
        route.index = adapter(w, 'Ethernet 2').index;
        route.nextHop = '10.0.1.1';
      }
    },
    fail: ['g1>dns'],
    element: 'NIC hv-01-lan',
    reason: '168.63.129.16 answers only',
  },
  {
    name: 'no switch any more',
    damage: (w) => {
      const state = w.windows('hv-01');
      const { index } = adapter(w, 'vEthernet (NestedSwitch)');
      state.switches = [];
      state.adapters = state.adapters.filter((one) => one.index !== index);
      state.addresses = state.addresses.filter((one) => one.index !== index);
    },
    fail: ofG1,
    element: 'host hv-01',
    reason: 'there is no switch with an address for guests',
  },
  {
    name: 'DHCP stopped',
    damage: (w) => stop(w, 'DHCPServer'),
    fail: ofG1,
    element: 'host hv-01',
    reason: 'the DHCP server is not running',
  },
  {
    name: 'DHCP hands out another gateway',
    damage: (w) => {
      const scope = w.windows('hv-01').dhcp.scopes['10.0.2.0'];
      if (scope) scope.router = ['10.0.2.254'];
    },
    fail: ofG1,
    element: 'guest of hv-01',
    reason: 'nobody answers at its gateway 10.0.2.254',
  },
  {
    name: 'a security rule against guests',
    damage: (w) =>
      rules(w, 'Azure-VMs', {
        direction: 'Inbound',
        sourceAddressPrefix: '10.0.2.0/24',
        destinationAddressPrefix: '*',
        destinationPortRange: '*',
      }),
    fail: ['g1>vm'],
    element: 'NIC app-01-nic',
    reason: 'security rule no-ghosts',
  },
  {
    name: 'a security rule for another port',
    damage: (w) =>
      rules(w, 'Azure-VMs', {
        direction: 'Inbound',
        sourceAddressPrefixes: ['10.0.2.0/24'],
        destinationAddressPrefix: 'VirtualNetwork',
        destinationPortRanges: ['80', '8000-8100'],
      }),
    fail: [],
    element: '',
    reason: '',
  },
];

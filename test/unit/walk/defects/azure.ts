import { type Defect, rules } from './defect';
import { plain, routed } from './ways';

const table = 'route Nested-VMs-hv-01 of Routes-for-nested-VMs';
const peerings = ['to-spoke', 'to-hub'];

/** What is wrong in Azure. */
export const azureDefects: Defect[] = [
  {
    name: 'IP forwarding off on NIC 2',
    damage: (w) => w.set('hv-01-lan', { enableIPForwarding: false }),
    fail: plain,
    because: 'Azure drops at NIC 2 what is not from or for its own address; NIC 1 carries translated packets',
    element: 'NIC hv-01-lan',
    reason: 'IP forwarding is off',
  },
  {
    name: 'IP forwarding on on NIC 1',
    damage: (w) => w.set('hv-01-nat', { enableIPForwarding: true }),
    fail: [],
    because: 'packets at NIC 1 have its own address anyway',
  },
  {
    name: 'no table on Azure-VMs',
    damage: (w) => delete w.find('Azure-VMs').properties.routeTable,
    fail: ['g1>vm', 'vm>g1', 'g2>vm', 'vm>g2'],
    because: 'the machines there find no guest, neither to ask nor to answer; other subnets have their table',
    element: 'subnet Ghosted-hv-01',
    reason: 'no network interface has the address 10.0.2.2',
  },
  {
    name: 'no table on Hyper-V-LAN',
    damage: (w) => delete w.find('Hyper-V-LAN').properties.routeTable,
    fail: ['g1>g2', 'g2>g1', 'lan1>g2'],
    because: 'only from host to host a packet leaves from Hyper-V-LAN towards a ghosted range',
    element: 'subnet Ghosted-hv-02',
    reason: 'no network interface has the address 10.10.0.2',
  },
  {
    name: 'no table on GatewaySubnet',
    damage: (w) => delete w.find('GatewaySubnet').properties.routeTable,
    fail: ['g1>site', 'site>g1', 'site>g2'],
    because: 'the gateway finds no guest for what comes from the premises, answers included',
    element: 'subnet Ghosted-hv-01',
    reason: 'on the way back: no network interface has the address 10.0.2.2',
  },
  {
    name: 'no table on the subnet of the peer',
    damage: (w) => delete w.find('Spoke-VMs').properties.routeTable,
    fail: ['g1>peer', 'peer>g1', 'g2>peer'],
    because: 'routes of one network do not count in its peer',
    element: 'subnet Ghosted-hv-01',
    reason: 'no network interface has the address 10.0.2.2',
  },
  {
    name: 'route missing',
    damage: (w) => w.remove('Nested-VMs-hv-01'),
    fail: plain,
    because: 'nobody finds the guests of hv-01; answers to NIC 1 need no route, and hv-02 has its own',
    element: 'subnet Ghosted-hv-01',
    reason: 'no network interface',
  },
  {
    name: 'next hop nobody has',
    damage: (w) => w.set('Nested-VMs-hv-01', { nextHopIpAddress: '10.0.1.77' }),
    fail: plain,
    because: 'as without the route',
    element: table,
    reason: 'nobody has its next hop 10.0.1.77',
  },
  {
    name: 'next hop is the other host',
    damage: (w) => w.set('Nested-VMs-hv-01', { nextHopIpAddress: '10.0.1.5' }),
    fail: plain,
    because: 'hv-02 sends it back into a subnet whose table sends it to hv-02',
    element: 'NIC hv-02-lan',
    reason: 'loop',
  },
  {
    name: 'next hop is NIC 1',
    damage: (w) => w.set('Nested-VMs-hv-01', { nextHopIpAddress: '10.0.0.4' }),
    fail: plain,
    because: 'IP forwarding is off there, as it has to be',
    element: 'NIC hv-01-nat',
    reason: 'IP forwarding is off',
  },
  {
    name: 'next hop type None',
    damage: (w) => w.set('Nested-VMs-hv-01', { nextHopType: 'None' }),
    fail: plain,
    because: 'the table drops it on purpose',
    element: table,
    reason: 'dropped',
  },
  {
    name: 'the table keeps routes of gateways out',
    damage: (w) => w.set('Routes-for-nested-VMs', { disableBgpRoutePropagation: true }),
    fail: ['g1>site', 'site>g1', 'site>g2'],
    because: 'Hyper-V-LAN no longer knows the premises, and a gateway does not work with such a table',
    element: 'system route 192.168.0.0/16 (None)',
    reason: 'dropped',
  },
  {
    name: 'peering disconnected',
    damage: (w) => peerings.forEach((name) => w.set(name, { peeringState: 'Disconnected' })),
    fail: ['g1>peer', 'peer>g1', 'g2>peer'],
    because: 'nothing crosses it',
    element: 'system route 10.0.0.0/8 (None)',
    reason: 'dropped',
  },
  {
    name: 'peering without forwarded traffic',
    damage: (w) => peerings.forEach((name) => w.set(name, { allowForwardedTraffic: false })),
    fail: [],
    because: 'guests have addresses of their network, so their packets do not count as forwarded',
  },
  {
    name: 'host deallocated',
    damage: (w) => (w.power[w.find('hv-01').id.toLowerCase()] = 'deallocated'),
    fail: [...routed, 'lan1>g2', 'g1>own'],
    because: 'its guests are gone with it; those of hv-02 are not',
    element: 'host hv-01',
    reason: 'the machine is deallocated',
  },
  {
    name: 'NAT subnet without a way out',
    damage: (w) => delete w.find('NAT').properties.natGateway,
    fail: ['g1>net', 'g2>net'],
    because: 'both hosts leave from it; the platform’s DNS and private addresses need no way out',
    element: 'subnet NAT',
    reason: 'no way to the internet',
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
    because: 'answers of guests belong to a flow that the group let out itself',
    element: 'NIC app-01-nic',
    reason: 'security rule no-ghosts',
  },
  {
    name: 'a security rule against machines at NIC 2',
    damage: (w) =>
      rules(w, 'Hyper-V-LAN', {
        direction: 'Inbound',
        sourceAddressPrefix: '10.0.3.0/24',
        destinationAddressPrefix: '*',
        destinationPortRange: '*',
      }),
    fail: ['vm>g1', 'vm>g2'],
    because: 'both hosts are in the subnet; what guests ask comes back as an answer',
    element: 'NIC hv-01-lan',
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
    because: 'the packets of these ways go to port 443',
  },
];

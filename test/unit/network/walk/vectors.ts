import { neighbourVectors } from './neighbourVectors';
import { example, one, udr, type Vector } from './vectorSketches';

const system: Vector[] = [
  {
    page: udr,
    says: 'Azure creates a route with an address prefix that corresponds to each address range defined within the address space of a virtual network.',
    sketch: one(),
    has: ['Default Active 10.0.0.0/16 VnetLocal'],
  },
  {
    page: udr,
    says: 'If the virtual network address space has multiple address ranges defined, Azure creates an individual route for each address range.',
    sketch: one('10.0.0.0/16', '172.20.0.0/16'),
    has: ['Default Active 10.0.0.0/16 VnetLocal', 'Default Active 172.20.0.0/16 VnetLocal'],
  },
  {
    page: udr,
    says: "Though a virtual network contains subnets, and each subnet has a defined address range, Azure doesn't create default routes for subnet address ranges.",
    sketch: one(),
    lacks: ['10.0.0.0/24', '10.0.1.0/24'],
    sends: { '10.0.1.4': 'Default Active 10.0.0.0/16 VnetLocal' },
  },
  {
    page: udr,
    says: "If you don't override Azure's default routes, Azure routes traffic for any address not specified by an address range within a virtual network to the Internet.",
    sketch: one(),
    sends: { '203.0.113.10': 'Default Active 0.0.0.0/0 Internet' },
  },
  {
    page: udr,
    says: 'Azure automatically creates default routes for the following address prefixes: 10.0.0.0/8, 172.16.0.0/12, and 192.168.0.0/16: Reserved for private use in RFC 1918. 100.64.0.0/10: Reserved in RFC 6598.',
    sketch: one(),
    has: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(
      (prefix) => `Default Active ${prefix} None`,
    ),
  },
  {
    page: udr,
    says: 'Traffic routed to the None next hop type is dropped, rather than routed outside the subnet.',
    sketch: one(),
    sends: {
      '10.9.0.1': 'Default Active 10.0.0.0/8 None',
      '192.168.1.1': 'Default Active 192.168.0.0/16 None',
    },
  },
  {
    page: udr,
    says: 'If you assign any of the previous address ranges within the address space of a virtual network, Azure automatically changes the next hop type for the route from None to Virtual network.',
    sketch: one('192.168.0.0/16'),
    has: ['Default Active 192.168.0.0/16 VnetLocal'],
    lacks: ['192.168.0.0/16 None'],
  },
  {
    page: udr,
    says: "If you assign an address range to the address space of a virtual network that includes, but isn't the same as, one of the four reserved address prefixes, Azure removes the route for the prefix and adds a route for the address prefix you added, with Virtual network as the next hop type.",
    sketch: one('172.0.0.0/8'),
    has: ['Default Active 172.0.0.0/8 VnetLocal'],
    lacks: ['172.16.0.0/12'],
  },
  {
    page: udr,
    says: 'The route table for Subnet2 contains all Azure-created default routes and the optional virtual network peering and virtual network gateway optional routes.',
    sketch: example(),
    at: { subnetId: 'a2' },
    exactly: [
      'Default Active 10.0.0.0/16 VnetLocal',
      'Default Active 10.1.0.0/16 VNetPeering',
      'Default Active 10.2.0.0/16 VNetPeering',
      'VirtualNetworkGateway Active 10.10.0.0/16 VirtualNetworkGateway',
      'Default Active 0.0.0.0/0 Internet',
      // The example leaves the last of them out; the list of defaults has it.
      ...['10.0.0.0/8', '100.64.0.0/10', '192.168.0.0/16', '172.16.0.0/12'].map(
        (prefix) => `Default Active ${prefix} None`,
      ),
    ],
  },
];

const user: Vector[] = [
  {
    page: udr,
    says: 'When outbound traffic is sent from a subnet, Azure selects a route based on the destination IP address, using the longest prefix match algorithm.',
    sketch: one('172.20.0.0/16').table('t', [
      ['10.0.0.0/24', 'VirtualAppliance', '10.0.9.4'],
      ['10.0.0.0/16', 'VirtualAppliance', '10.0.9.5'],
    ]),
    sends: {
      '10.0.0.5': 'User Active 10.0.0.0/24 VirtualAppliance 10.0.9.4',
      '10.0.1.5': 'User Active 10.0.0.0/16 VirtualAppliance 10.0.9.5',
    },
  },
  {
    page: udr,
    says: 'If multiple routes contain the same address prefix, Azure selects the route type, based on the following priority: User-defined route, BGP route, System route',
    sketch: one()
      .subnet('gateways', 'a', '10.0.255.0/27')
      .gateway('vpn', 'gateways', ['0.0.0.0/0', '192.168.0.0/16', '10.0.0.0/8'])
      .table('t', [['192.168.0.0/16', 'VirtualAppliance', '10.0.9.4']]),
    has: [
      'User Active 192.168.0.0/16 VirtualAppliance 10.0.9.4',
      'VirtualNetworkGateway Invalid 192.168.0.0/16 VirtualNetworkGateway',
      'Default Invalid 192.168.0.0/16 None',
      'VirtualNetworkGateway Active 10.0.0.0/8 VirtualNetworkGateway',
      'Default Invalid 10.0.0.0/8 None',
      'Default Invalid 0.0.0.0/0 Internet',
    ],
    sends: { '10.9.0.1': 'VirtualNetworkGateway Active 10.0.0.0/8 VirtualNetworkGateway' },
  },
  {
    page: udr,
    says: 'When traffic is destined for an IP address outside the address prefixes of any other routes in the route table, Azure selects the route with the User source, because user-defined routes are higher priority than system default routes.',
    sketch: one().table('t', [['0.0.0.0/0', 'VirtualNetworkGateway']]),
    has: ['Default Invalid 0.0.0.0/0 Internet'],
    sends: { '203.0.113.10': 'User Active 0.0.0.0/0 VirtualNetworkGateway' },
  },
  {
    page: udr,
    says: 'Azure automatically changed the state from Active to Invalid, when ID2, a user-defined route, was added, since it has the same prefix as the default route, and user-defined routes override default routes.',
    sketch: example(),
    has: ['Default Invalid 10.0.0.0/16 VnetLocal', 'User Active 10.0.0.0/16 VirtualAppliance 10.0.100.4'],
    sends: { '10.0.7.7': 'User Active 10.0.0.0/16 VirtualAppliance 10.0.100.4' },
  },
  {
    page: udr,
    says: 'Traffic destined for addresses between 10.0.0.1 and 10.0.0.254 remains within the subnet, rather than being routed to the virtual appliance specified in the previous rule (ID2), because it has a longer prefix than the ID2 route.',
    sketch: example(),
    sends: { '10.0.0.9': 'User Active 10.0.0.0/24 VnetLocal' },
  },
  {
    page: udr,
    says: 'Azure drops traffic destined for addresses between 10.1.0.1-10.1.255.254 and 10.2.0.1-10.2.255.254, rather than being routed to the peered virtual network, because user-defined routes override default routes.',
    sketch: example(),
    has: ['Default Invalid 10.1.0.0/16 VNetPeering', 'Default Invalid 10.2.0.0/16 VNetPeering'],
    sends: { '10.1.0.4': 'User Active 10.1.0.0/16 None', '10.2.0.4': 'User Active 10.2.0.0/16 None' },
  },
  {
    page: udr,
    says: 'The route sends all traffic destined for the on-premises network to an NVA for inspection, rather than routing traffic directly on-premises.',
    sketch: example(),
    has: ['VirtualNetworkGateway Invalid 10.10.0.0/16 VirtualNetworkGateway'],
    sends: { '10.10.3.4': 'User Active 10.10.0.0/16 VirtualAppliance 10.0.100.4' },
  },
  {
    page: udr,
    says: 'Azure removed the routes for the 10.0.0.0/8, 192.168.0.0/16, and 100.64.0.0/10 address prefixes from the Subnet1 route table when the user-defined route for the 0.0.0.0/0 address prefix was added to Subnet1.',
    sketch: example(),
    lacks: ['10.0.0.0/8', '192.168.0.0/16', '100.64.0.0/10', '172.16.0.0/12'],
    sends: { '192.168.1.1': 'User Active 0.0.0.0/0 VirtualAppliance 10.0.100.4' },
  },
  {
    page: udr,
    says: "This route wasn't associated to Subnet2, so the route doesn't appear in the route table for Subnet2.",
    sketch: example(),
    at: { subnetId: 'a2' },
    lacks: ['User', 'Invalid'],
  },
  {
    page: udr,
    says: "When you create a route table and associate it to a subnet, the table's routes are combined with the subnet's default routes.",
    sketch: one().table('t', [['10.0.2.0/24', 'VirtualAppliance', '10.0.1.4']]),
    has: ['User Active 10.0.2.0/24 VirtualAppliance 10.0.1.4', 'Default Active 10.0.0.0/16 VnetLocal'],
    sends: {
      '10.0.2.2': 'User Active 10.0.2.0/24 VirtualAppliance 10.0.1.4',
      '10.0.3.2': 'Default Active 10.0.0.0/16 VnetLocal',
    },
  },
];

export const vectors: Vector[] = [...system, ...user, ...neighbourVectors];

/** Sentences that effective routes here do not follow. They are among the limits of paths in docs/api.md. */
export const limits: Vector[] = [
  {
    page: udr,
    says: 'You can now specify a service tag as the address prefix for a user-defined route instead of an explicit IP range.',
    sketch: one().table('t', [['Storage', 'VirtualAppliance', '10.0.9.4']]),
    // Which addresses a tag stands for is Microsoft's to say, and changes.
    lacks: ['User'],
    sends: { '203.0.113.10': 'Default Active 0.0.0.0/0 Internet' },
  },
];

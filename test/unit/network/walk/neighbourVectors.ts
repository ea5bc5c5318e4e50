import {
  diagnose,
  example,
  hub,
  managePeering,
  one,
  peering,
  transit,
  two,
  udr,
  type Vector,
} from './vectorSketches';

const peers: Vector[] = [
  {
    page: udr,
    says: 'When you create a virtual network peering between two virtual networks, the system adds a route for each address range within the address space of each virtual network involved in the peering.',
    sketch: two().peer('a', 'b'),
    has: ['Default Active 10.1.0.0/16 VNetPeering', 'Default Active 10.2.0.0/16 VNetPeering'],
  },
  {
    page: managePeering,
    says: "There's no connectivity between VirtualNetwork1 and VirtualNetwork3 through VirtualNetwork2.",
    sketch: two().network('c', '10.3.0.0/16').peer('a', 'b').peer('b', 'c'),
    lacks: ['10.3.0.0/16'],
    sends: { '10.3.0.4': 'Default Active 10.0.0.0/8 None' },
  },
  {
    page: peering,
    says: 'For example, if virtual network A is peered with virtual network B, and if virtual network B is peered with virtual network C, it does not translate to virtual network A being peered with virtual network C.',
    sketch: two().network('c', '10.3.0.0/16').peer('a', 'b').peer('b', 'c'),
    at: { subnetId: 'b1' },
    has: ['Default Active 10.0.0.0/16 VNetPeering', 'Default Active 10.3.0.0/16 VNetPeering'],
  },
  {
    page: managePeering,
    says: "The peering isn't successfully established until the peering status for both virtual network peerings is Connected.",
    sketch: two().half('a', 'b', { state: 'Initiated' }),
    lacks: ['VNetPeering'],
    sends: { '10.1.0.4': 'Default Active 10.0.0.0/8 None' },
  },
  {
    page: managePeering,
    says: 'When a peering between two virtual networks is deleted, traffic can no longer flow between the virtual networks.',
    sketch: two().half('a', 'b', { state: 'Disconnected' }),
    lacks: ['VNetPeering'],
  },
  {
    page: managePeering,
    says: "Selecting the Block all traffic to remote virtual network setting only changes the definition of the VirtualNetwork service tag. It doesn't fully prevent traffic flow across the peer connection, as explained in this setting description.",
    sketch: two().peer('a', 'b', { allowVirtualNetworkAccess: false }, { allowVirtualNetworkAccess: false }),
    has: ['Default Active 10.1.0.0/16 VNetPeering', 'Default Active 10.2.0.0/16 VNetPeering'],
  },
  {
    page: 'Sync-AzVirtualNetworkPeering',
    says: 'When invoked, it would sync the address space on the peering link with the latest address space of the (peered) remote virtual network.',
    sketch: two().peer('a', 'b', { remoteRanges: ['10.1.0.0/16'] }),
    has: ['Default Active 10.1.0.0/16 VNetPeering'],
    lacks: ['10.2.0.0/16'],
  },
  {
    page: 'configure-disable-peering-route-propagation',
    says: 'When you disable peering route propagation, you suppress system-generated IPv4 and IPv6 peering routes for supported workloads on subnets associated with a route table.',
    sketch: two().peer('a', 'b').table('t', [], { peeringRoutes: false }),
    lacks: ['VNetPeering'],
  },
];

const gateways: Vector[] = [
  {
    page: udr,
    says: 'When you exchange routes with Azure using BGP, a separate route is added to the route table of all subnets in a virtual network for each advertised prefix.',
    sketch: hub({}, {}),
    at: { subnetId: 'a2' },
    has: ['VirtualNetworkGateway Active 192.168.0.0/24 VirtualNetworkGateway'],
    sends: { '192.168.0.9': 'VirtualNetworkGateway Active 192.168.0.0/24 VirtualNetworkGateway' },
  },
  {
    page: udr,
    says: "When you disable route propagation, the system doesn't add routes to the route table of all subnets with Virtual network gateway route propagation disabled.",
    sketch: hub({}, {}).table('t', [], { gatewayRoutes: false }),
    lacks: ['VirtualNetworkGateway'],
    sends: { '192.168.0.9': 'Default Active 192.168.0.0/16 None' },
  },
  {
    page: udr,
    says: 'System routes for traffic related to virtual network, virtual network peerings, or virtual network service endpoints, are preferred routes, even if BGP routes are more specific.',
    sketch: two()
      .peer('a', 'b')
      .subnet('gateways', 'a', '10.0.255.0/27')
      .gateway('vpn', 'gateways', ['10.0.7.0/24', '10.1.0.0/16', '10.1.7.0/24']),
    has: [
      'VirtualNetworkGateway Invalid 10.0.7.0/24 VirtualNetworkGateway',
      'VirtualNetworkGateway Invalid 10.1.0.0/16 VirtualNetworkGateway',
      'VirtualNetworkGateway Invalid 10.1.7.0/24 VirtualNetworkGateway',
    ],
    sends: {
      '10.0.7.4': 'Default Active 10.0.0.0/16 VnetLocal',
      '10.1.7.4': 'Default Active 10.1.0.0/16 VNetPeering',
    },
  },
  {
    page: transit,
    says: 'Routes to the gateway-connected virtual networks or on-premises networks propagate to the routing tables for the peered virtual networks using gateway transit.',
    sketch: hub({ allowGatewayTransit: true }, { useRemoteGateways: true }),
    at: { subnetId: 'b1' },
    has: ['VirtualNetworkGateway Active 192.168.0.0/24 VirtualNetworkGateway'],
  },
  {
    page: managePeering,
    says: "Select Allow gateway in 'vnet-1' to forward traffic to 'vnet-2' if you want vnet-2 to receive traffic from vnet-1's gateway/Route Server.",
    sketch: hub({ allowGatewayTransit: false }, { useRemoteGateways: true }),
    at: { subnetId: 'b1' },
    lacks: ['VirtualNetworkGateway'],
  },
  {
    page: managePeering,
    says: "Select Enable 'vnet-1' to use 'vnet-2' remote gateway if you want vnet-1 to use vnet-2's gateway or Route Server.",
    sketch: hub({ allowGatewayTransit: true }, { useRemoteGateways: false }),
    at: { subnetId: 'b1' },
    lacks: ['VirtualNetworkGateway'],
  },
];

const machines: Vector[] = [
  {
    page: diagnose,
    says: 'Output is only returned if the VM is in the running state.',
    sketch: one().nic('n', 'a1', '10.0.0.4', { machine: { id: 'm', name: 'm', running: false } }),
    at: { interfaceId: 'n' },
    exactly: [],
  },
  {
    page: diagnose,
    says: 'Since each network interface can be in a different subnet, each network interface can have different effective routes.',
    sketch: example().nic('n', 'a2', '10.0.1.4'),
    at: { interfaceId: 'n' },
    lacks: ['User'],
    sends: { '10.0.0.4': 'Default Active 10.0.0.0/16 VnetLocal' },
  },
];

export const neighbourVectors: Vector[] = [...peers, ...gateways, ...machines];

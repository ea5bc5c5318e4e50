import { judgePeering, type HopTable, type PeeredNetwork } from '../../../../shared/azure/peeringChecks';
import { walk } from '../../../../shared/network/walk';
import { wayOf, type Way } from '../../walk/defects';
import { Estate } from '../../walk/estate';
import { viewOf } from './simulated';

const ways: Way[] = ['g1>peer', 'peer>g1', 'g2>peer'];
const wish = { id: '/spoke-vms', name: 'Spoke-VMs', via: 'host', prefix: '10.20.0.0/24' } as const;
const guests = ['10.0.1.0/24', '10.0.2.0/24', '10.10.0.0/24'];

/** One network by three who do not know each other: the plan of a host, the packet walk, and the simulated Azure. */
function judged(
  estate: Estate,
  routed: Parameters<typeof judgePeering>[0] = wish,
  tables: HopTable[] = [],
): { plan: boolean; paths: boolean; azure: boolean } {
  const view = viewOf(estate);
  const [own, other] = ['Nested-Fun', 'Spoke'].map((name): PeeredNetwork => {
    const { id = '', peerings = [] } = view.virtualNetworks.find((one) => one.name === name) ?? {};
    return { id, name, peerings: peerings.map((peering) => ({ ...peering, name: 'link' })) };
  });
  if (!own || !other) throw new Error('no such networks');
  return {
    plan: judgePeering(routed, guests, own, other, tables).length === 0,
    paths: ways.every((way) => {
      const { from, to, options } = wayOf(way);
      return walk(view, from, to, options).ok;
    }),
    azure: ways.every((way) => {
      const { from, to, options } = wayOf(way);
      return estate.walk(from, to, options).ok;
    }),
  };
}

/** Guests and the peer through an appliance with this address, in a subnet of its own. */
function inspected(network: string, address: string): Estate {
  const estate = new Estate();
  const hop = (prefix: string, nextHopIpAddress: string) => ({
    name: prefix,
    properties: { addressPrefix: prefix, nextHopType: 'VirtualAppliance', nextHopIpAddress },
  });
  const table = (name: string, routes: object[]) =>
    ({ id: estate.add('Microsoft.Network/routeTables', name, { routes }).id }) as const;
  estate.subnet(network, 'Firewall', { prefix: address.replace(/\d+$/, '0/24') });
  estate.nic('fw-nic', 'Firewall', address, { enableIPForwarding: true });
  estate.vm('fw', ['fw-nic']);
  const straight = [hop('10.0.2.0/24', '10.0.1.4'), hop('10.10.0.0/24', '10.0.1.5')];
  estate.set('Firewall', { routeTable: table('straight', straight) });
  const around = ['10.0.2.0/24', '10.10.0.0/24'].map((prefix) => hop(prefix, address));
  estate.set('Spoke-VMs', { routeTable: table('around', around) });
  const home = [...straight, hop('10.20.0.0/24', address)];
  estate.set('Hyper-V-LAN', { routeTable: table('home', home) });
  return estate;
}

// What an appliance sends on is forwarded traffic to the network that it enters; of its own it sends nothing.
it.each<[string, string, string, boolean]>([
  ['in the other network', 'Spoke', '10.20.1.9', false],
  ['in the same network', 'Nested-Fun', '10.10.250.9', true],
])('through an appliance %s our side has to take forwarded traffic, or not', (_, network, address, open) => {
  const behind = { ...wish, via: 'appliance' } as const;
  const tables = [{ subnets: ['/SPOKE-VMS'], hops: [{ prefix: '10.0.0.0/8', address }] }];
  const answers = [true, false].map((allowForwardedTraffic) => {
    const estate = inspected(network, address);
    const remoteAddressSpace = { addressPrefixes: ['10.20.0.0/16'] };
    estate.set('to-spoke', { allowForwardedTraffic, remoteAddressSpace });
    return judged(estate, behind, tables);
  });
  const all = (ok: boolean) => ({ plan: ok, paths: ok, azure: ok });
  expect(answers).toEqual([all(true), all(open)]);
});

const sides = ['to-spoke', 'to-hub'] as const;

it.each<[string, Record<string, unknown>, boolean[]]>([
  ['as it should be', {}, [true, true]],
  ['Disconnected', { peeringState: 'Disconnected' }, [false, false]],
  ['Initiated', { peeringState: 'Initiated' }, [false, false]],
  ['without access', { allowVirtualNetworkAccess: false }, [false, false]],
  // What machines of the peer send to guests is forwarded by nobody before it has crossed.
  ['without forwarded traffic', { allowForwardedTraffic: false }, [true, false]],
  [
    'that has not heard of the other',
    { remoteAddressSpace: { addressPrefixes: ['10.9.0.0/16'] } },
    [false, false],
  ],
])('a peering %s is the same to plan, paths and network, on either side', (_, properties, expected) => {
  const answers = sides.map((side) => {
    const estate = new Estate();
    estate.set(side, properties);
    return judged(estate);
  });
  expect(answers).toEqual(expected.map((ok) => ({ plan: ok, paths: ok, azure: ok })));
});

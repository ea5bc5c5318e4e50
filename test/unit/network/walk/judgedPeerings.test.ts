import { judgePeering, type PeeredNetwork } from '../../../../shared/azure/peeringChecks';
import { walk } from '../../../../shared/network/walk';
import { wayOf, type Way } from '../../walk/defects';
import { Estate } from '../../walk/estate';
import { viewOf } from './simulated';

const ways: Way[] = ['g1>peer', 'peer>g1', 'g2>peer'];
const wish = { name: 'Spoke-VMs', via: 'host', prefix: '10.20.0.0/24' } as const;
const guests = ['10.0.1.0/24', '10.0.2.0/24', '10.10.0.0/24'];

/** One network by three who do not know each other: the plan of a host, the packet walk, and the simulated Azure. */
function judged(estate: Estate): { plan: boolean; paths: boolean; azure: boolean } {
  const view = viewOf(estate);
  const [own, other] = ['Nested-Fun', 'Spoke'].map((name): PeeredNetwork => {
    const { id = '', peerings = [] } = view.virtualNetworks.find((one) => one.name === name) ?? {};
    return { id, name, peerings: peerings.map((peering) => ({ ...peering, name: 'link' })) };
  });
  if (!own || !other) throw new Error('no such networks');
  return {
    plan: judgePeering(wish, guests, own, other).length === 0,
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

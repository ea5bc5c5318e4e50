import type { VirtualNetwork, VirtualNetworkPeering } from '@azure/arm-network';
import { hostLayout } from '../../../shared/azure/layout';
import { verifyRouting, type Observed } from '../../../shared/azure/verify';
import {
  addresses,
  identity,
  layout,
  network,
  nic,
  peered,
  peering,
  route,
  shouted,
  spec,
  spoke,
  spokeId,
  subnet,
  table,
} from './fixture';

const tableId = shouted(layout.routeTable.id);
const routed = { routeTable: { id: tableId } };
const vnet = network([
  subnet('NAT', '10.0.0.0/24'),
  subnet('Hyper-V-LAN', '10.0.1.0/24', routed),
  subnet('Ghosted-hv-01', '10.0.2.0/24'),
  subnet('Azure-VMs', '10.0.3.0/24', routed),
]);
const seen = (own: VirtualNetwork) => ({ own, networks: [own] });
const good: Observed = {
  ...seen(vnet),
  nic1: nic('nic1'),
  nic2: nic('nic2'),
  tables: [table()],
};
const other = (address: string) => ({ ipConfigurations: [{ privateIPAddress: address }] });
const without = (name: string) => network((vnet.subnets ?? []).filter((one) => one.name !== name));

it('has nothing to say about a host that is as promised', () => {
  expect(verifyRouting(layout, good)).toEqual([]);
});

it.each<[string, Partial<Observed>, string[]]>([
  ['NIC 1 moved', { nic1: nic('nic1', other('10.0.0.9')) }, ['NIC 1 has another address.']],
  ['NIC 2 moved', { nic2: nic('nic2', other('10.0.1.9')) }, ['NIC 2 has another address.']],
  [
    'forwarding on at NIC 1',
    { nic1: nic('nic1', { enableIPForwarding: true }) },
    ['IP forwarding is on at NIC 1.'],
  ],
  [
    'forwarding off at NIC 2',
    { nic2: nic('nic2', { enableIPForwarding: false }) },
    ['IP forwarding is off at NIC 2.'],
  ],
  ['NIC 1 not primary', { nic1: nic('nic1', { primary: false }) }, ['NIC 1 is not the primary NIC.']],
  ['no ghosted subnet', seen(without('Ghosted-hv-01')), ['Ghosted-hv-01 is missing.']],
  [
    'somebody lives among the guests',
    seen(
      network([
        ...(without('Ghosted-hv-01').subnets ?? []),
        subnet('Ghosted-hv-01', '10.0.2.0/24', { ipConfigurations: [{ id: '/nics/somebody' }] }),
      ]),
    ),
    ['/nics/somebody lives in Ghosted-hv-01. Remove it: guests own that range.'],
  ],
  [
    'a wrong hop',
    { tables: [table({ routes: [route({ nextHopIpAddress: '10.0.1.9' })] })] },
    [
      'Azure-VMs has no route for 10.0.2.0/24 to 10.0.1.4.',
      'Hyper-V-LAN has no route for 10.0.2.0/24 to 10.0.1.4.',
    ],
  ],
  [
    'a wrong kind of hop',
    { tables: [table({ routes: [route({ nextHopType: 'None' })] })] },
    [expect.any(String), expect.any(String)],
  ],
  [
    'a route of somebody else for a part of the guests',
    {
      tables: [
        table({
          routes: [route(), route({ name: 'half', addressPrefix: '10.0.2.128/25', nextHopType: 'None' })],
        }),
      ],
    },
    [
      expect.stringMatching(
        /^The route half in Routes-for-nested-VMs sends 10\.0\.2\.128\/25 to .*, a part of 10\.0\.2\.0\/24.*Remove it/,
      ) as string,
    ],
  ],
  ['no route', { tables: [table({ routes: [] })] }, [expect.any(String), expect.any(String)]],
  ['table unread', { tables: [] }, [expect.any(String), expect.any(String)]],
  [
    'association lost',
    seen(
      network([
        subnet('Azure-VMs', '10.0.3.0/24'),
        subnet('Ghosted-hv-01', '10.0.2.0/24'),
        subnet('Hyper-V-LAN', '10.0.1.0/24', routed),
      ]),
    ),
    ['Azure-VMs has no route for 10.0.2.0/24 to 10.0.1.4.'],
  ],
])('%s', (_, change, problems) => {
  expect(verifyRouting(layout, { ...good, ...change })).toEqual(problems);
});

it('names everything that is missing if nothing is left', () => {
  expect(verifyRouting(layout, { networks: [], nic1: undefined, nic2: undefined, tables: [] })).toHaveLength(
    7,
  );
});

describe('a routed subnet behind a peering', () => {
  const far = hostLayout(identity, peered(), spec, addresses);
  const problems = (there: Partial<VirtualNetworkPeering>, back: Partial<VirtualNetworkPeering> = {}) => {
    const own = { ...vnet, virtualNetworkPeerings: [peering(spokeId, there)] };
    const other = spoke([peering(layout.virtualNetworkId, back)], 'Apps', routed);
    return verifyRouting(far, { ...good, own, networks: [own, other] });
  };

  it('is as promised while both sides let it through', () => {
    expect(problems({})).toEqual([]);
  });

  it.each<[string, Partial<VirtualNetworkPeering>, Partial<VirtualNetworkPeering>, RegExp]>([
    ['both sides lost', { peeringState: 'Disconnected' }, { peeringState: 'Disconnected' }, /both sides/],
    ['no access', { allowVirtualNetworkAccess: false }, {}, /allowVirtualNetworkAccess/],
    ['no forwarded traffic', {}, { allowForwardedTraffic: false }, /allowForwardedTraffic/],
  ])('%s', (_, there, back, what) => {
    expect(problems(there, back)).toEqual([expect.stringMatching(what)]);
  });
});

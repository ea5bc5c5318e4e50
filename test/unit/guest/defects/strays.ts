import type { Route, WindowsState } from '../../../../local/azure/guest/types';
import { type Defect, at, vEthernet } from './defect';

type Wish = Omit<Route, 'index' | 'metric' | 'persistent'> & Partial<Route>;

/** Puts routes on an adapter, as somebody with `route -p add` would. */
const put =
  (alias: string, ...routes: Wish[]) =>
  (state: WindowsState) => {
    const { index } = at(state, alias);
    state.routes.push(...routes.map((wish) => ({ index, metric: 1, persistent: true, ...wish })));
  };

const nic1 = 'Ethernet';
const nic2 = 'Ethernet 2';

/** Routes of others that take packets from the way meant for them; whoever made them has to remove them. */
export const strayDefects: Defect[] = [
  {
    name: 'the VNet by NIC 1 as well',
    named: {
      routes: 'route 10.0.0.0/22 via 10.0.0.1 on NIC 1 is in the way of 10.0.0.0/22',
      routeSelection: '10.0.3.254 does not leave by NIC 2',
    },
    damage: put(nic1, { prefix: '10.0.0.0/22', nextHop: '10.0.0.1' }),
    refused: 'foreignRoute',
  },
  {
    name: 'a subnet of the VNet by NIC 1',
    named: {
      routes: 'route 10.0.3.0/24 via 10.0.0.1 on NIC 1 is in the way of 10.0.0.0/22',
      routeSelection: '10.0.3.254 does not leave by NIC 2',
    },
    damage: put(nic1, { prefix: '10.0.3.0/24', nextHop: '10.0.0.1' }),
    refused: 'foreignRoute',
  },
  {
    name: 'a peer by NIC 1, should NIC 2 fail',
    named: { routes: 'route 10.10.0.0/16 via 10.0.0.1 on NIC 1 is in the way of 10.10.0.0/16' },
    damage: put(nic1, { prefix: '10.10.0.0/16', nextHop: '10.0.0.1', metric: 5000 }),
    refused: 'foreignRoute',
  },
  {
    name: 'one address of a peer by another gateway of NIC 2',
    named: { routes: 'route 10.10.7.7/32 via 10.0.1.99 on NIC 2 is in the way of 10.10.0.0/16' },
    damage: put(nic2, { prefix: '10.10.7.7/32', nextHop: '10.0.1.99' }),
    refused: 'foreignRoute',
  },
  {
    name: 'both halves of the internet by NIC 2',
    named: {
      routes:
        'route 0.0.0.0/1 via 10.0.1.1 on NIC 2 is in the way of 0.0.0.0/0; route 128.0.0.0/1 via 10.0.1.1 on NIC 2 is in the way of 0.0.0.0/0',
      routeSelection: '8.8.8.8 does not leave by NIC 1',
    },
    damage: put(
      nic2,
      { prefix: '0.0.0.0/1', nextHop: '10.0.1.1' },
      { prefix: '128.0.0.0/1', nextHop: '10.0.1.1' },
    ),
    refused: 'foreignRoute',
  },
  {
    name: 'the upper half of the internet by NIC 2',
    named: { routes: 'route 128.0.0.0/1 via 10.0.1.1 on NIC 2 is in the way of 0.0.0.0/0' },
    damage: put(nic2, { prefix: '128.0.0.0/1', nextHop: '10.0.1.1', persistent: false }),
    refused: 'foreignRoute',
  },
  {
    name: 'a quarter of the internet by NIC 2 from the next start on',
    named: { routes: 'route 64.0.0.0/2 via 10.0.1.1 on NIC 2 is in the way of 0.0.0.0/0' },
    damage: put(nic2, { prefix: '64.0.0.0/2', nextHop: '10.0.1.1', inactive: true }),
    refused: 'foreignRoute',
  },
  {
    name: 'a subnet of the VNet by a guest',
    named: {
      routes: 'route 10.0.3.0/24 via 10.0.2.9 on the switch is in the way of 10.0.0.0/22',
      routeSelection: '10.0.3.254 does not leave by NIC 2',
    },
    damage: put(vEthernet, { prefix: '10.0.3.0/24', nextHop: '10.0.2.9' }),
    refused: 'foreignRoute',
  },
  {
    name: 'a subnet of the VNet on the link of the switch',
    named: {
      routes: 'route 10.0.3.0/24 via 0.0.0.0 on the switch is in the way of 10.0.0.0/22',
      routeSelection: '10.0.3.254 does not leave by NIC 2',
    },
    damage: put(vEthernet, { prefix: '10.0.3.0/24', nextHop: '0.0.0.0' }),
    refused: 'foreignRoute',
  },
  {
    name: 'half of the guests by NIC 2',
    named: { routes: 'route 10.0.2.128/25 via 10.0.1.1 on NIC 2 is in the way of 10.0.2.0/24' },
    damage: put(nic2, { prefix: '10.0.2.128/25', nextHop: '10.0.1.1' }),
    refused: 'foreignRoute',
  },
  {
    name: 'a range of the VNet by the list of RRAS',
    named: {
      routes: 'route 10.0.3.128/25 via 10.0.0.1 on NIC 1 is in the way of 10.0.0.0/22',
      routeSelection: '10.0.3.254 does not leave by NIC 2',
    },
    damage: put(nic1, { prefix: '10.0.3.128/25', nextHop: '10.0.0.1', persistent: false, router: true }),
    refused: 'foreignRoute',
  },
  {
    name: 'another switch with a subnet of the VNet',
    named: {
      routes: 'route 10.0.3.0/24 via 0.0.0.0 on adapter 40 is in the way of 10.0.0.0/22',
      routeSelection: '10.0.3.254 does not leave by NIC 2',
    },
    damage: (state) => {
      const alias = 'vEthernet (Lab)';
      state.adapters.push({ ...at(state, vEthernet), index: 40, alias, mac: '00-15-5D-00-00-40' });
      state.addresses.push({ index: 40, address: '10.0.3.1', prefixLength: 24, origin: 'Manual' });
    },
    refused: 'foreignRoute',
  },
];

/** Routes that are no fault: what Windows and Azure have there by themselves, and what takes nothing from anybody. */
export const harmless: [what: string, add: (state: WindowsState) => void][] = [
  ['a range of the owner, outside the plan', put(nic2, { prefix: '172.20.0.0/16', nextHop: '10.0.1.9' })],
  ['part of a planned range on the same way', put(nic2, { prefix: '10.0.3.0/24', nextHop: '10.0.1.1' })],
  ['a range around planned ones', put(nic1, { prefix: '10.0.0.0/8', nextHop: '10.0.0.1' })],
  [
    'both halves of the internet by NIC 1',
    put(nic1, { prefix: '0.0.0.0/1', nextHop: '10.0.0.1' }, { prefix: '128.0.0.0/1', nextHop: '10.0.0.1' }),
  ],
  [
    'routes of Azure’s DHCP on NIC 1',
    put(nic1, { prefix: '169.254.169.254/32', nextHop: '10.0.0.1', persistent: false, dhcp: true }),
  ],
  [
    'the host’s own addresses, multicast and broadcast',
    (state) => {
      for (const [alias, own, broadcast] of [
        [nic1, '10.0.0.4', '10.0.0.255'],
        [nic2, '10.0.1.4', '10.0.1.255'],
        [vEthernet, '10.0.2.1', '10.0.2.255'],
      ] as const) {
        for (const prefix of [`${own}/32`, `${broadcast}/32`, '224.0.0.0/4', '255.255.255.255/32']) {
          put(alias, { prefix, nextHop: '0.0.0.0', persistent: false, metric: 256 })(state);
        }
      }
      for (const prefix of ['127.0.0.0/8', '127.0.0.1/32', '224.0.0.0/4']) {
        put(nic1, { prefix, nextHop: '0.0.0.0', persistent: false, index: 1 })(state);
      }
    },
  ],
  [
    'a route of an adapter that is gone',
    put(nic1, { prefix: '128.0.0.0/1', nextHop: '10.0.1.1', index: 99, inactive: true }),
  ],
];

import { type Defect, at, nic1, nic2, put, vEthernet } from './defect';

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

import { firstHost } from '../host';
import type { WindowsState } from '../../../../local/azure/guest';
import { type Defect, at, remember, routeTo, vEthernet } from './defect';

const keyOf = ({ prefix, gateway, nic }: (typeof firstHost.routes)[number]) => `${prefix}>${gateway}>${nic}`;
/** An address in each range of NIC 2; what has no route leaves by NIC 1. */
const samples: Record<string, string> = { '10.0.0.0/22': '10.0.3.254', '10.10.0.0/16': '10.10.255.254' };

/** What is wrong with forwarding, routes, NICs, the switch and its address. */
export const networkDefects: Defect[] = [
  {
    name: 'forwarding off on NIC 1',
    named: { forwarding: 'forwarding is off on nic1' },
    damage: (s) => (at(s, 'Ethernet').forwarding = false),
  },
  {
    name: 'forwarding off on NIC 2',
    named: { forwarding: 'forwarding is off on nic2' },
    damage: (s) => (at(s, 'Ethernet 2').forwarding = false),
  },
  {
    name: 'forwarding off on the switch',
    named: { forwarding: 'forwarding is off on vEthernet' },
    damage: (s) => (at(s, vEthernet).forwarding = false),
  },
  ...firstHost.routes.map(({ prefix, gateway, nic }) => ({
    name: `route ${prefix} missing`,
    named: {
      routes: `route ${prefix} via ${gateway} on NIC ${nic} is missing`,
      ...(nic === 2 ? { routeSelection: `${samples[prefix]} does not leave by NIC 2` } : {}),
    },
    damage: (s: WindowsState) => (s.routes = s.routes.filter((route) => route.prefix !== prefix)),
  })),
  {
    name: 'a route that Windows forgets at the next start',
    named: { routes: 'route 10.10.0.0/16 via 10.0.1.1 on NIC 2 is lost at the next start' },
    damage: (s) => (routeTo(s, '10.10.0.0/16').persistent = false),
  },
  {
    name: 'a route that is stored and not in force',
    named: {
      routes: 'route 10.10.0.0/16 via 10.0.1.1 on NIC 2 is missing',
      routeSelection: '10.10.255.254 does not leave by NIC 2',
    },
    damage: (s) => (routeTo(s, '10.10.0.0/16').inactive = true),
  },
  {
    name: 'a route that RRAS lists and that is not in force',
    named: {
      routes: 'route 10.10.0.0/16 via 10.0.1.1 on NIC 2 is missing',
      routeSelection: '10.10.255.254 does not leave by NIC 2',
    },
    damage: (s) =>
      Object.assign(routeTo(s, '10.10.0.0/16'), { persistent: false, router: true, inactive: true }),
    refused: 'routeInactive',
  },
  {
    name: 'a route with another metric',
    named: { routes: 'route 10.10.0.0/16 via 10.0.1.1 on NIC 2 has metric 5, not 256' },
    damage: (s) => (routeTo(s, '10.10.0.0/16').metric = 5),
  },
  {
    name: 'a route of an earlier plan',
    named: { routes: 'route 172.30.0.0/16 via 10.0.1.1 is planned no longer' },
    damage: (s) => {
      s.routes.push({ ...routeTo(s, '10.10.0.0/16'), prefix: '172.30.0.0/16' });
      remember(s, { routes: [...firstHost.routes.map(keyOf), '172.30.0.0/16>10.0.1.1>2'] });
    },
  },
  {
    name: 'VNet route on the wrong gateway',
    named: {
      routes:
        'route 10.0.0.0/22 via 10.0.1.1 on NIC 2 is missing; route 10.0.0.0/22 via 10.0.1.99 on NIC 2 is in the way of 10.0.0.0/22',
    },
    damage: (s) => {
      for (const route of s.routes) if (route.prefix === '10.0.0.0/22') route.nextHop = '10.0.1.99';
    },
    refused: 'foreignRoute',
  },
  {
    name: 'DNS pinned to NIC 2 as well',
    named: {
      routes: 'route 168.63.129.16/32 via 10.0.1.1 on NIC 2 is in the way of 168.63.129.16/32',
      routeSelection: '168.63.129.16 does not leave by NIC 1',
      platform: '168.63.129.16:80 does not answer',
    },
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
    named: { defaultRoute: 'default route via 10.0.1.1 is not on NIC 1' },
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
    named: {
      switch: '0 switches named NestedSwitch',
      address: 'the switch has no adapter in the host',
      metadata: 'the switch has no adapter in the host',
      forwarding: 'forwarding is off on vEthernet',
      dhcpBinding: 'DHCP does not serve ; DHCP serves vEthernet (NestedSwitch)',
    },
    damage: (s) => {
      const { index } = at(s, vEthernet);
      s.switches = [];
      s.adapters = s.adapters.filter((adapter) => adapter.index !== index);
      s.addresses = s.addresses.filter((address) => address.index !== index);
    },
  },
  {
    name: 'switch of another type',
    named: { switch: 'switch NestedSwitch is External' },
    damage: (s) => (s.switches = [{ name: 'NestedSwitch', type: 'External' }]),
    refused: 'switchType',
  },
  {
    name: 'address with another mask',
    named: { address: "address is '10.0.2.1/16', not 10.0.2.1/24" },
    damage: (s) => {
      for (const one of s.addresses) if (one.address === '10.0.2.1') one.prefixLength = 16;
    },
  },
  {
    name: 'address gone',
    named: { address: "address is '', not 10.0.2.1/24" },
    damage: (s) => (s.addresses = s.addresses.filter(({ address }) => address !== '10.0.2.1')),
  },
  {
    name: 'a second address on the switch',
    named: { address: "address is '10.0.2.1/24, 10.0.2.9/24', not 10.0.2.1/24" },
    damage: (s) =>
      s.addresses.push({
        index: at(s, vEthernet).index,
        address: '10.0.2.9',
        prefixLength: 24,
        origin: 'Manual',
      }),
  },
  {
    name: 'address by DHCP',
    named: { address: 'address 10.0.2.1/24 is not static' },
    damage: (s) => {
      for (const one of s.addresses) if (one.address === '10.0.2.1') one.origin = 'Dhcp';
    },
  },
  {
    name: 'no default route',
    named: { defaultRoute: 'no default route', routeSelection: '8.8.8.8 does not leave by NIC 1' },
    damage: (s) => (s.routes = s.routes.filter(({ prefix }) => prefix !== '0.0.0.0/0')),
    refused: 'defaultRoute',
  },
  {
    name: 'NIC 2 with another address',
    named: {
      nic2: 'NIC 2 (00-0D-3A-00-00-02, 10.0.1.4): 0 adapters fit. Same MAC: Ethernet 2 [Microsoft Hyper-V Network Adapter #2].',
    },
    damage: (s) => {
      for (const one of s.addresses) if (one.address === '10.0.1.4') one.address = '10.0.1.9';
    },
    refused: 'nicNotFound',
  },
];

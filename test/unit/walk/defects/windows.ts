import type { RouterFilter } from '../../../../local/azure/guest/types';
import { type Defect, adapter, onHost } from './defect';
import { plain, routed, translated } from './ways';

const stop = (service: string) =>
  onHost((state) => (state.services[service] = { status: 'Stopped', startType: 'Automatic' }));
const noForwarding = (alias: string) => onHost((state) => (adapter(state, alias).forwarding = false));
const scope = (change: object) => onHost(({ dhcp }) => Object.assign(dhcp.scopes['10.0.2.0'] ?? {}, change));
const switchAdapter = 'vEthernet (NestedSwitch)';
const filters = (change: (all: RouterFilter[]) => RouterFilter[]) =>
  onHost(({ rras }) => (rras.filters = { [switchAdapter]: change(rras.filters?.[switchAdapter] ?? []) }));

/** What is wrong in Windows on hv-01: routing as such, the switch, DHCP. */
export const windowsDefects: Defect[] = [
  {
    name: 'no metadata filters',
    damage: filters(() => []),
    fail: [],
    open: ['g1>meta', 'g1>wire', 'g1>plugin'],
    because: 'filters close ways and open none; both services answer whatever comes from NIC 1',
  },
  {
    name: 'no filter for the metadata service',
    damage: filters((all) => all.filter(({ destination }) => destination !== '169.254.169.254/32')),
    fail: [],
    open: ['g1>meta'],
    because: 'the filters of the wire server are others',
  },
  {
    name: 'no filter for one port of the wire server',
    damage: filters((all) => all.filter(({ port }) => port !== 80)),
    fail: [],
    open: ['g1>wire'],
    because: 'each port has its filter',
  },
  {
    name: 'metadata filters on NIC 2',
    damage: onHost(({ rras }) => (rras.filters = { 'Ethernet 2': rras.filters?.[switchAdapter] ?? [] })),
    fail: [],
    open: ['g1>meta', 'g1>wire', 'g1>plugin'],
    because: 'what guests send does not come in there',
  },
  {
    name: 'metadata filters that name what may pass',
    damage: onHost(({ rras }) => (rras.filterLists = [switchAdapter])),
    fail: routed,
    open: ['g1>meta', 'g1>wire', 'g1>plugin'],
    because: 'everything else is dropped where guests come in, their answers included',
    element: 'host hv-01',
    reason: `a filter on ${switchAdapter} drops`,
  },
  {
    name: 'RRAS stopped',
    damage: stop('RemoteAccess'),
    fail: routed,
    because: 'Windows forwards nothing without it; the switch needs nobody',
    element: 'host hv-01',
    reason: 'RRAS is not running',
  },
  {
    name: 'RRAS does not start by itself',
    damage: onHost((state) => (state.services.RemoteAccess = { status: 'Running', startType: 'Manual' })),
    fail: [],
    because: 'it runs until the next boot',
  },
  {
    name: 'forwarding off in the switch adapter',
    damage: noForwarding(switchAdapter),
    fail: routed,
    because: 'every packet of a guest to elsewhere comes in there',
    element: 'host hv-01',
    reason: 'forwarding is off on vEthernet (NestedSwitch)',
  },
  {
    name: 'forwarding off in NIC 2 of Windows',
    damage: noForwarding('Ethernet 2'),
    fail: plain,
    because: 'what is translated goes by NIC 1',
    element: 'host hv-01',
    reason: 'forwarding is off on Ethernet 2',
  },
  {
    name: 'forwarding off in NIC 1 of Windows',
    damage: noForwarding('Ethernet'),
    fail: translated,
    because: 'what is not translated goes by NIC 2',
    element: 'host hv-01',
    reason: 'forwarding is off on Ethernet',
  },
  {
    name: 'no default route',
    damage: onHost((s) => (s.routes = s.routes.filter(({ prefix }) => prefix !== '0.0.0.0/0'))),
    fail: ['g1>net'],
    because: 'the platform’s DNS and the NAT prefix have routes of their own',
    element: 'host hv-01',
    reason: 'no route to 203.0.113.10',
  },
  {
    name: 'default route by NIC 2',
    damage: onHost((s) => {
      for (const route of s.routes) {
        if (route.prefix === '0.0.0.0/0') {
          Object.assign(route, { index: adapter(s, 'Ethernet 2').index, nextHop: '10.0.1.1' });
        }
      }
    }),
    fail: ['g1>net'],
    because: 'there nobody translates, and Azure lets no foreign address out to the internet',
    element: 'NIC hv-01-lan',
    reason: 'not 10.0.2.2',
  },
  {
    name: 'no switch any more',
    damage: onHost((state) => {
      const { index } = adapter(state, switchAdapter);
      state.switches = [];
      state.adapters = state.adapters.filter((one) => one.index !== index);
      state.addresses = state.addresses.filter((one) => one.index !== index);
    }),
    fail: [...routed, 'g1>own'],
    because: 'guests are connected to nothing',
    element: 'host hv-01',
    reason: 'there is no switch with an address for guests',
  },
  {
    name: 'the switch has another address',
    damage: onHost((s) => {
      for (const one of s.addresses) if (one.address === '10.0.2.1') one.address = '10.0.2.250';
    }),
    fail: routed,
    because: 'DHCP still hands out the old one as gateway; on the switch guests meet without it',
    element: 'guest of hv-01',
    reason: 'nobody answers at its gateway 10.0.2.1',
  },
  {
    name: 'DHCP stopped',
    damage: stop('DHCPServer'),
    fail: [...routed, 'g1>own'],
    because: 'guests get no address',
    element: 'host hv-01',
    reason: 'the DHCP server is not running',
  },
  {
    name: 'DHCP not bound to the switch',
    damage: onHost((state) => (state.dhcp.bindings[switchAdapter] = false)),
    fail: [...routed, 'g1>own'],
    because: 'guests get no address',
    element: 'host hv-01',
    reason: 'DHCP does not serve vEthernet (NestedSwitch)',
  },
  {
    name: 'DHCP scope inactive',
    damage: scope({ state: 'Inactive' }),
    fail: [...routed, 'g1>own'],
    because: 'guests get no address',
    element: 'host hv-01',
    reason: 'no active scope',
  },
  {
    name: 'DHCP hands out another gateway',
    damage: scope({ router: ['10.0.2.254'] }),
    fail: routed,
    because: 'nobody is at that address; neighbours on the switch need no gateway',
    element: 'guest of hv-01',
    reason: 'nobody answers at its gateway 10.0.2.254',
  },
];

import { type Defect, adapter, dropRoute, onHost } from './defect';
import type { NatMode } from '../../../../local/azure/guest/types';
import { asked, routed, translated } from './ways';

const nat = (interfaces: Record<string, NatMode>) => onHost((state) => (state.nat.interfaces = interfaces));

const addRoutes = (alias: string, nextHop: string, ...prefixes: string[]) =>
  onHost((state) => {
    const { index } = adapter(state, alias);
    for (const prefix of prefixes) state.routes.push({ prefix, nextHop, index, metric: 1, persistent: true });
  });

/** What is wrong with NAT and routes in Windows on hv-01: who is translated, and which NIC a packet takes. */
export const translationDefects: Defect[] = [
  {
    name: 'no NAT',
    damage: nat({}),
    fail: translated,
    because: 'NIC 1 must not send the addresses of guests',
    element: 'NIC hv-01-nat',
    reason: 'IP forwarding is off',
  },
  {
    name: 'NAT interface private',
    damage: nat({ Ethernet: 'private' }),
    fail: translated,
    because: 'a private interface translates nothing',
    element: 'NIC hv-01-nat',
    reason: 'drops packets from 10.0.2.2',
  },
  {
    name: 'NAT on the wrong NIC',
    damage: nat({ 'Ethernet 2': 'full' }),
    fail: [...translated, ...asked],
    because: 'asked, guests answer under the address of NIC 2; what they ask themselves works under it',
    element: 'NIC hv-01-nat',
    reason: 'drops packets from 10.0.2.2',
  },
  {
    name: 'NAT on NIC 2 as well',
    damage: nat({ Ethernet: 'full', 'Ethernet 2': 'full' }),
    fail: asked,
    because: 'as on NIC 2 alone, but NIC 1 does its work',
    element: 'host hv-01',
    reason: 'the answer comes from 10.0.1.4, not from 10.0.2.2',
  },
  {
    name: 'WinNAT on the guests',
    damage: onHost((state) => state.netNats.push({ name: 'Lab', internalPrefix: '10.0.2.0/24' })),
    fail: asked,
    because: 'it translates by source, whichever NIC a packet takes: guests answer under the host’s address',
    element: 'host hv-01',
    reason: 'the answer comes from 10.0.1.4, not from 10.0.2.2',
  },
  {
    name: 'WinNAT on another prefix',
    damage: onHost((state) => state.netNats.push({ name: 'Docker', internalPrefix: '172.20.0.0/20' })),
    fail: [],
    because: 'it translates only what comes from there',
  },
  {
    name: 'no host route for the first range',
    damage: dropRoute('10.0.0.0/22'),
    fail: ['vm>g1'],
    because:
      'it leaves translated by NIC 1: asking works, answers have the wrong source; g2 is in the other range',
    element: 'host hv-01',
    reason: 'the answer comes from 10.0.0.4, not from 10.0.2.2',
  },
  {
    name: 'no host route for the second range',
    damage: dropRoute('10.10.0.0/16'),
    fail: ['g1>g2', 'g2>g1', 'lan1>g2'],
    because:
      'NIC 1 is in a subnet without table, where nobody knows guests; the NAT prefix has its own route',
    element: 'subnet Ghosted-hv-02',
    reason: 'no network interface has the address 10.10.0.2',
  },
  {
    name: 'no host route for the peer',
    damage: dropRoute('10.20.0.0/16'),
    fail: ['peer>g1'],
    because: 'asking works translated by NIC 1; answers have the wrong source',
    element: 'host hv-01',
    reason: 'the answer comes from 10.0.0.4, not from 10.0.2.2',
  },
  {
    name: 'no host route for the premises',
    damage: dropRoute('192.168.0.0/16'),
    fail: ['site>g1'],
    because: 'asking works translated by NIC 1; answers have the wrong source',
    element: 'host hv-01',
    reason: 'the answer comes from 10.0.0.4, not from 10.0.2.2',
  },
  {
    name: 'no host route for the NAT prefix',
    damage: dropRoute('10.10.254.0/26'),
    fail: ['g1>nat'],
    because: 'it leaves untranslated by NIC 2, and its subnet has no table to answer a guest by',
    element: 'subnet Ghosted-hv-01',
    reason: 'on the way back: no network interface has the address 10.0.2.2',
  },
  {
    name: 'no host route for the NAT subnet',
    damage: dropRoute('10.0.0.0/24'),
    fail: [],
    because: 'it is on the link of NIC 1',
  },
  {
    name: 'no host route for DNS',
    damage: dropRoute('168.63.129.16/32'),
    fail: [],
    because: 'the default route leads there, too',
  },
  {
    name: 'the route for a range by NIC 1',
    damage: onHost((state) => {
      for (const route of state.routes) {
        if (route.prefix === '10.0.0.0/22') {
          Object.assign(route, { index: adapter(state, 'Ethernet').index, nextHop: '10.0.0.1' });
        }
      }
    }),
    fail: ['vm>g1'],
    because: 'as without the route: NIC 1 translates',
    element: 'host hv-01',
    reason: 'the answer comes from 10.0.0.4, not from 10.0.2.2',
  },
  {
    name: 'a narrower route for a subnet by NIC 1',
    damage: addRoutes('Ethernet', '10.0.0.1', '10.0.3.0/24'),
    fail: ['vm>g1'],
    because: 'it wins over the range it lies in, and NIC 1 translates',
    element: 'host hv-01',
    reason: 'the answer comes from 10.0.0.4, not from 10.0.2.2',
  },
  {
    name: 'the halves of the internet by NIC 2',
    damage: addRoutes('Ethernet 2', '10.0.1.1', '0.0.0.0/1', '128.0.0.0/1'),
    fail: ['g1>net'],
    because:
      'they win over the default route; the platform’s DNS and the NAT prefix have routes of their own',
    element: 'NIC hv-01-lan',
    reason: 'not 10.0.2.2',
  },
  {
    name: 'a subnet of the VNet by the switch',
    damage: addRoutes('vEthernet (NestedSwitch)', '10.0.2.9', '10.0.3.0/24'),
    fail: ['g1>vm', 'vm>g1'],
    because: 'what is meant for it stays on the switch',
    element: 'host hv-01',
    reason: 'no guest has the address 10.0.3.4',
  },
  {
    name: 'half of the guests by NIC 2',
    damage: addRoutes('Ethernet 2', '10.0.1.1', '10.0.2.0/25'),
    fail: routed,
    because: 'questions and answers to them go back where they came from',
    element: 'NIC hv-01-lan',
    reason: 'the packet goes round in a loop',
  },
  {
    name: 'a wider route than those of the plan',
    damage: addRoutes('Ethernet', '10.0.0.1', '10.0.0.0/8'),
    fail: [],
    because: 'the longest prefix decides',
  },
  {
    name: 'DNS leaves by NIC 2',
    damage: onHost((state) => {
      for (const route of state.routes) {
        if (route.prefix !== '168.63.129.16/32') continue;
        Object.assign(route, { index: adapter(state, 'Ethernet 2').index, nextHop: '10.0.1.1' });
      }
    }),
    fail: ['g1>dns'],
    because: 'Azure’s DNS answers the address of a primary NIC only',
    element: 'NIC hv-01-lan',
    reason: '168.63.129.16 answers only',
  },
];

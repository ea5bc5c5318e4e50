import type { WindowsState } from '../../../../local/azure/guest';
import { nic1, nic2, put, routeTo, vEthernet } from './defect';

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
  [
    'planned routes in the list of RRAS alone, with its own metric',
    (state) => {
      Object.assign(routeTo(state, '10.10.0.0/16'), { persistent: false, router: true });
      Object.assign(routeTo(state, '10.0.0.0/24'), { persistent: false, router: true, metric: 5 });
    },
  ],
  ['a planned route in both lists', (state) => (routeTo(state, '10.0.0.0/22').router = true)],
];

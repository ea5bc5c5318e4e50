import type { WindowsState } from '../../../../local/azure/guest';
import { type Defect, remember, stop, vEthernet } from './defect';

/** What is wrong with RRAS, its NAT and its filters, and who else translates. */
export const routerDefects: Defect[] = [
  {
    name: 'RemoteAccess stopped',
    named: {
      rras: 'service RemoteAccess is not running',
      nat: 'NIC 1 is not a full NAT interface',
      metadata:
        'guests reach 169.254.169.254; guests reach 168.63.129.16:80; guests reach 168.63.129.16:32526',
    },
    damage: stop('RemoteAccess'),
  },
  {
    name: 'RemoteAccess not automatic',
    named: { rras: 'service RemoteAccess does not start by itself' },
    damage: (s) => (s.services.RemoteAccess = { status: 'Running', startType: 'Manual' }),
  },
  {
    name: 'RRAS unconfigured',
    named: {
      rras: 'RRAS is not configured for routing',
      nat: 'NIC 1 is not a full NAT interface',
      metadata:
        'guests reach 169.254.169.254; guests reach 168.63.129.16:80; guests reach 168.63.129.16:32526',
    },
    damage: (s) => (s.rras.routing = 'Uninstalled'),
  },
  {
    name: 'RRAS older than the switch',
    named: { rras: 'the switch is newer than RRAS' },
    damage: (s) => remember(s, { routerStale: true }),
  },
  ...[undefined, 5].map((size) => ({
    name: `address pool of RRAS ${size ?? "as Windows' default"}`,
    named: { addressPool: `InitialAddressPoolSize is '${size ?? ''}', not 0` },
    damage: (s: WindowsState) => {
      if (size === undefined) delete s.rras.initialAddressPoolSize;
      else s.rras.initialAddressPoolSize = size;
    },
  })),
  {
    name: 'NAT on an adapter that is gone',
    named: { natNames: 'NAT has Ethernet 9, which is gone' },
    damage: (s) => (s.nat.interfaces['Ethernet 9'] = 'full'),
  },
  {
    name: 'NAT lost',
    named: { nat: 'NIC 1 is not a full NAT interface' },
    damage: (s) => (s.nat.interfaces = {}),
  },
  {
    name: 'NAT uninstalled',
    named: { nat: 'NIC 1 is not a full NAT interface' },
    damage: (s) => (s.nat.installed = false),
  },
  {
    name: 'NAT private on NIC 1',
    named: { nat: 'NIC 1 is not a full NAT interface' },
    damage: (s) => (s.nat.interfaces.Ethernet = 'private'),
  },
  {
    name: 'NAT on NIC 2 too',
    named: { nat: 'NIC 2 is a NAT interface (full)' },
    damage: (s) => (s.nat.interfaces['Ethernet 2'] = 'full'),
  },
  {
    name: 'NAT on NIC 2 instead',
    named: { nat: 'NIC 2 is a NAT interface (full); NIC 1 is not a full NAT interface' },
    damage: (s) => (s.nat.interfaces = { 'Ethernet 2': 'full' }),
  },
  {
    name: 'WinNAT on the guests',
    named: { netNat: 'NetNat Lab translates 10.0.2.0/24' },
    damage: (s) => s.netNats.push({ name: 'Lab', internalPrefix: '10.0.2.0/24' }),
    refused: 'foreignNetNat',
  },
  ...Object.entries({
    '169.254.169.254/32': 'guests reach 169.254.169.254',
    '168.63.129.16/32': 'guests reach 168.63.129.16:80; guests reach 168.63.129.16:32526',
  }).map(([destination, metadata]) => ({
    name: `filter for ${destination} missing`,
    named: { metadata },
    damage: (s: WindowsState) => {
      const left = s.rras.filters?.[vEthernet]?.filter((one) => one.destination !== destination);
      s.rras.filters = { [vEthernet]: left ?? [] };
    },
  })),
  {
    name: 'filters on another adapter',
    named: {
      metadata:
        'guests reach 169.254.169.254; guests reach 168.63.129.16:80; guests reach 168.63.129.16:32526',
    },
    damage: (s) => (s.rras.filters = { Ethernet: s.rras.filters?.[vEthernet] ?? [] }),
  },
  {
    name: 'filters that let in what they name',
    named: { metadata: 'the filters of vEthernet (NestedSwitch) let in what they name' },
    damage: (s) => (s.rras.filterLists = [vEthernet]),
    refused: 'foreignFilter',
  },
];

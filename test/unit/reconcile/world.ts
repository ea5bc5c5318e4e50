import { tagNames } from '../../../shared/azure/layout';
import {
  lower,
  type Observed,
  type ObservedNetwork,
  type OwnerTags,
  type Promised,
} from '../../../shared/reconcile/facts';
import type { HostRecord, LedgerEntry, NetworkRecord } from '../../../shared/records/types';
import { addresses, definition, layout, spec } from '../shared/fixture';

export const network: NetworkRecord = {
  name: 'nested-fun',
  definition,
  state: 'ready',
  operation: 'op-0',
  updatedAt: '',
};

export const entry = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...addresses,
  network: 'nested-fun',
  host: 'hv-01',
  state: 'active',
  operation: 'op-1',
  ...changes,
});

export const host = (changes: Partial<HostRecord> = {}): HostRecord => ({
  network: 'nested-fun',
  name: 'hv-01',
  state: 'ready',
  spec,
  specFingerprint: '',
  addresses,
  updatedAt: '',
  ...changes,
});

export const tags: OwnerTags = {
  installation: layout.tags[tagNames.installation] ?? '',
  network: 'nested-fun',
  host: 'hv-01',
  prefix: addresses.ghostedPrefix,
};

const subnetId = (name: string) => `${layout.virtualNetworkId}/subnets/${name}`;

export const subnet = (
  name: string,
  prefix: string,
  more: Partial<Observed['subnets'][number]> = {},
): Observed['subnets'][number] => ({
  id: subnetId(name),
  name,
  prefixes: [prefix],
  occupants: [],
  services: [],
  natGateway: false,
  defaultOutboundAccess: true,
  settled: true,
  ...more,
});

export const ghosted = (more: Partial<Observed['subnets'][number]> = {}) =>
  subnet('Ghosted-hv-01', '10.0.2.0/24', more);

export const nic = (
  which: 'nic1' | 'nic2',
  more: Partial<Observed['networkInterfaces'][number]> = {},
): Observed['networkInterfaces'][number] => ({
  id: layout[which].id,
  name: layout[which].name,
  tags,
  address: layout[which].address,
  subnetId: layout[which].subnetId,
  forwarding: which === 'nic2',
  settled: true,
  ...more,
});

export const machine = (
  more: Partial<Observed['virtualMachines'][number]> = {},
): Observed['virtualMachines'][number] => ({
  id: layout.virtualMachine.id,
  name: 'hv-01',
  tags,
  power: 'running',
  settled: true,
  ...more,
});

export const disk = (more: Partial<Observed['disks'][number]> = {}): Observed['disks'][number] => ({
  id: layout.osDisk.id,
  name: layout.osDisk.name,
  tags,
  settled: true,
  ...more,
});

/** The data disk of a host that was made with one. */
export const dataDisk = disk({ id: layout.osDisk.id.replace(/-os$/, '-data'), name: 'hv-01-data' });

export const address = (
  more: Partial<Observed['publicAddresses'][number]> = {},
): Observed['publicAddresses'][number] => ({
  id: layout.nic1.id.replace('networkInterfaces', 'publicIPAddresses') + '-ip',
  name: `${layout.nic1.name}-ip`,
  tags,
  settled: true,
  ...more,
});

export const route = (more: Partial<Observed['tables'][number]['routes'][number]> = {}) => ({
  name: layout.route.name,
  prefix: layout.route.prefix,
  nextHop: layout.route.nextHop,
  ...more,
});

export const table = (more: Partial<Observed['tables'][number]> = {}): Observed['tables'][number] => ({
  id: layout.routeTable.id,
  name: layout.routeTable.name,
  tags: { installation: tags.installation ?? '', network: 'nested-fun' },
  routes: [route()],
  gatewayRoutes: true,
  peeringRoutes: true,
  subnets: [subnetId('Azure-VMs'), subnetId('Hyper-V-LAN')],
  settled: true,
  ...more,
});

const tableId = layout.routeTable.id;

/** Subnets that every network has, with our table where members must reach guests. */
export const shared = [
  subnet('NAT', '10.0.0.0/24'),
  subnet('Hyper-V-LAN', '10.0.1.0/24', { tableId }),
  subnet('Azure-VMs', '10.0.3.0/24', { tableId }),
];

export const virtualNetwork: ObservedNetwork = {
  id: layout.virtualNetworkId,
  location: 'westeurope',
  ranges: ['10.0.0.0/22', '10.10.0.0/16'],
  peerings: [],
};

type Peering = NonNullable<Observed['virtualNetwork']>['peerings'][number];

export const peering = (more: Partial<Peering> = {}): Peering => ({
  name: 'hub',
  remoteId: 'hub',
  state: 'Connected',
  remoteRanges: ['10.20.0.0/16'],
  allowVirtualNetworkAccess: true,
  allowForwardedTraffic: true,
  allowGatewayTransit: false,
  useRemoteGateways: false,
  ...more,
});

/** One host, everything as promised. */
export const healthy = (changes: Partial<Observed> = {}): Observed => ({
  virtualNetwork,
  neighbours: [],
  subnets: [...shared, ghosted()],
  tables: [table()],
  networkInterfaces: [
    nic('nic1', { virtualMachineId: layout.virtualMachine.id }),
    nic('nic2', { virtualMachineId: layout.virtualMachine.id }),
  ],
  virtualMachines: [machine()],
  disks: [disk({ attachedTo: layout.virtualMachine.id })],
  publicAddresses: [],
  guests: {},
  deadLeases: [],
  ...changes,
});

const abroadId = layout.virtualNetworkId.replace('Nested-Fun', 'Abroad');

/** Both sides of the peering with it, as far as they differ from what they should be. */
export const linked = (there: Partial<Peering> = {}, back: Partial<Peering> = {}) => ({
  virtualNetwork: {
    ...virtualNetwork,
    peerings: [peering({ name: 'abroad', remoteId: lower(abroadId), ...there })],
  },
  neighbours: [
    {
      ...abroad.network,
      peerings: [
        peering({
          name: 'home',
          remoteId: lower(virtualNetwork.id),
          remoteRanges: virtualNetwork.ranges,
          ...back,
        }),
      ],
    },
  ],
});

/** A peered VNet in another region, where subnets without a table get one of ours of their own. */
export const abroad = {
  network: { ...virtualNetwork, id: abroadId, location: 'northeurope', ranges: ['10.20.0.0/16'] },
  routed: { id: `${abroadId}/subnets/Apps`, name: 'Apps', prefix: '10.20.0.0/24', create: false },
  tableId: `${tableId}-northeurope`,
  subnet: (more: Partial<Observed['subnets'][number]> = {}) =>
    subnet('Apps', '10.20.0.0/24', { id: `${abroadId}/subnets/Apps`, ...more }),
  table: (more: Partial<Observed['tables'][number]> = {}) =>
    table({ id: `${tableId}-northeurope`, subnets: [`${abroadId}/subnets/Apps`], ...more }),
};

/** The network's records if it routes that subnet, too. */
export const farNetwork: NetworkRecord = {
  ...network,
  definition: { ...definition, routedSubnets: [...definition.routedSubnets, abroad.routed] },
};

/** The network without any host. */
export const empty = (changes: Partial<Observed> = {}): Observed => ({
  virtualNetwork,
  neighbours: [],
  subnets: shared.map(({ tableId: _, ...bare }) => bare),
  tables: [],
  networkInterfaces: [],
  virtualMachines: [],
  disks: [],
  publicAddresses: [],
  guests: {},
  deadLeases: [],
  ...changes,
});

export const promised = (changes: Partial<Promised> = {}): Promised => ({
  network,
  installation: tags.installation ?? '',
  own: [],
  hosts: [host()],
  ledger: [entry()],
  inFlight: [],
  finished: [],
  ...changes,
});

export const nobody = (changes: Partial<Promised> = {}): Promised =>
  promised({ hosts: [], ledger: [], ...changes });

type Ended = Promised['finished'][number];

export const teardown = (changes: Partial<Ended> = {}): Ended => ({
  id: 'op-1',
  kind: 'teardown',
  status: 'failed',
  request: { kind: 'teardown', force: false, keepDisks: false },
  ...changes,
});

/** A provisioning that was undone but for something. */
export const undone = (absentBefore: string[], changes: Partial<Ended> = {}): Ended => ({
  id: 'op-1',
  kind: 'provision',
  status: 'failed',
  request: { kind: 'provision', spec, onFailure: 'undo' },
  absentBefore: absentBefore.map((id) => id.toLowerCase()),
  failure: { class: 'denied', code: 'Test', message: 'Why.', leftovers: ['virtualMachine: locked'] },
  ...changes,
});

/** A host whose teardown ended before everything was gone. */
export const releasing = (changes: Partial<Promised> = {}): Promised =>
  promised({
    hosts: [host({ state: 'failed', reason: 'Why.' })],
    ledger: [entry({ state: 'releasing' })],
    finished: [teardown()],
    ...changes,
  });

import type { RouteTable, Subnet, VirtualNetwork } from '@azure/arm-network';
import { hostLayout } from '../../../shared/azure/layout';
import { judgeRoom } from '../../../shared/azure/room';
import { byNetwork, hostRouting, ownTables, type ObservedRouting } from '../../../shared/azure/routing';
import { viewOf } from '../../../shared/azure/view';
import type { RoutedSubnet } from '../../../shared/records/types';
import {
  addresses,
  definition,
  identity,
  layout,
  network,
  route,
  shouted,
  spec,
  subnet,
  table,
} from './fixture';

const vnetId = (subscription: string, group: string, name: string) =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks/${name}`;
const home = definition.subscriptionId;
const at = (...ids: string[]) =>
  hostLayout(
    identity,
    {
      ...definition,
      routedSubnets: ids.map((id): RoutedSubnet => ({
        id,
        name: id.split('/').at(-1) ?? '',
        prefix: '10.20.0.0/24',
        create: false,
      })),
    },
    spec,
    addresses,
  );
const elsewhere = (id: string, location: string, subnets: Subnet[] = []): VirtualNetwork => ({
  id,
  name: id.split('/').at(-1) ?? '',
  location,
  addressSpace: { addressPrefixes: ['10.20.0.0/16'] },
  subnets: subnets.map((one) => ({ ...one, id: `${id}/subnets/${one.name}` })),
});

describe('tables of ours', () => {
  const spoke = vnetId(home, 'rg-spoke', 'Spoke');
  const abroad = vnetId(home, 'rg-network', 'Abroad');
  const partner = vnetId('other-subscription', 'rg-partner', 'Partner');
  const wish = at(...[spoke, abroad, partner].map((id) => `${id}/subnets/Apps`));
  const networks = [
    network([]),
    elsewhere(spoke, 'West Europe'),
    elsewhere(abroad, 'northeurope'),
    elsewhere(partner, 'westeurope'),
  ];

  it('are one for each subscription and region, of one name', () => {
    expect(ownTables(wish, networks)).toEqual([
      { id: layout.routeTable.id, location: 'westeurope' },
      { id: `${layout.routeTable.id}-northeurope`, location: 'northeurope' },
      {
        id: '/subscriptions/other-subscription/resourceGroups/rg-partner/providers/Microsoft.Network/routeTables/Routes-for-nested-VMs',
        location: 'westeurope',
      },
    ]);
  });

  it('have names of their own where VNets of several regions share a resource group', () => {
    const west = vnetId('other-subscription', 'rg-spokes', 'West');
    const north = vnetId('other-subscription', 'rg-spokes', 'North');
    const east = vnetId('other-subscription', 'rg-spokes', 'East');
    const near = vnetId(home, 'rg-spokes', 'Near');
    const far = vnetId(home, 'rg-spokes', 'Far');
    const crowded = at(...[west, north, east].map((id) => `${id}/subnets/Apps`));
    const group = '/subscriptions/other-subscription/resourceGroups/rg-spokes';
    const name = `${group}/providers/Microsoft.Network/routeTables/Routes-for-nested-VMs`;
    const places = [network([]), elsewhere(west, 'westeurope'), elsewhere(north, 'northeurope')];
    expect(ownTables(crowded, [...places, elsewhere(east, 'East US')]).slice(1)).toEqual([
      { id: name, location: 'westeurope' },
      { id: `${name}-northeurope`, location: 'northeurope' },
      { id: `${name}-eastus`, location: 'eastus' },
    ]);
    // The table at home is elsewhere, and so takes no name there.
    const beside = at(...[near, far].map((id) => `${id}/subnets/Apps`));
    expect(
      ownTables(beside, [network([]), elsewhere(near, 'westeurope'), elsewhere(far, 'northeurope')])[1],
    ).toEqual({ id: name.replace('other-subscription', home), location: 'northeurope' });
  });

  it('are taken by subnets that have none, with the leases of their VNets told apart', () => {
    const apps = [subnet('Apps', '10.20.0.0/24')];
    const observed: ObservedRouting = {
      networks: [
        network([subnet('Hyper-V-LAN', '10.0.1.0/24')]),
        elsewhere(spoke, 'westeurope', apps),
        elsewhere(abroad, 'northeurope', apps),
        elsewhere(partner, 'westeurope', apps),
      ],
      tables: [],
    };
    const { tables, problems } = hostRouting(wish, observed);
    expect(problems).toEqual([]);
    expect(tables.map(({ id, own }) => [id.split('/').at(-1), own?.location])).toEqual([
      ['Routes-for-nested-VMs', 'westeurope'],
      ['Routes-for-nested-VMs-northeurope', 'northeurope'],
      ['Routes-for-nested-VMs', 'westeurope'],
    ]);
    expect(tables[0]?.unrouted).toEqual([
      { network: spoke, subnets: ['Apps'] },
      { network: layout.virtualNetworkId, subnets: ['Hyper-V-LAN'] },
    ]);
  });

  it('keep the spelling of tables that others made', () => {
    const theirs = '/subscriptions/S/resourceGroups/G/providers/Microsoft.Network/routeTables/Theirs';
    const on = { routeTable: { id: theirs } };
    const observed: ObservedRouting = {
      networks: [network([subnet('Azure-VMs', '10.0.3.0/24', on), subnet('Hyper-V-LAN', '10.0.1.0/24', on)])],
      tables: [table({ id: shouted(theirs), name: 'Theirs' })],
    };
    expect(hostRouting(layout, observed).tables).toEqual([{ id: theirs, unrouted: [] }]);
  });
});

it('groups subnets by VNet, with the VNet spelt as Azure spells it', () => {
  const id = layout.virtualNetworkId;
  expect(
    byNetwork([network([subnet('Azure-VMs', '10.0.3.0/24')])], [`${id.toLowerCase()}/subnets/azure-vms`]),
  ).toEqual([{ network: id, subnets: ['Azure-VMs'] }]);
});

it('lets Hyper-V-LAN bypass an inspection if the definition lists it so', () => {
  const lan: RoutedSubnet = { ...definition.lanSubnet, bypassInspection: true };
  const wish = hostLayout(identity, { ...definition, routedSubnets: [lan] }, spec, addresses);
  expect(wish.routedSubnets).toMatchObject([{ name: 'Hyper-V-LAN', bypassInspection: true, via: 'host' }]);
});

describe('facts for planner and packet walk', () => {
  it('are in lower case, IPv4 only, with Azure’s defaults', () => {
    const tables: RouteTable[] = [
      table({
        disableBgpRoutePropagation: true,
        disablePeeringRoute: 'All',
        routes: [route({ nextHopType: 'Brandnew' })],
      }),
    ];
    const own = network(
      [
        subnet('A', '10.0.3.0/24', {
          addressPrefixes: ['10.0.3.0/24', 'fd00::/64'],
          natGateway: { id: 'n' },
        }),
      ],
      {
        addressSpace: { addressPrefixes: ['10.0.0.0/22', 'fd00::/48'] },
        virtualNetworkPeerings: [
          {
            peeringState: 'Connected',
            remoteVirtualNetwork: { id: shouted(layout.virtualNetworkId) },
            remoteAddressSpace: { addressPrefixes: ['10.20.0.0/16', 'fd01::/48'] },
          },
        ],
      },
    );
    expect(viewOf({ networks: [own], tables })).toMatchObject({
      virtualNetworks: [
        {
          ranges: ['10.0.0.0/22'],
          peerings: [
            {
              remoteId: layout.virtualNetworkId.toLowerCase(),
              state: 'Connected',
              remoteRanges: ['10.20.0.0/16'],
              allowVirtualNetworkAccess: true,
              allowForwardedTraffic: false,
            },
          ],
        },
      ],
      subnets: [{ prefixes: ['10.0.3.0/24'], natGateway: true, defaultOutboundAccess: true }],
      routeTables: [
        {
          id: layout.routeTable.id.toLowerCase(),
          gatewayRoutes: false,
          peeringRoutes: false,
          routes: [{ nextHopType: 'Unknown' }],
        },
      ],
    });
  });
});

describe('room', () => {
  const used = (count: number, first = 'other') =>
    Array.from({ length: count }, (_, index) => ({
      id: `${index === 0 ? first : `/nics/x${index}`}/ipConfigurations/c`,
    }));
  const small = hostLayout(
    identity,
    { ...definition, natSubnet: { ...definition.natSubnet, prefix: '10.0.0.0/29' } },
    spec,
    addresses,
  );

  it.each<[string, VirtualNetwork, RegExp | undefined]>([
    ['is there', network([subnet('NAT', '10.0.0.0/29', { ipConfigurations: used(2) })]), undefined],
    [
      'is used up',
      network([subnet('NAT', '10.0.0.0/29', { ipConfigurations: used(3) })]),
      /3 of 3 are in use.*larger subnet/,
    ],
    [
      'is used by the host itself',
      network([subnet('NAT', '10.0.0.0/29', { ipConfigurations: used(3, shouted(small.nic1.id)) })]),
      undefined,
    ],
    [
      'for network interfaces is used up',
      network([subnet('theirs', '10.8.0.0/14', { ipConfigurations: used(65_535) })]),
      /2 more addresses.*65535 of 65536/,
    ],
    [
      'for subnets is used up',
      network(Array.from({ length: 2_998 }, (_, index) => subnet(`s${index}`, '10.1.0.0/24'))),
      /3 more subnets.*2998 of 3000/,
    ],
  ])('%s', (_, vnet, message) => {
    const obstacle = { class: 'quota', message: expect.stringMatching(message ?? '') as string };
    expect(judgeRoom(small, vnet)).toEqual(message ? [expect.objectContaining(obstacle)] : []);
  });

  const { ghostedSubnet } = small;
  it.each<[string, VirtualNetwork, string | undefined]>([
    ['is there already', network([subnet(ghostedSubnet.name, ghostedSubnet.prefix)]), undefined],
    ['has a neighbour', network([subnet('theirs', '10.0.3.0/24')]), undefined],
    ['is beside IPv6', network([subnet('theirs', 'fd00::/64')]), undefined],
    ['range is taken', network([subnet('theirs', '10.0.2.128/25')]), 'PrefixInUse'],
    ['range lies in another', network([subnet('theirs', '10.0.2.0/23')]), 'PrefixInUse'],
  ])('for the ghosted subnet: %s', (_, vnet, code) => {
    expect(judgeRoom(small, vnet)[0]?.code).toBe(code);
  });
});

import type { VirtualNetwork, VirtualNetworkPeering } from '@azure/arm-network';
import { roles } from '../../../local/launch/access';
import { judgeNetwork, type ObservedNetwork } from '../../../shared/azure/networkChecks';
import { routeTableId } from '../../../shared/network/ids';
import { failed } from '../../../shared/azure/outcome';
import type { NetworkDefinition } from '../../../shared/records/types';
import {
  definition,
  layout,
  network,
  peered,
  peering,
  shouted,
  spoke,
  spokeId,
  subnet,
  table,
} from './fixture';

const home = layout.virtualNetworkId;
const subnets = [
  subnet('NAT', '10.0.0.0/24'),
  subnet('Hyper-V-LAN', '10.0.1.0/24'),
  subnet('Azure-VMs', '10.0.3.0/24'),
];
const ours = (there: VirtualNetworkPeering[] = [peering(spokeId)], more: Partial<VirtualNetwork> = {}) =>
  network(subnets, { virtualNetworkPeerings: there, ...more });
const observed = (more: Partial<ObservedNetwork> = {}): ObservedNetwork => ({
  own: ours(),
  others: [spoke()],
  unreadable: [],
  natGateway: undefined,
  table: undefined,
  missingGroups: [],
  ...more,
});
const told = (wish: NetworkDefinition, seen: ObservedNetwork) =>
  judgeNetwork(wish, home, seen).map(({ pointer, detail }) => `${pointer} ${detail}`);

it('agrees with a network that is as defined, and with one that is still to be made', () => {
  expect(told(definition, observed())).toEqual([]);
  expect(told(peered(), observed())).toEqual([]);
  const { routedSubnets } = definition;
  const whole = { ...definition, routedSubnets: routedSubnets.map((one) => ({ ...one, create: true })) };
  expect(told(whole, observed({ own: undefined }))).toEqual([]);
});

it('tells every subnet of a VNet that is still to be made, and that nobody is to make', () => {
  const natSubnet = { ...definition.natSubnet, create: false };
  const lanSubnet = { ...definition.lanSubnet, create: false };
  const found = told({ ...definition, natSubnet, lanSubnet }, observed({ own: undefined }));
  expect(found).toEqual([
    expect.stringMatching(/^\/natSubnet .*NAT/),
    expect.stringMatching(/^\/lanSubnet .*Hyper-V-LAN/),
    expect.stringMatching(/^\/routedSubnets\/0 .*Azure-VMs.*create: true/),
  ]);
});

it('hides no other mistake behind what the app may not read', () => {
  const gateway = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/way-out';
  const wish: NetworkDefinition = {
    ...peered('Nothing'),
    outbound: { kind: 'natGateway', id: gateway },
    virtualNetwork: { ...definition.virtualNetwork, create: false },
  };
  const failure = failed('denied', 'AuthorizationFailed', 'It said no.');
  const closed = [home, shouted(gateway), routeTableId(wish)].map((id) => ({ id, failure }));
  expect(told(wish, observed({ own: undefined, unreadable: closed, missingGroups: ['x/none'] }))).toEqual([
    expect.stringMatching(/^\/virtualNetwork It said no\. .*resourceGroups\/rg-network /),
    expect.stringMatching(/^\/routedSubnets\/0 The subnet Nothing does not exist/),
    expect.stringMatching(/^\/outbound\/id It said no\. /),
    expect.stringMatching(/^\/routeTable It said no\. /),
    expect.stringMatching(/none does not exist/),
  ]);
});

describe('a VNet that the app may not read', () => {
  const closed = (code: string, message: string) =>
    told(
      peered(),
      observed({
        others: [],
        unreadable: [{ id: shouted(spokeId), failure: failed('denied', code, message) }],
      }),
    );

  it('is told with the roles that a deployment has for it, and where they belong', () => {
    const [text = '', ...more] = closed('AuthorizationFailed', 'It said no.');
    expect(more).toEqual([]);
    const [, subscription = ''] = /^(\/subscriptions\/[^/]+)\//i.exec(shouted(spokeId)) ?? [];
    const group = shouted(spokeId).split('/')[4];
    expect(text).toMatch(/^\/routedSubnets\/0 It said no\. /);
    expect(text.toLowerCase()).toContain(
      `${roles().network.name} on ${subscription}/resourceGroups/${group}`.toLowerCase(),
    );
    expect(text.toLowerCase()).toContain(`${roles().subscription.name} on ${subscription}.`.toLowerCase());
  });

  it('because its subscription is not of the tenant needs no role', () => {
    const told = closed('SubscriptionNotFound', 'No such subscription.').join();
    expect(told).toMatch(/^\/routedSubnets\/0 No such subscription\. .* tenant/);
    expect(told).not.toContain(roles().network.name);
  });
});

describe('a routed subnet of another VNet', () => {
  it.each<[string, NetworkDefinition, Partial<ObservedNetwork>, RegExp]>([
    ['whose VNet is not there', peered(), { others: [] }, /Spoke does not exist/],
    ['that is not there', peered('Nothing'), {}, /Nothing does not exist in Spoke/],
    [
      'with another prefix',
      peered('Apps', { prefix: '10.20.1.0/24' }),
      {},
      /has 10\.20\.0\.0\/24, not 10\.20\.1/,
    ],
    ['that is not peered', peered(), { own: ours([]), others: [spoke([])] }, /not peered directly\. Peer/],
    ['peered one way', peered(), { others: [spoke([])] }, /direction from Spoke/],
    ['peered the other way', peered(), { own: ours([]) }, /direction from Nested-Fun/],
    ['of a VNet that is new', peered(), { own: undefined }, /not peered yet/],
    [
      'on a broken peering',
      peered(),
      { own: ours([peering(spokeId, { peeringState: 'Disconnected' })]) },
      /Nested-Fun is Disconnected/,
    ],
    [
      'without access',
      peered(),
      { others: [spoke([peering(home, { allowVirtualNetworkAccess: false })])] },
      /does not allow access/,
    ],
    [
      'that takes no forwarded traffic',
      peered(),
      { others: [spoke([peering(home, { allowForwardedTraffic: false })])] },
      /of Spoke does not allow forwarded/,
    ],
    [
      'that is a GatewaySubnet whose gateways are not used',
      peered('GatewaySubnet'),
      { others: [spoke([peering(home, { allowGatewayTransit: true })], 'GatewaySubnet')] },
      /does not use the gateways of Spoke/,
    ],
    [
      'that is a GatewaySubnet without transit',
      peered('GatewaySubnet'),
      {
        own: ours([peering(spokeId, { useRemoteGateways: true })]),
        others: [spoke(undefined, 'GatewaySubnet')],
      },
      /does not allow gateway transit/,
    ],
    [
      'whose VNet has not heard of Hyper-V-LAN',
      peered(),
      { others: [spoke([peering(home, { remoteAddressSpace: { addressPrefixes: ['10.10.0.0/16'] } })])] },
      /link of Spoke does not lead to 10\.0\.1\.0\/24, 10\.0\.2\.0\/24.* peering sync --subscription \S+ -g rg-spoke --vnet-name Spoke -n link/,
    ],
    [
      'whose VNet has not heard of a pool',
      peered(),
      { others: [spoke([peering(home, { remoteAddressSpace: { addressPrefixes: ['10.0.0.0/22'] } })])] },
      /link of Spoke does not lead to 10\.10\.0\.0\/16/,
    ],
    [
      'that home has not heard of',
      peered(),
      { own: ours([peering(spokeId, { remoteAddressSpace: { addressPrefixes: ['10.20.128.0/17'] } })]) },
      /link of Nested-Fun does not lead to 10\.20\.0\.0\/24.* peering sync .* -g rg-network --vnet-name Nested-Fun/,
    ],
  ])('%s', (_, wish, seen, detail) => {
    expect(told(wish, observed(seen))).toEqual([expect.stringMatching(detail)]);
  });

  it('may be known by parts of its range, or not show ranges of its own', () => {
    const halves = ['10.0.0.0/23', '10.0.2.0/23', '10.10.0.0/17', '10.10.128.0/17', 'fd00::/48'];
    const back = peering(home, { remoteAddressSpace: { addressPrefixes: halves } });
    const { remoteAddressSpace: _, ...silent } = peering(home);
    for (const one of [back, silent])
      expect(told(peered(), observed({ others: [spoke([one])] }))).toEqual([]);
  });

  it('may be a GatewaySubnet in transit', () => {
    const own = ours([peering(spokeId, { useRemoteGateways: true })]);
    const others = [spoke([peering(home, { allowGatewayTransit: true })], 'GatewaySubnet')];
    expect(told(peered('GatewaySubnet'), observed({ own, others }))).toEqual([]);
  });

  it('needs forwarded traffic only on its own side if the host is next', () => {
    expect(
      told(peered(), observed({ own: ours([peering(spokeId, { allowForwardedTraffic: false })]) })),
    ).toEqual([]);
  });
});

it('names every mistake at once, each with its place', () => {
  const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/none';
  const wish: NetworkDefinition = {
    ...definition,
    location: 'northeurope',
    virtualNetwork: {
      ...definition.virtualNetwork,
      addressSpaces: ['10.0.0.0/22', '10.99.0.0/16', '10.98.0.0/16'],
    },
    natSubnet: { name: 'NAT', prefix: '10.0.0.0/25', create: true },
    lanSubnet: { name: 'Other', prefix: '10.0.1.0/24', create: false, networkSecurityGroupId: group },
    outbound: { kind: 'natGateway', id: 'x/natGateways/gone' },
  };
  expect(told(wish, observed({ table: table({ location: 'West Europe' }), missingGroups: [group] }))).toEqual(
    [
      expect.stringMatching(/^\/virtualNetwork\/addressSpaces\/1 .*10\.99\.0\.0\/16/),
      expect.stringMatching(/^\/virtualNetwork\/addressSpaces\/2 .*10\.98\.0\.0\/16/),
      expect.stringMatching(/^\/location .*westeurope, not in northeurope/),
      expect.stringMatching(/^\/natSubnet\/prefix /),
      expect.stringMatching(/^\/lanSubnet The subnet Other/),
      expect.stringMatching(/^\/outbound\/id The NAT gateway gone/),
      expect.stringMatching(/^\/routeTable .*West Europe/),
      expect.stringMatching(/^\/lanSubnet\/networkSecurityGroupId .*none/),
    ],
  );
});

describe('DNS servers that only Azure knows', () => {
  const own = (...dnsServers: string[]) => ours(undefined, { dhcpOptions: { dnsServers } });
  const asNamed = { ...definition, dnsServers: [] };

  it.each<[string, string, NetworkDefinition, boolean]>([
    ['in a routed subnet', '10.0.3.4', asNamed, true],
    ['in NAT', '10.0.0.9', asNamed, true],
    ['of the platform', '168.63.129.16', asNamed, true],
    ['in the VNet, nowhere routed', '10.0.2.200', asNamed, false],
    ['in a peer, nowhere routed', '10.20.0.4', asNamed, false],
    ['in a peer, over NIC 1', '10.20.0.4', { ...asNamed, natPrefixes: ['10.20.0.0/24'] }, true],
    [
      'on premises without a gateway',
      '192.168.0.4',
      { ...asNamed, extraPrefixes: ['192.168.0.0/16'] },
      false,
    ],
  ])('%s: %s', (_, address, wish, fine) => {
    expect(told(wish, observed({ own: own(address) }))).toHaveLength(fine ? 0 : 1);
  });
});

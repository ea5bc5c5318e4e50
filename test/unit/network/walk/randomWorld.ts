import fc from 'fast-check';
import type { Endpoint } from '../../../../shared/network/walk';
import { defects } from '../../walk/defects';
import { World, idOf } from '../../walk/world';

/** Small networks that are wrong in every way at once: the two hosts, two more networks, appliances, tables, rules. */

const network = (type: string, name: string): string => idOf(`Microsoft.Network/${type}`, name);

const ranges = [
  [
    '10.0.2.0/24',
    '10.10.0.0/24',
    '10.0.0.0/22',
    '10.10.0.0/16',
    '10.20.0.0/16',
    '10.20.0.0/24',
    '10.30.0.0/16',
  ],
  [
    '0.0.0.0/0',
    '10.0.0.0/8',
    '192.168.0.0/16',
    '10.0.3.4/32',
    '10.0.0.0/24',
    '10.0.1.0/24',
    '203.0.113.0/24',
  ],
].flat();
const hops = ['10.0.1.4', '10.0.1.5', '10.0.0.4', '10.0.3.9', '10.20.0.4', '10.20.0.9', '10.0.1.77'];
const subnets = ['NAT', 'Hyper-V-LAN', 'Azure-VMs', 'Spoke-1-VMs', 'Spoke-2-VMs'];
const nics = [
  'app-01-nic',
  'fw-nic',
  'spoke-1-nic',
  'spoke-1-fw-nic',
  'spoke-2-nic',
  'hv-01-lan',
  'hv-02-lan',
];
const machines = ['app-01', 'fw', 'spoke-1', 'spoke-1-fw', 'spoke-2', 'hv-01', 'hv-02'];

/** Mostly the first: a world in which everything is wrong shows little. */
const seldom = <T>(usual: T, other: fc.Arbitrary<T>, weight = 5): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const route = fc.record({
  addressPrefix: fc.constantFrom(...ranges),
  nextHopType: fc.oneof(
    { weight: 5, arbitrary: fc.constant('VirtualAppliance') },
    { weight: 2, arbitrary: fc.constantFrom('None', 'Internet', 'VnetLocal', 'VirtualNetworkGateway') },
  ),
  nextHopIpAddress: fc.constantFrom(...hops),
});
const table = fc.uniqueArray(route, { maxLength: 4, selector: ({ addressPrefix }) => addressPrefix });

const who = fc.constantFrom('*', 'VirtualNetwork', 'Internet', 'AzureLoadBalancer', ...ranges, '10.0.2.2');
const rule = fc.record({
  priority: fc.integer({ min: 100, max: 4096 }),
  direction: fc.constantFrom('Inbound', 'Outbound'),
  access: fc.constantFrom('Allow', 'Deny'),
  protocol: fc.constantFrom('*', 'Tcp', 'Udp'),
  sourceAddressPrefix: who,
  destinationAddressPrefix: who,
});
const group = fc.uniqueArray(rule, { maxLength: 3, selector: ({ priority }) => priority });

const peering = fc.record({
  state: seldom('Connected', fc.constantFrom('Absent', 'Disconnected', 'Initiated')),
  forwarded: fc.tuple(seldom(true, fc.constant(false)), seldom(true, fc.constant(false))),
});

/** Those with security rules make groups of one name; the topology has its own. */
const kinds = defects.map(({ name }) => name).filter((name) => !name.includes('security rule'));

const tables = ['Routes-for-nested-VMs', 'table-0', 'table-1'];

export const topology = fc.record({
  peerings: fc.tuple(peering, peering, peering),
  tables: fc.tuple(table, table),
  tableOf: fc.tuple(
    ...subnets.map(() => seldom<string | undefined>(tables[0], fc.constantFrom(undefined, ...tables), 2)),
  ),
  groups: fc.tuple(group, group),
  groupOf: fc.tuple(...subnets.map(() => seldom<number | undefined>(undefined, fc.constantFrom(0, 1)))),
  groupAt: fc.tuple(...nics.map(() => seldom<number | undefined>(undefined, fc.constantFrom(0, 1), 9))),
  forwarding: fc.tuple(...nics.map((name) => seldom(/fw|lan/.test(name), fc.boolean(), 9))),
  power: fc.tuple(...machines.map(() => seldom('running', fc.constantFrom('stopped', 'deallocated'), 12))),
  out: fc.tuple(...subnets.map(() => fc.constantFrom('natGateway', 'default', 'none'))),
  publicAddress: fc.tuple(...nics.map(() => seldom(false, fc.constant(true)))),
  damages: seldom<string[]>([], fc.subarray(kinds, { minLength: 1, maxLength: 2 }), 1),
});
export type Topology = typeof topology extends fc.Arbitrary<infer T> ? T : never;

export function build(plan: Topology): World {
  const world = new World();
  addSpokes(world);
  addPeerings(world, plan);
  plan.tables.forEach((routes, index) => {
    world.add('Microsoft.Network/routeTables', `table-${index}`, {
      routes: routes.map((properties, at) => ({
        name: `route-${at}`,
        properties:
          properties.nextHopType === 'VirtualAppliance'
            ? properties
            : { addressPrefix: properties.addressPrefix, nextHopType: properties.nextHopType },
      })),
    });
  });
  plan.groups.forEach((rules, index) => {
    world.add('Microsoft.Network/networkSecurityGroups', `group-${index}`, {
      securityRules: rules.map((one, at) => ({
        name: `rule-${at}`,
        properties: { ...one, sourcePortRange: '*', destinationPortRange: '*' },
      })),
    });
  });
  const reference = (index: number | undefined) =>
    index === undefined ? undefined : { id: network('networkSecurityGroups', `group-${index}`) };
  subnets.forEach((name, index) => {
    const chosen = plan.tableOf[index];
    world.set(name, {
      routeTable: chosen === undefined ? undefined : { id: network('routeTables', chosen) },
      networkSecurityGroup: reference(plan.groupOf[index]),
      natGateway: plan.out[index] === 'natGateway' ? { id: network('natGateways', 'out') } : undefined,
      defaultOutboundAccess: plan.out[index] === 'default',
    });
  });
  nics.forEach((name, index) => {
    world.set(name, {
      enableIPForwarding: plan.forwarding[index],
      networkSecurityGroup: reference(plan.groupAt[index]),
    });
    if (plan.publicAddress[index]) addPublicAddress(world, name);
  });
  machines.forEach((name, index) => {
    world.power[world.find(name).id.toLowerCase()] =
      plan.power[index] === 'stopped'
        ? 'stopped'
        : plan.power[index] === 'deallocated'
          ? 'deallocated'
          : 'running';
  });
  for (const { name, damage } of defects) if (plan.damages.includes(name)) tolerant(() => damage(world));
  return world;
}

/** Two defects may each want the same thing gone. */
function tolerant(action: () => void): void {
  try {
    action();
  } catch {
    return;
  }
}

function addSpokes(world: World): void {
  world.nic('fw-nic', 'Azure-VMs', '10.0.3.9', {});
  world.vm('fw', ['fw-nic']);
  for (const [index, second] of [
    [1, 20],
    [2, 30],
  ]) {
    world.add('Microsoft.Network/virtualNetworks', `Spoke-${index}`, {
      addressSpace: { addressPrefixes: [`10.${second}.0.0/16`] },
    });
    world.subnet(`Spoke-${index}`, `Spoke-${index}-VMs`, { prefix: `10.${second}.0.0/24` });
    world.nic(`spoke-${index}-nic`, `Spoke-${index}-VMs`, `10.${second}.0.4`, {});
    world.vm(`spoke-${index}`, [`spoke-${index}-nic`]);
  }
  world.nic('spoke-1-fw-nic', 'Spoke-1-VMs', '10.20.0.9', {});
  world.vm('spoke-1-fw', ['spoke-1-fw-nic']);
}

function addPeerings(world: World, { peerings }: Topology): void {
  const pairs = [
    ['Nested-Fun', 'Spoke-1'],
    ['Nested-Fun', 'Spoke-2'],
    ['Spoke-1', 'Spoke-2'],
  ] as const;
  pairs.forEach(([a, b], index) => {
    const { state, forwarded } = peerings[index] ?? { state: 'Absent', forwarded: [false, false] };
    if (state === 'Absent') return;
    const one = (from: string, to: string, allowForwardedTraffic: boolean | undefined): void =>
      world.addChild(from, 'virtualNetworkPeerings', `to-${to}`, {
        peeringState: state,
        allowVirtualNetworkAccess: true,
        allowForwardedTraffic,
        remoteVirtualNetwork: { id: network('virtualNetworks', to) },
      });
    one(a, b, forwarded[0]);
    one(b, a, forwarded[1]);
  });
}

function addPublicAddress(world: World, name: string): void {
  const { properties } = world.find(name);
  const [configuration] = properties.ipConfigurations as { properties: Record<string, unknown> }[];
  if (configuration) configuration.properties.publicIPAddress = { id: network('publicIPAddresses', name) };
}

const ends: Endpoint[] = [
  { guestOf: 'hv-01' },
  { guestOf: 'hv-02' },
  { subnet: 'Azure-VMs' },
  { subnet: 'Spoke-1-VMs' },
  { address: '10.30.0.4' },
  { address: '10.0.1.4' },
  { address: '10.0.0.5' },
];

/** Every way between them, and out. */
export const ways: [Endpoint, Endpoint][] = ends.flatMap((from) =>
  [...ends.filter((to) => to !== from), 'internet' as const, 'dns' as const].map(
    (to): [Endpoint, Endpoint] => [from, to],
  ),
);

import fc from 'fast-check';
import type { PowerState } from '../../../../local/azure/types';
import { defects } from '../../walk/defects';

/** Small networks that are wrong in every way at once: the two hosts, two more networks, appliances, tables, rules. */

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
export const premises = '172.30.0.0/24';
const hops = ['10.0.1.4', '10.0.1.5', '10.0.0.4', '10.0.3.9', '10.20.0.4', '10.20.0.9', '10.0.1.77'];
export const subnets = ['NAT', 'Hyper-V-LAN', 'Azure-VMs', 'Spoke-1-VMs', 'Spoke-2-VMs'];
export const nics = [
  'app-01-nic',
  'fw-nic',
  'spoke-1-nic',
  'spoke-1-fw-nic',
  'spoke-2-nic',
  'hv-01-lan',
  'hv-02-lan',
];
export const machines = ['app-01', 'fw', 'spoke-1', 'spoke-1-fw', 'spoke-2', 'hv-01', 'hv-02'];

/** Mostly the first: a world in which everything is wrong shows little. */
const seldom = <T>(usual: T, other: fc.Arbitrary<T>, weight = 5): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const routeTo = (prefixes: string[]) =>
  fc.record({
    addressPrefix: fc.constantFrom(...prefixes),
    nextHopType: fc.oneof(
      { weight: 5, arbitrary: fc.constant('VirtualAppliance') },
      { weight: 2, arbitrary: fc.constantFrom('None', 'Internet', 'VnetLocal', 'VirtualNetworkGateway') },
    ),
    nextHopIpAddress: fc.constantFrom(...hops),
  });
const tableWith = (prefixes: string[], maxLength: number) =>
  fc.uniqueArray(routeTo(prefixes), { maxLength, selector: ({ addressPrefix }) => addressPrefix });
const table = tableWith([...ranges, premises], 4);

const tags = [
  '*',
  'VirtualNetwork',
  'Internet',
  'AzureLoadBalancer',
  'AzurePlatformDNS',
  'AzurePlatformIMDS',
  'Storage',
];
const address = fc.constantFrom(...tags, ...ranges, '10.0.2.2');
/** Application security groups by number, or addresses: one, or a list. */
const who = fc.oneof(
  { weight: 6, arbitrary: address.map((one) => [one]) },
  { weight: 2, arbitrary: fc.uniqueArray(address, { minLength: 2, maxLength: 3 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1) },
);
const ports = (known: string[]): fc.Arbitrary<string[]> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<string[]>(['*']) },
    { weight: 2, arbitrary: fc.uniqueArray(fc.constantFrom(...known), { minLength: 1, maxLength: 2 }) },
  );
const rule = fc.record({
  priority: fc.integer({ min: 100, max: 4096 }),
  direction: fc.constantFrom('Inbound', 'Outbound'),
  access: fc.constantFrom('Allow', 'Deny'),
  protocol: fc.constantFrom('*', 'Tcp', 'Udp', 'Icmp'),
  source: who,
  destination: who,
  sourcePorts: ports(['443', '3389', '40000-60000', '1-1023']),
  destinationPorts: ports(['443', '3389', '53', '400-500', '40000-60000']),
});
const group = fc.uniqueArray(rule, { maxLength: 3, selector: ({ priority }) => priority });

/** What one network says of a peering; Azure lets each side be changed, and removed, by itself. */
const side = fc.record({
  allowVirtualNetworkAccess: seldom(true, fc.constant(false)),
  allowForwardedTraffic: seldom(true, fc.constant(false)),
});
const states = ['Connected', 'Absent', 'Disconnected', 'Initiated'];
const peering = fc.record({
  states: fc.oneof(
    { weight: 6, arbitrary: fc.constant(['Connected', 'Connected']) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...states), fc.constantFrom(...states)) },
  ),
  transit: fc.tuple(fc.boolean(), fc.boolean()),
  sides: fc.tuple(side, side),
});

/** What the packets are: each network is walked with one kind. */
const options = fc.constantFrom<{ protocol?: 'tcp' | 'udp' | 'icmp'; port?: number }>(
  {},
  {},
  { port: 3389 },
  { protocol: 'udp', port: 53 },
  { protocol: 'icmp' },
);

/** Those with security rules make groups of one name; the topology has its own. */
const kinds = defects.map(({ name }) => name).filter((name) => !name.includes('security rule'));

/** Of a list of filters that is turned round, Windows' report says that it is, and no more: nothing may be changed in it besides. */
const tellable = (names: string[]): string[] =>
  names.includes('metadata filters that name what may pass')
    ? ['metadata filters that name what may pass']
    : names;

const tables = ['Routes-for-nested-VMs', 'table-0', 'table-1'];

export const topology = fc.record({
  peerings: fc.tuple(peering, peering, peering),
  tables: fc.tuple(table, table, tableWith(ranges, 1)),
  propagation: fc.tuple(...tables.map(() => seldom(true, fc.constant(false)))),
  gatewayTable: fc.constantFrom(undefined, 'Routes-for-nested-VMs', 'table-2'),
  tableOf: fc.tuple(
    ...subnets.map(() => seldom<string | undefined>(tables[0], fc.constantFrom(undefined, ...tables), 2)),
  ),
  groups: fc.tuple(group, group),
  groupOf: fc.tuple(...subnets.map(() => seldom<number | undefined>(undefined, fc.constantFrom(0, 1)))),
  applications: fc.tuple(...nics.map(() => seldom<number | undefined>(undefined, fc.constantFrom(0, 1), 2))),
  options,
  groupAt: fc.tuple(...nics.map(() => seldom<number | undefined>(undefined, fc.constantFrom(0, 1), 9))),
  forwarding: fc.tuple(...nics.map((name) => seldom(/fw|lan/.test(name), fc.boolean(), 9))),
  power: fc.tuple(
    ...machines.map(() => seldom<PowerState>('running', fc.constantFrom('stopped', 'deallocated'), 12)),
  ),
  out: fc.tuple(...subnets.map(() => fc.constantFrom('natGateway', 'default', 'none'))),
  publicAddress: fc.tuple(...nics.map(() => seldom(false, fc.constant(true)))),
  damages: seldom<string[]>([], fc.subarray(kinds, { minLength: 1, maxLength: 2 }).map(tellable), 1),
});
export type Topology = typeof topology extends fc.Arbitrary<infer T> ? T : never;

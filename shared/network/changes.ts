import { canonicalJson } from '../api/canonical';
import type { NetworkDefinition, RoutedSubnet, SubnetDefinition } from '../records/types';
import { virtualNetworkId } from './ids';
import { canonicalRange } from './ipv6';

/**
 * What a difference means for hosts that exist. `adds`: they get something more, by a roll-out, and lose nothing.
 * `futureHosts`: they keep what they have. `changesHosts`: something they stand on would be another one.
 */
export type Effect = 'adds' | 'futureHosts' | 'changesHosts';

export interface Difference {
  /** JSON pointer into the new definition; into the old one for what is no longer there. */
  pointer: string;
  effect: Effect;
  reason: string;
}

type Judge<K extends keyof NetworkDefinition> = (
  before: NetworkDefinition[K],
  after: NetworkDefinition[K],
  whole: { before: NetworkDefinition; after: NetworkDefinition },
) => Difference[];

const identity = 'Hosts, their resources and their promises are found by it.';

/** One entry for each field, so that a new one cannot be forgotten. */
const judges: { [K in keyof Required<NetworkDefinition>]: Judge<K> } = {
  subscriptionId: fixed('/subscriptionId', identity),
  resourceGroup: fixed('/resourceGroup', identity),
  location: fixed('/location', identity),
  virtualNetwork: ({ create: _, ...before }, { create: __, ...after }) => [
    ...fixed('/virtualNetwork/name', identity)(before.name, after.name),
    ...fixed('/virtualNetwork/resourceGroup', identity)(before.resourceGroup, after.resourceGroup),
    ...listed(
      '/virtualNetwork/addressSpaces',
      before.addressSpaces.map(canonicalRange),
      after.addressSpaces.map(canonicalRange),
      { adds: 'Hosts get a route to the range.', loses: 'Hosts have a route to the range.' },
    ),
  ],
  natSubnet: shared('/natSubnet'),
  lanSubnet: shared('/lanSubnet'),
  ghosted: (before, after) => [
    ...listed('/ghosted/pools', before.pools, after.pools, {
      adds: 'More prefixes to give away.',
      loses: 'Prefixes of the pool may be promised to hosts.',
    }),
    ...future('/ghosted/prefixLength')(before.prefixLength, after.prefixLength),
    ...future('/ghosted/networkSecurityGroupId')(before.networkSecurityGroupId, after.networkSecurityGroupId),
  ],
  routedSubnets: (before, after, whole) => routed(before, after, virtualNetworkId(whole.before)),
  extraPrefixes: (before = [], after = []) =>
    listed('/extraPrefixes', before, after, {
      adds: 'Hosts get a route to the range over NIC 2.',
      loses: 'Guests reach the range with their own address.',
    }),
  natPrefixes: (before = [], after = []) =>
    listed('/natPrefixes', before, after, {
      adds: 'Hosts get a route to the range over NIC 1.',
      loses: 'Guests reach the range translated.',
    }),
  dnsSuffix: (before, after) => {
    if (before === undefined && after !== undefined)
      return [{ pointer: '/dnsSuffix', effect: 'adds', reason: 'Guests get it with their next lease.' }];
    return fixed('/dnsSuffix', 'Guests use it.')(before, after);
  },
  tags: future('/tags'),
  outbound: fixed('/outbound', 'Hosts and guests go out that way.'),
  dnsServers: dnsServers,
  routeTable: fixed('/routeTable', 'The routes of hosts are in the table of that name.'),
  hosts: (before, after) => [
    ...fixed('/hosts/resourceGroup', identity)(before.resourceGroup, after.resourceGroup),
    ...future('/hosts')({ ...before, resourceGroup: '' }, { ...after, resourceGroup: '' }),
  ],
};

/** Everything in which two definitions differ, and what each difference means for hosts that exist. Pure. */
export function definitionChanges(before: NetworkDefinition, after: NetworkDefinition): Difference[] {
  const judge = <K extends keyof NetworkDefinition>(key: K) =>
    judges[key](before[key], after[key], { before, after });
  return (Object.keys(judges) as (keyof NetworkDefinition)[]).flatMap((key) => judge(key));
}

const equal = (a: unknown, b: unknown) => canonicalJson(a ?? null) === canonicalJson(b ?? null);

function fixed(pointer: string, reason: string) {
  return (before: unknown, after: unknown): Difference[] =>
    equal(before, after) ? [] : [{ pointer, effect: 'changesHosts', reason }];
}

function future(pointer: string) {
  return (before: unknown, after: unknown): Difference[] =>
    equal(before, after)
      ? []
      : [{ pointer, effect: 'futureHosts', reason: 'Hosts that exist keep what they were made with.' }];
}

/** A list whose order means nothing to hosts that exist. */
function listed(
  pointer: string,
  before: string[],
  after: string[],
  says: { adds: string; loses: string },
): Difference[] {
  const lost = before.filter((entry) => !after.includes(entry));
  const added = after.flatMap((entry, index) =>
    before.includes(entry)
      ? []
      : [{ pointer: `${pointer}/${index}`, effect: 'adds' as const, reason: says.adds }],
  );
  const same = lost.length === 0 && added.length === 0;
  return [
    ...lost.map((entry): Difference => ({
      pointer,
      effect: 'changesHosts',
      reason: `${entry} is no longer in the list. ${says.loses}`,
    })),
    ...added,
    ...(same ? future(pointer)(before, after) : []),
  ];
}

/** Whether the app may make a subnet, and with which group, matters only until it is made. */
function shared(pointer: string) {
  return (before: SubnetDefinition, after: SubnetDefinition): Difference[] => [
    ...fixed(`${pointer}/name`, 'The network interfaces of hosts are in it.')(before.name, after.name),
    ...fixed(`${pointer}/prefix`, 'The addresses of hosts are in it.')(before.prefix, after.prefix),
    ...future(`${pointer}/networkSecurityGroupId`)(
      before.networkSecurityGroupId,
      after.networkSecurityGroupId,
    ),
    ...future(`${pointer}/create`)(before.create, after.create),
  ];
}

function routed(before: RoutedSubnet[], after: RoutedSubnet[], vnetId: string): Difference[] {
  const key = ({ id, name }: RoutedSubnet) => (id ?? `${vnetId}/subnets/${name}`).toLowerCase();
  const lost = before.filter((one) => !after.some((other) => key(other) === key(one)));
  return [
    ...lost.map(({ name }): Difference => ({
      pointer: '/routedSubnets',
      effect: 'changesHosts',
      reason: `${name} is no longer in the list. Its members would lose the way to guests.`,
    })),
    ...after.flatMap((one, index) => {
      const pointer = `/routedSubnets/${index}`;
      const earlier = before.find((other) => key(other) === key(one));
      if (!earlier)
        return [{ pointer, effect: 'adds' as const, reason: 'Its members get the way to guests.' }];
      return routedAgain(pointer, earlier, one);
    }),
  ];
}

function routedAgain(pointer: string, before: RoutedSubnet, after: RoutedSubnet): Difference[] {
  const bypass = (subnet: RoutedSubnet) => subnet.bypassInspection ?? false;
  const loosened = !bypass(before) && bypass(after);
  return [
    ...fixed(`${pointer}/prefix`, 'Guests reach its members there.')(before.prefix, after.prefix),
    ...fixed(`${pointer}/via`, 'Traffic would take another way.')(before.via ?? 'host', after.via ?? 'host'),
    ...(loosened ? future : forbidding)(`${pointer}/bypassInspection`)(bypass(before), bypass(after)),
    ...future(`${pointer}/networkSecurityGroupId`)(
      before.networkSecurityGroupId,
      after.networkSecurityGroupId,
    ),
    ...future(`${pointer}/create`)(before.create, after.create),
  ];
}

const forbidding = (pointer: string) => fixed(pointer, 'The routes of hosts may go round an appliance.');

/** The first server that answers is the one that guests use: more may follow, none may go or move. */
function dnsServers(before: string[], after: string[]): Difference[] {
  const pointer = '/dnsServers';
  if (equal(before, after)) return [];
  const extended = before.length > 0 && before.every((server, index) => after[index] === server);
  if (!extended) {
    const reason = 'Guests ask these servers in this order; without a list they ask those of the VNet.';
    return [{ pointer, effect: 'changesHosts', reason }];
  }
  return after.slice(before.length).map((_, index) => ({
    pointer: `${pointer}/${before.length + index}`,
    effect: 'adds',
    reason: 'Guests get one more server with their next lease.',
  }));
}

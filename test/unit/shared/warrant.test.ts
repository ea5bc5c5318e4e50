import type { NetworkInterface, RouteTable, Subnet } from '@azure/arm-network';
import {
  judgeDisk,
  judgeGhostedSubnet,
  judgeNetworkInterface,
  judgeNetworkSubnet,
  judgeRoute,
  judgeRouteTable,
  judgeVirtualMachine,
  type Claims,
  type Verdict,
} from '../../../shared/azure/warrant';
import {
  claims,
  foreignTags,
  layout,
  machine,
  network,
  nic,
  route,
  shouted,
  subnet,
  table,
  undoOf,
} from './fixture';

const teardown = claims('teardown');
const config = {
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/x/ipConfigurations/c',
};

/** What the verdict comes to, in one word and a code. */
const brief = (verdict: Verdict) =>
  verdict.verdict === 'refuse' ? `refuse ${verdict.failure.code}` : verdict.verdict;

type Judge<Resource> = (claims: Claims, resource: Resource | undefined) => Verdict;
type Row<Resource> = [name: string, claims: Claims, resource: Resource | undefined, expected: string];

/** Rows for a kind of resource that carries tags; none of the near misses may be deleted. */
const taggedRows = <Resource extends { tags?: Record<string, string> }>(
  id: string,
  make: (extra?: object) => Resource,
): Row<Resource>[] => [
  ['absent', teardown, undefined, 'gone'],
  ['ours, teardown', teardown, make(), 'delete'],
  ['ours, undo, absent before', undoOf(id), make(), 'delete'],
  ['ours, undo, there before', claims('undo'), make(), 'keep'],
  ['ours, undo, only a sibling was absent before', undoOf(`${id}-2`), make(), 'keep'],
  ['ours, on its way out', teardown, make({ provisioningState: 'Deleting' }), 'wait'],
  ['without tags', teardown, make({ tags: undefined }), 'refuse NotOurs'],
  ['without tags, undo, absent before', undoOf(id), make({ tags: {} }), 'refuse NotOurs'],
  ['of another installation', teardown, make({ tags: foreignTags }), 'refuse NotOurs'],
  ['of another installation, undo', undoOf(id), make({ tags: foreignTags }), 'refuse NotOurs'],
  [
    'of another network',
    teardown,
    make({ tags: { ...layout.tags, 'nested-hosts-network': 'other' } }),
    'refuse NotOurs',
  ],
  [
    'of another host',
    teardown,
    make({ tags: { ...layout.tags, 'nested-hosts-host': 'hv-02' } }),
    'refuse NotOurs',
  ],
  [
    'of a host with a longer name',
    teardown,
    make({ tags: { ...layout.tags, 'nested-hosts-host': 'hv-011' } }),
    'refuse NotOurs',
  ],
  [
    'foreign and on its way out',
    teardown,
    make({ tags: foreignTags, provisioningState: 'Deleting' }),
    'refuse NotOurs',
  ],
];

function judging<Resource>(name: string, judge: Judge<Resource>, rows: Row<Resource>[]): void {
  describe(name, () => {
    it.each(rows)('%s', (_, evidence, resource, expected) => {
      expect(brief(judge(evidence, resource))).toBe(expected);
    });
  });
}

const disk = (extra: object = {}) => ({
  location: 'westeurope',
  creationData: { createOption: 'FromImage' },
  tags: layout.tags,
  ...extra,
});

judging('virtual machine', judgeVirtualMachine, taggedRows(layout.virtualMachine.id, machine));
judging('disk', judgeDisk, taggedRows(layout.osDisk.id, disk));
judging(
  'network interface',
  (evidence: Claims, resource: NetworkInterface | undefined) =>
    judgeNetworkInterface(evidence, layout.nic2.id, resource),
  taggedRows(layout.nic2.id, (extra) => nic('nic2', extra)),
);

const { id: ghostedId, name: ghostedName, prefix } = layout.ghostedSubnet;
const ghosted = (extra: Partial<Subnet> = {}) => subnet(ghostedName, prefix, extra);
const judgeGhosted = (evidence: Claims, existing: Subnet | undefined) =>
  judgeGhostedSubnet(evidence, network(existing ? [existing] : []));

judging<Subnet>('ghosted subnet', judgeGhosted, [
  ['absent', teardown, undefined, 'gone'],
  ['ours, teardown', teardown, ghosted(), 'delete'],
  ['ours, failed', teardown, ghosted({ provisioningState: 'Failed' }), 'delete'],
  ['ours, undo, absent before', undoOf(ghostedId), ghosted(), 'delete'],
  ['ours, undo, there before', claims('undo'), ghosted(), 'keep'],
  // Whoever has the name elsewhere has not what was promised: ours is gone, and theirs stays.
  ['right name, another prefix', teardown, ghosted({ addressPrefix: '10.0.9.0/24' }), 'gone'],
  [
    'right name, a part of the prefix',
    teardown,
    ghosted({ addressPrefix: '10.0.2.128/25' }),
    'refuse NotOurs',
  ],
  ['right name, a wider prefix', teardown, ghosted({ addressPrefix: '10.0.2.0/23' }), 'refuse NotOurs'],
  [
    'right name, a second prefix',
    teardown,
    ghosted({ addressPrefixes: [prefix, '10.0.9.0/24'] }),
    'refuse NotOurs',
  ],
  [
    'right name, no prefix to be seen',
    teardown,
    ghosted({ addressPrefix: undefined as never }),
    'refuse NotOurs',
  ],
  ['right prefix, another name', teardown, subnet('Ghosted-hv-02', prefix), 'gone'],
  ['not in the ledger', claims('teardown', { promised: false }), ghosted(), 'refuse NotPromised'],
  ['not in the ledger, undo', undoOf(ghostedId, { promised: false }), ghosted(), 'refuse NotPromised'],
  ['a NIC lives in it', teardown, ghosted({ ipConfigurations: [config] }), 'refuse SubnetInUse'],
  ['delegated', teardown, ghosted({ delegations: [{ name: 'd' }] }), 'refuse SubnetInUse'],
  [
    'linked to a service',
    teardown,
    ghosted({ serviceAssociationLinks: [{ name: 'l' }] }),
    'refuse SubnetInUse',
  ],
  [
    'a table of somebody else on it',
    teardown,
    ghosted({ routeTable: { id: '/t/theirs' } }),
    'refuse SubnetInUse',
  ],
  ['changing', teardown, ghosted({ provisioningState: 'Updating' }), 'wait'],
  ['on its way out', teardown, ghosted({ provisioningState: 'Deleting' }), 'wait'],
]);

it('a ghosted subnet is gone with its VNet', () => {
  expect(judgeGhostedSubnet(teardown, undefined)).toEqual({ verdict: 'gone' });
});

const nat = layout.natSubnet;
const natSubnet = (extra: Partial<Subnet> = {}) => subnet('NAT', nat.prefix, extra);
const judgeNat = (evidence: Claims, existing: Subnet | undefined) =>
  judgeNetworkSubnet(evidence, nat, network(existing ? [existing] : []));
const undoNat = undoOf(nat.id);

judging<Subnet>('subnet of the network', judgeNat, [
  ['absent', undoNat, undefined, 'gone'],
  ['made by this operation', undoNat, natSubnet(), 'delete'],
  ['in capitals', undoNat, natSubnet({ id: shouted(nat.id) }), 'delete'],
  [
    'teardown never takes it',
    claims('teardown', { absentBefore: [nat.id.toLowerCase()] }),
    natSubnet(),
    'keep',
  ],
  ['there before', claims('undo'), natSubnet(), 'keep'],
  ['other hosts are promised', undoOf(nat.id, { otherHosts: true }), natSubnet(), 'keep'],
  ['another prefix', undoNat, natSubnet({ addressPrefix: '10.0.8.0/24' }), 'refuse NotOurs'],
  ['no prefix to be seen', undoNat, natSubnet({ addressPrefix: undefined as never }), 'refuse NotOurs'],
  ['a NIC lives in it', undoNat, natSubnet({ ipConfigurations: [config] }), 'refuse SubnetInUse'],
  ['delegated', undoNat, natSubnet({ delegations: [{ name: 'd' }] }), 'refuse SubnetInUse'],
  [
    'somebody put a table on it',
    undoNat,
    natSubnet({ routeTable: { id: '/t/theirs' } }),
    'refuse SubnetInUse',
  ],
]);

it('a subnet that the definition does not let the app make is kept, although it was absent before', () => {
  const wish = { ...nat, create: false };
  expect(brief(judgeNetworkSubnet(undoNat, wish, network([natSubnet()])))).toBe('keep');
});

const routeId = `${layout.routeTable.id}/routes/${layout.route.name}`;
judging<RouteTable>('route', judgeRoute, [
  ['no table', teardown, undefined, 'gone'],
  ['absent', teardown, table({ routes: [] }), 'gone'],
  ['ours, teardown', teardown, table(), 'delete'],
  [
    'ours, with another hop',
    teardown,
    table({ routes: [route({ nextHopIpAddress: '10.0.1.99' })] }),
    'delete',
  ],
  [
    'ours, its name in other letters',
    teardown,
    table({ routes: [route({ name: shouted(layout.route.name) })] }),
    'delete',
  ],
  [
    'right name in other letters, another prefix',
    teardown,
    table({ routes: [route({ name: shouted(layout.route.name), addressPrefix: '10.0.9.0/24' })] }),
    'refuse NotOurs',
  ],
  ['ours, in a table of somebody else', teardown, table({ tags: {} }), 'delete'],
  ['ours, undo, absent before', undoOf(routeId), table(), 'delete'],
  ['ours, undo, there before', claims('undo'), table(), 'keep'],
  [
    'right name, another prefix',
    teardown,
    table({ routes: [route({ addressPrefix: '10.0.9.0/24' })] }),
    'refuse NotOurs',
  ],
  ['right prefix, another name', teardown, table({ routes: [route({ name: 'theirs' })] }), 'gone'],
  ['of another host', teardown, table({ routes: [route({ name: 'Nested-VMs-hv-02' })] }), 'gone'],
  ['not in the ledger', claims('teardown', { promised: false }), table(), 'refuse NotPromised'],
]);

const empty = (extra: Partial<RouteTable> = {}) => table({ routes: [], subnets: [], ...extra });
const tableId = layout.routeTable.id;
judging<RouteTable>('route table', judgeRouteTable, [
  ['absent', teardown, undefined, 'gone'],
  ['ours, empty, teardown', teardown, empty(), 'delete'],
  ['ours, empty, undo, absent before', undoOf(tableId), empty(), 'delete'],
  ['ours, empty, undo, there before', claims('undo'), empty(), 'keep'],
  ['of another installation', teardown, empty({ tags: { 'nested-hosts-installation': 'other' } }), 'keep'],
  ['without tags', teardown, empty({ tags: {} }), 'keep'],
  ['without tags, undo, absent before', undoOf(tableId), empty({ tags: {} }), 'keep'],
  ['a route of another host', teardown, table({ routes: [route({ name: 'Nested-VMs-hv-02' })] }), 'keep'],
  ['a route that somebody added', undoOf(tableId), table({ routes: [route({ name: 'theirs' })] }), 'keep'],
  ['still on a subnet', teardown, empty({ subnets: [{ id: '/s/x' }] }), 'keep'],
]);

it('says on the warrant what agreed', () => {
  expect(judgeGhosted(undoOf(ghostedId), ghosted())).toEqual({
    verdict: 'delete',
    warrant: {
      resourceId: ghostedId,
      purpose: 'undo',
      proof: [
        'name of the host',
        'prefix 10.0.2.0/24',
        'ledger entry',
        'empty',
        'absent before this operation',
      ],
    },
  });
});

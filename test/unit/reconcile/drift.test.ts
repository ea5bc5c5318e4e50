import { decide, defaultPolicy } from '../../../shared/reconcile/decide';
import { diagnose } from '../../../shared/reconcile/diagnose';
import type { Observed, Promised } from '../../../shared/reconcile/facts';
import { definition, layout } from '../shared/fixture';
import {
  abroad,
  address,
  dataDisk,
  disk,
  empty,
  entry,
  farNetwork,
  ghosted,
  healthy,
  host,
  linked,
  machine,
  network,
  nic,
  nobody,
  peering,
  promised,
  releasing,
  route,
  shared,
  subnet,
  table,
  tags,
  teardown,
  virtualNetwork,
} from './world';

/** `kind remedy`, with `!` where mending would interrupt. */
const found = (observed: Observed, records: Promised = promised()): string[] =>
  diagnose(observed, records)
    .findings.map(
      ({ kind, remedy, repairNeedsInterruption: stops }) => `${kind} ${remedy}${stops ? '!' : ''}`,
    )
    .sort();

const tableId = layout.routeTable.id;
const vmId = layout.virtualMachine.id;
const bareVms = subnet('Azure-VMs', '10.0.3.0/24');
const routed = (more: object): Promised =>
  promised({ network: { ...network, definition: { ...definition, ...more } } });
const guest = (ok: boolean, ...failedChecks: string[]) => ({
  guests: { 'hv-01': { ok, message: 'Not as planned.', failedChecks } },
});
const peered = (connected: boolean) => ({
  virtualNetwork: {
    ...virtualNetwork,
    peerings: [peering({ state: connected ? 'Connected' : 'Disconnected' })],
  },
});

/** The host was last verified for these ranges. */
const told = (...what: string[] | [ranges: string[], more: object]): Promised => {
  const [first, more] = what;
  const ranges = Array.isArray(first) ? first : (what as string[]);
  const records = typeof more === 'object' ? routed(more) : promised();
  return { ...records, hosts: [host({ ranges })] };
};

/** The NAT subnet, with a table of theirs if a default route is given. */
const natSubnet = (more: Partial<Observed['subnets'][number]>, byDefault?: string): Observed => {
  const nat = subnet('NAT', '10.0.0.0/24', { ...more, ...(byDefault ? { tableId: 'nat' } : {}) });
  const out = route({ name: 'out', prefix: '0.0.0.0/0', nextHop: byDefault ?? '' });
  return healthy({
    subnets: [...shared.filter(({ name }) => name !== 'NAT'), nat, ghosted()],
    tables: [table(), ...(byDefault ? [table({ id: 'nat', tags: {}, routes: [out] })] : [])],
  });
};

const farther = promised({ network: farNetwork });
const far = (more: Partial<Observed> = {}): Observed =>
  healthy({
    ...linked(),
    subnets: [...shared, ghosted(), abroad.subnet({ tableId: abroad.tableId })],
    tables: [table(), abroad.table()],
    ...more,
  });

/** Azure-VMs reaches guests through a firewall, whose own subnet sends the prefix to NIC 2; answers come back that way. */
const inspecting = routed({ routedSubnets: [{ ...definition.routedSubnets[0], via: 'appliance' }] });
const toFirewall = (prefix: string) => route({ name: 'inspect', prefix, nextHop: '10.0.3.132' });
const theirs = table({ id: 'theirs', tags: {}, routes: [toFirewall('10.0.2.0/23')] });
const firewall = (routes: Observed['tables'][number]['routes']) =>
  table({ id: 'firewall', tags: {}, routes });
const inspectedSubnets = [
  ...shared.filter(({ name }) => name === 'NAT' || name === 'Hyper-V-LAN'),
  subnet('Azure-VMs', '10.0.3.0/25', { tableId: 'theirs' }),
  ghosted(),
];
const inspected = (more: Partial<Observed> = {}, back = '10.0.3.0/25'): Observed => {
  const observed = healthy({
    subnets: [...inspectedSubnets, subnet('Firewall', '10.0.3.128/26', { tableId: 'firewall' })],
    tables: [table(), theirs, firewall([route()])],
    ...more,
  });
  const [own = table(), ...others] = observed.tables;
  const routes = back === '' ? own.routes : [...own.routes, toFirewall(back)];
  return { ...observed, tables: [{ ...own, routes }, ...others] };
};

it.each<[string, Observed, Promised, string[]]>([
  ['a host as promised', healthy(), promised(), []],
  ['a network without hosts', empty(), nobody(), []],
  [
    'a deallocated VM is stopped, not drift',
    healthy({ virtualMachines: [machine({ power: 'stopped' })] }),
    promised(),
    [],
  ],
  [
    'a host somebody works on has not drifted',
    healthy({ tables: [], virtualMachines: [] }),
    promised({ hosts: [host({ claim: 'op-9' })] }),
    [],
  ],
  [
    'a host an operation is about has not drifted',
    healthy({ tables: [], virtualMachines: [] }),
    promised({ inFlight: [{ id: 'op-9', kind: 'teardown', network: 'nested-fun', host: 'HV-01' }] }),
    [],
  ],
  [
    'wrong hop',
    healthy({ tables: [table({ routes: [route({ nextHop: '10.0.1.99' })] })] }),
    promised(),
    ['wrongHopRoute repair'],
  ],
  [
    'wrong hop in a table that is none of ours to mend',
    healthy({ tables: [table(), table({ id: `${tableId}-2`, routes: [route({ nextHop: 'None' })] })] }),
    promised(),
    ['wrongHopRoute report'],
  ],
  ['missing route', healthy({ tables: [table({ routes: [] })] }), promised(), ['missingRoute repair']],
  [
    'our table gone, the subnets with it',
    healthy({ tables: [], subnets: [...shared.map(({ tableId: _, ...bare }) => bare), ghosted()] }),
    promised(),
    ['lostAssociation repair', 'lostAssociation repair', 'missingRoute repair'],
  ],
  [
    'lost association',
    healthy({ subnets: [...shared.filter(({ name }) => name !== 'Azure-VMs'), bareVms, ghosted()] }),
    promised(),
    ['lostAssociation repair'],
  ],
  [
    'routed subnet gone',
    healthy({ subnets: [...shared.filter(({ name }) => name !== 'Azure-VMs'), ghosted()] }),
    promised(),
    ['lostAssociation report'],
  ],
  [
    'where an appliance inspects, the table is not ours: what the planner would refuse is told',
    healthy({ subnets: [...shared.filter(({ name }) => name !== 'Azure-VMs'), bareVms, ghosted()] }),
    routed({ routedSubnets: [{ ...definition.routedSubnets[0], via: 'appliance' }] }),
    ['routingRefused report'],
  ],
  [
    'NIC 1 lost its public address',
    healthy(),
    routed({ outbound: { kind: 'publicIp' } }),
    ['publicAddressLost repair'],
  ],
  [
    'a public address that somebody chose is one',
    healthy({ networkInterfaces: [nic('nic1', { publicAddressId: 'theirs' }), nic('nic2')] }),
    routed({ outbound: { kind: 'publicIp' } }),
    [],
  ],
  [
    'the NAT subnet became private',
    natSubnet({ defaultOutboundAccess: false }),
    promised(),
    ['noWayOut report'],
  ],
  [
    'private, with a NAT gateway',
    natSubnet({ defaultOutboundAccess: false, natGateway: true }),
    promised(),
    [],
  ],
  ['somebody drops what goes out', natSubnet({}, 'None'), promised(), ['noWayOut report']],
  ['an appliance is a way out', natSubnet({}, '10.0.3.9'), promised(), []],
  [
    'an appliance instead of the NAT gateway',
    natSubnet({ natGateway: true }, '10.0.3.9'),
    routed({ outbound: { kind: 'natGateway', id: 'gateway' } }),
    ['outboundRedirected report'],
  ],
  ['a subnet in another region as promised', far(), farther, []],
  [
    'its peering lost',
    far(linked({ state: 'Disconnected' }, { state: 'Disconnected' })),
    farther,
    ['peeringBroken report'],
  ],
  ['its peering gone', far({ virtualNetwork }), farther, ['peeringBroken report']],
  [
    'its peering without access',
    far(linked({}, { allowVirtualNetworkAccess: false })),
    farther,
    ['peeringBroken report'],
  ],
  [
    'its peering without forwarded traffic',
    far(linked({}, { allowForwardedTraffic: false })),
    farther,
    ['peeringBroken report'],
  ],
  [
    'its peering out of sync',
    far(linked({}, { remoteRanges: ['10.10.0.0/16'] })),
    farther,
    ['peeringBroken report'],
  ],
  [
    'a broken peering that nothing is routed over',
    healthy(linked({ state: 'Disconnected' }, { state: 'Disconnected' })),
    promised(),
    [],
  ],
  [
    'no table on a subnet in another region',
    far({ subnets: [...shared, ghosted(), abroad.subnet()], tables: [table()] }),
    farther,
    ['lostAssociation repair', 'missingRoute repair'],
  ],
  [
    'no route in our table of another region',
    far({ tables: [table(), abroad.table({ routes: [] })] }),
    farther,
    ['missingRoute repair'],
  ],
  [
    'wrong hop in our table of another region',
    far({ tables: [table(), abroad.table({ routes: [route({ nextHop: '10.0.1.99' })] })] }),
    farther,
    ['wrongHopRoute repair'],
  ],
  [
    'no route in a table of theirs on a subnet of a peer',
    far({
      subnets: [...shared, ghosted(), abroad.subnet({ tableId: 'theirs' })],
      tables: [table(), abroad.table({ id: 'theirs', tags: {}, routes: [] })],
    }),
    farther,
    ['missingRoute repair'],
  ],
  [
    'a routed subnet of another region gone: repairs wait for the definition',
    far({ subnets: [...shared, ghosted()], tables: [table({ routes: [] }), abroad.table()] }),
    farther,
    ['lostAssociation report', 'missingRoute report'],
  ],
  ['an appliance inspects, both directions as planned', inspected(), inspecting, []],
  [
    'no route in the table of the appliance',
    inspected({ tables: [table(), theirs, firewall([])] }),
    inspecting,
    ['missingRoute repair'],
  ],
  [
    'no table on the subnet of the appliance',
    inspected({ subnets: [...inspectedSubnets, subnet('Firewall', '10.0.3.128/26')] }),
    inspecting,
    ['lostAssociation repair'],
  ],
  [
    'answers go round the appliance',
    inspected({ tables: [table(), theirs, firewall([route()])] }, ''),
    inspecting,
    ['routingRefused report'],
  ],
  [
    'routes of somebody else for parts of the guests',
    healthy({
      tables: [
        table({
          routes: [
            route(),
            { name: 'half', prefix: '10.0.2.128/25', nextHop: '10.0.3.132' },
            { name: 'one', prefix: '10.0.2.9/32', nextHop: 'None' },
          ],
        }),
      ],
    }),
    promised(),
    ['foreignRoute report', 'foreignRoute report'],
  ],
  [
    'answers go through an appliance that what is asked does not cross',
    healthy({ tables: [table({ routes: [route(), toFirewall('10.0.3.0/24')] })] }),
    promised(),
    ['routingRefused report'],
  ],
  [
    'answers to on-premises go through an appliance, and its gateway sends straight to the host',
    healthy({
      subnets: [...shared, ghosted(), subnet('GatewaySubnet', '10.0.3.224/27', { tableId })],
      tables: [table({ routes: [route(), toFirewall('192.168.0.0/16')] })],
    }),
    routed({
      routedSubnets: [{ name: 'GatewaySubnet', prefix: '10.0.3.224/27', create: false }],
      extraPrefixes: ['192.168.0.0/16'],
    }),
    ['newUnroutedSubnet report', 'routingRefused report'],
  ],
  [
    'IP forwarding off',
    healthy({ networkInterfaces: [nic('nic1'), nic('nic2', { forwarding: false })] }),
    promised(),
    ['forwardingOff repair'],
  ],
  [
    'IP forwarding on at NIC 1',
    healthy({ networkInterfaces: [nic('nic1', { forwarding: true }), nic('nic2')] }),
    promised(),
    ['forwardingOn repair'],
  ],
  [
    'NIC 2 has another address',
    healthy({ networkInterfaces: [nic('nic1'), nic('nic2', { address: '10.0.1.9', forwarding: false })] }),
    promised(),
    ['networkInterfaceChanged report!'],
  ],
  [
    'NIC 2 in another subnet',
    healthy({ networkInterfaces: [nic('nic1'), nic('nic2', { subnetId: layout.natSubnet.id })] }),
    promised(),
    ['networkInterfaceChanged report!'],
  ],
  ['NIC 2 gone', healthy({ networkInterfaces: [nic('nic1')] }), promised(), ['networkInterfaceGone report!']],
  [
    "another installation's NIC by that name",
    healthy({
      networkInterfaces: [
        nic('nic1'),
        nic('nic2', { tags: { ...tags, installation: 'other' }, forwarding: false }),
      ],
    }),
    promised(),
    ['networkInterfaceGone report!'],
  ],
  [
    'VM gone, its NICs and disk are kept for it',
    healthy({ virtualMachines: [], networkInterfaces: [nic('nic1'), nic('nic2')], disks: [disk()] }),
    promised(),
    ['virtualMachineGone report'],
  ],
  [
    'a VM of that name that is not ours',
    healthy({ virtualMachines: [machine({ tags: {} })] }),
    promised(),
    ['virtualMachineGone report'],
  ],
  ['ghosted subnet gone', healthy({ subnets: shared }), promised(), ['ghostedSubnetGone repair']],
  [
    'foreign NIC in the ghosted subnet',
    healthy({ subnets: [...shared, ghosted({ occupants: ['nic'] })] }),
    promised(),
    ['foreignNetworkInterface report'],
  ],
  [
    'new subnet',
    healthy({ subnets: [...shared, ghosted(), subnet('New', '10.0.3.128/25')] }),
    promised(),
    ['newUnroutedSubnet report'],
  ],
  [
    'new subnet that is reached translated',
    healthy({ subnets: [...shared, ghosted(), subnet('New', '10.9.0.0/24')] }),
    routed({ natPrefixes: ['10.9.0.0/16'] }),
    [],
  ],
  [
    'subnets of the platform',
    healthy({ subnets: [...shared, ghosted(), subnet('AzureBastionSubnet', '10.9.0.0/26')] }),
    promised(),
    [],
  ],
  [
    'new range of the VNet',
    healthy({ virtualNetwork: { ...virtualNetwork, ranges: ['10.0.0.0/22', '10.30.0.0/16', 'fd00::/48'] } }),
    told('10.0.0.0/22', '10.10.0.0/16'),
    ['newRange report'],
  ],
  ['new range of a peer', healthy(peered(true)), told('10.0.0.0/22', '10.10.0.0/16'), ['newRange report']],
  [
    'a range of a peer that the host has a route for, whatever the definition names',
    healthy(peered(true)),
    told('10.0.0.0/22', '10.10.0.0/16', '10.20.0.0/16'),
    [],
  ],
  [
    'a range of a peer within one that the host has a route for',
    healthy(peered(true)),
    told('10.0.0.0/22', '10.10.0.0/16', '10.20.0.0/15'),
    [],
  ],
  [
    'a range of a peer that the definition names, and no host was told of',
    healthy(peered(true)),
    told(['10.0.0.0/22', '10.10.0.0/16'], { extraPrefixes: ['10.20.0.0/16'] }),
    ['newRange report'],
  ],
  [
    'a range of a peer that is translated',
    healthy(peered(true)),
    told(['10.0.0.0/22', '10.10.0.0/16'], { natPrefixes: ['10.20.0.0/15'] }),
    [],
  ],
  ['a peer that is not connected', healthy(peered(false)), told('10.0.0.0/22', '10.10.0.0/16'), []],
  ['a range that nobody knows whether the host has', healthy(peered(true)), promised(), []],
  ['guest as planned', healthy(guest(true)), promised(), []],
  ['guest drift', healthy(guest(false, 'dhcpScope', 'bootScript')), promised(), ['guestDrift repair']],
  [
    'guest drift that interrupts',
    healthy(guest(false, 'dhcpScope', 'nat')),
    promised(),
    ['guestDrift report!'],
  ],
  ['a guest without a reason', healthy(guest(false)), promised(), ['guestDrift report!']],
  [
    'no interface for the ghosted prefix, but a route',
    healthy(guest(false, 'address')),
    promised(),
    ['guestDrift report!', 'loopRisk report!'],
  ],
  ['dead lease', healthy({ deadLeases: [{ key: 'k', holder: 'op-7' }] }), promised(), ['deadLease repair']],
  [
    'the VNet gone',
    { ...healthy(), virtualNetwork: undefined as never },
    promised(),
    ['virtualNetworkGone report'],
  ],
  [
    'promise without a host',
    empty(),
    nobody({ ledger: [entry({ state: 'reserved' })] }),
    ['ledgerWithoutResource report'],
  ],
  [
    'promise just made',
    empty(),
    nobody({
      ledger: [entry({ state: 'reserved' })],
      inFlight: [{ id: 'op-1', kind: 'provision', network: 'nested-fun', host: 'hv-01' }],
    }),
    [],
  ],
  ['nothing left of a promise being released', empty(), releasing(), ['ledgerWithoutResource repair']],
  [
    'a subnet of its name left that has another range',
    empty({ subnets: [ghosted({ prefixes: ['10.0.9.0/24'] })] }),
    releasing(),
    ['ledgerWithoutResource repair'],
  ],
  [
    'a subnet of its name left that has a part of its range',
    empty({ subnets: [ghosted({ prefixes: ['10.0.2.0/25'] })] }),
    releasing(),
    ['orphanedGhostedSubnet report'],
  ],
  [
    'a route left of it, whoever named it',
    empty({ tables: [table({ routes: [route({ name: 'theirs' })] })] }),
    releasing(),
    [],
  ],
  [
    'the same prefix in a table of another VNet',
    empty({
      tables: [
        table({
          id: 'twin',
          tags: {},
          routes: [route({ name: 'theirs' })],
          subnets: [`${layout.virtualNetworkId}-twin/subnets/Azure-VMs`],
        }),
      ],
    }),
    releasing(),
    ['ledgerWithoutResource repair'],
  ],
  ['its disk left', empty({ disks: [disk()] }), releasing(), ['leftoverDisk delete']],
  ['its data disk left', empty({ disks: [dataDisk] }), releasing(), ['leftoverDisk delete']],
  [
    'its data disk left on purpose',
    empty({ disks: [dataDisk] }),
    releasing({
      finished: [teardown({ request: { kind: 'teardown', force: false, keepDisks: true } })],
    }),
    ['ledgerWithoutResource repair'],
  ],
  [
    'its public address left',
    empty({ publicAddresses: [address()] }),
    releasing(),
    ['leftoverPublicAddress delete'],
  ],
  [
    'a leftover VM, what it holds comes after it',
    empty({ virtualMachines: [machine()], networkInterfaces: [nic('nic2', { virtualMachineId: vmId })] }),
    releasing(),
    ['leftoverNetworkInterface delete', 'leftoverVirtualMachine delete'],
  ],
])('%s', (_, observed, records, findings) => {
  expect(found(observed, records)).toEqual(findings);
});

it('a new range is one finding, which names the hosts that lack a route', () => {
  const names = Array.from({ length: 7 }, (_, index) => `hv-0${index + 1}`);
  const hosts = names.map((name, index) =>
    host({
      name,
      addresses: { ghostedPrefix: `10.10.${index}.0/24`, natAddress: '10.0.0.4', lanAddress: '10.0.1.4' },
      ranges: ['10.0.0.0/22', '10.10.0.0/16', ...(index === 0 ? ['10.20.0.0/16'] : [])],
    }),
  );
  const { findings } = diagnose(healthy(peered(true)), promised({ hosts, ledger: [] }));
  const [finding, ...more] = findings.filter(({ kind }) => kind === 'newRange');
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ what: '10.20.0.0/16', prefix: '10.20.0.0/16' });
  expect(finding?.evidence).toEqual([
    'the peering hub has it',
    'verified without a route for it: hv-02, hv-03, hv-04, hv-05, hv-06 and 1 more',
  ]);
});

it('a broken peering is one finding, about the other VNet, that says what to do', () => {
  const { findings } = diagnose(far(linked({}, { allowForwardedTraffic: false })), farther);
  expect(findings).toMatchObject([
    {
      kind: 'peeringBroken',
      what: abroad.network.id,
      subnet: 'Apps',
      evidence: [expect.stringMatching(/^The peering home of Abroad /)],
      detail: expect.stringMatching(/Apps in Abroad .*Set its allowForwardedTraffic/) as string,
    },
  ]);
});

it('tells stopped hosts', () => {
  const { stopped } = diagnose(healthy({ virtualMachines: [machine({ power: 'stopped' })] }), promised());
  expect(stopped).toEqual(['hv-01']);
});

it('mends what belongs to a host under one claim, and repairs before it deletes', () => {
  const { findings } = diagnose(
    healthy({
      tables: [table({ routes: [route({ nextHop: '10.0.1.99' })] })],
      networkInterfaces: [nic('nic1'), nic('nic2', { forwarding: false })],
      deadLeases: [{ key: 'k', holder: 'op-7' }],
    }),
    promised(),
  );
  const decided = decide(findings, {}, { ...defaultPolicy, dryRun: false }, 0);
  expect(decided.map(({ kind, job, policy, action }) => [kind, job, policy, action.verdict])).toEqual([
    ['deadLease', 0, 'repair', 'planned'],
    ['forwardingOff', 1, 'repair', 'planned'],
    ['wrongHopRoute', 1, 'repair', 'planned'],
  ]);
  const cautious = decide(findings, {}, { ...defaultPolicy, dryRun: false, repairs: 'report' }, 0);
  expect(cautious.every(({ policy, action }) => policy === 'report' && action.verdict === 'withheld')).toBe(
    true,
  );
});

it('tells which route of somebody else takes guests, and from whom', () => {
  const half = { name: 'half', prefix: '10.0.2.128/25', nextHop: 'None' };
  const { findings } = diagnose(healthy({ tables: [table({ routes: [route(), half] })] }), promised());
  expect(findings).toEqual([
    expect.objectContaining({
      kind: 'foreignRoute',
      what: `${tableId}/routes/half`,
      host: 'hv-01',
      prefix: '10.0.2.128/25',
      remedy: 'report',
      detail: expect.stringMatching(/half in Routes-for-nested-VMs.*10\.0\.2\.0\/24.*Remove it/) as string,
    }),
  ]);
});

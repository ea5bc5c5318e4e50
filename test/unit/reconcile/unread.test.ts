import { decide, defaultPolicy, hour, sight } from '../../../shared/reconcile/decide';
import { diagnose } from '../../../shared/reconcile/diagnose';
import type { Observed, Promised } from '../../../shared/reconcile/facts';
import { judgeLeftover } from '../../../shared/reconcile/judge';
import { adopted } from '../adoption/handBuilt';
import { adoptedRouteCase, cases, type Case } from './cases';
import {
  abroad,
  empty,
  farNetwork,
  ghosted,
  healthy,
  linked,
  machine,
  network,
  nic,
  nobody,
  promised,
  releasing,
  route,
  shared,
  subnet,
  table,
  teardown,
} from './world';

const unread = (...ids: string[]) => ({ unread: ids.map((id) => ({ id, why: 'It may not.' })) });
/** The VNet of a routed subnet elsewhere, connected by a peering, of which nothing can be read. */
const { virtualNetwork: peered } = linked();
const hidden = { virtualNetwork: peered, ...unread(abroad.network.id) };
const forced = { finished: [teardown({ request: { kind: 'teardown', force: true, keepDisks: false } })] };
const farther = promised({ network: farNetwork });
const theirs = '/subscriptions/b/resourceGroups/g/providers/Microsoft.Network/routeTables/theirs';
const onHidden = `${abroad.network.id}/subnets/Apps`;
const covering = route({ name: 'inspect', prefix: '10.0.0.0/16', nextHop: '10.9.9.9' });

const found = (observed: Observed, records: Promised): string[] =>
  diagnose(observed, records)
    .findings.map(({ kind, remedy, blockedBy }) => `${kind} ${remedy}${blockedBy ? ' blocked' : ''}`)
    .sort();

const told = 'routesUnread report';

it.each<[string, Observed, Promised, string[]]>([
  ['a VNet, and nothing else', healthy(hidden), farther, [told]],
  [
    'a VNet, while a route is missing at home',
    healthy({ ...hidden, tables: [table({ routes: [] })] }),
    farther,
    ['missingRoute repair', told],
  ],
  [
    'a VNet, while a route leads elsewhere at home',
    healthy({ ...hidden, tables: [table({ routes: [route({ nextHop: '10.0.1.99' })] })] }),
    farther,
    [told, 'wrongHopRoute repair'],
  ],
  [
    'a VNet, while a subnet at home has lost our table',
    healthy({
      ...hidden,
      subnets: [
        ...shared.filter(({ name }) => name !== 'Azure-VMs'),
        subnet('Azure-VMs', '10.0.3.0/24'),
        ghosted(),
      ],
    }),
    farther,
    ['lostAssociation repair', told],
  ],
  [
    'a VNet that our table is on, too, while a route is missing in it',
    healthy({ ...hidden, tables: [table({ routes: [], subnets: [onHidden] })] }),
    farther,
    ['missingRoute repair', told],
  ],
  [
    'a VNet that our table is on, too, in which somebody inspects',
    healthy({ ...hidden, tables: [table({ routes: [covering], subnets: [onHidden] })] }),
    farther,
    // Whether a range of that VNet has precedence is not known.
    ['missingRoute report', 'routingRefused report', told],
  ],
  [
    'a VNet, while NICs have drifted',
    healthy({
      ...hidden,
      networkInterfaces: [nic('nic1', { forwarding: true }), nic('nic2', { forwarding: false })],
    }),
    farther,
    ['forwardingOff repair', 'forwardingOn repair', told],
  ],
  [
    'the first of two VNets that share a table there: none is made in the place of the other',
    healthy({
      ...hidden,
      neighbours: [{ ...abroad.network, id: `${abroad.network.id}-2` }],
      subnets: [
        ...shared,
        ghosted(),
        subnet('Late', '10.21.0.0/24', { id: `${abroad.network.id}-2/subnets/Late` }),
      ],
    }),
    promised({
      network: {
        ...farNetwork,
        definition: {
          ...farNetwork.definition,
          routedSubnets: [
            ...farNetwork.definition.routedSubnets,
            {
              id: `${abroad.network.id}-2/subnets/Late`,
              name: 'Late',
              prefix: '10.21.0.0/24',
              create: false,
            },
          ],
        },
      },
    }),
    ['peeringBroken report', told],
  ],
  [
    'the table of a routed subnet',
    healthy({
      ...linked(),
      ...unread(theirs),
      subnets: [...shared, ghosted(), abroad.subnet({ tableId: theirs })],
    }),
    farther,
    [told],
  ],
  [
    'the table of Hyper-V-LAN, by which guests answer: no route is written',
    healthy({
      ...unread(theirs),
      subnets: [
        ...shared.filter(({ name }) => name !== 'Hyper-V-LAN'),
        subnet('Hyper-V-LAN', '10.0.1.0/24', { tableId: theirs }),
        ghosted(),
      ],
      tables: [table({ routes: [] })],
    }),
    promised(),
    [told],
  ],
  [
    'the table of the NAT subnet: nothing is said of the way out',
    healthy({
      ...unread(theirs),
      subnets: [
        subnet('NAT', '10.0.0.0/24', { tableId: theirs, defaultOutboundAccess: false }),
        ...shared.slice(1),
        ghosted(),
      ],
    }),
    promised(),
    [told],
  ],
  [
    'a table that the network remembers where it still routes',
    healthy({ ...hidden, unreadTables: [abroad.tableId] }),
    promised({ network: { ...farNetwork, tables: [{ id: abroad.tableId, subnets: [abroad.routed.id] }] } }),
    [told],
  ],
  [
    'a VNet, with our table there read all the same',
    healthy({ ...hidden, tables: [table(), abroad.table({ routes: [] })] }),
    promised({ network: { ...farNetwork, tables: [{ id: abroad.tableId, subnets: [abroad.routed.id] }] } }),
    ['missingRoute repair', told],
  ],
])('not read is %s', (_, observed, records, expected) => {
  expect(found(observed, records)).toEqual(expected.sort());
});

it('what was not read is named, with the reason and what to do', () => {
  const [finding] = diagnose(healthy(hidden), farther).findings;
  expect(finding).toMatchObject({ what: abroad.network.id, evidence: ['It may not.'] });
  expect(finding?.detail).toMatch(/may not read Abroad.*Let it read there again/);
});

const now = Date.UTC(2026, 10, 22, 12);

/** Both verdicts on a case: planned by the second run, and what is decided on a fresh read; and why not. */
function verdictsOn(one: Case, seen: Partial<Observed>, records: Partial<Promised> = {}) {
  const observed = { ...one.observed, ...seen };
  const all = { ...one.promised, ...records };
  const { findings } = diagnose(observed, all);
  const sightings = sight(sight({}, findings, now - 25 * hour), findings, now);
  const policy = { ...defaultPolicy, dryRun: false };
  const kinds = decide(findings, sightings, policy, now).filter(({ kind }) => kind === one.kind);
  return kinds.map((finding) => {
    const second = judgeLeftover(finding, { observed, promised: all }, false);
    return [finding.action.verdict, second.verdict, finding.action.reason ?? ''] as const;
  });
}

const promisedOnes = cases.filter(({ promised: { ledger } }) => ledger.length > 0);

describe.each(promisedOnes.map((one) => [one.kind, one.promised.finished[0]?.kind, one] as const))(
  '%s of a %s',
  (__, ___, one) => {
    it('stays while a route may be left where the app may not look', () => {
      const [[planned, second, why] = []] = verdictsOn(one, hidden);
      expect([planned, second]).toEqual(['withheld', 'keep']);
      expect(why).toContain(`A route to it may be left in ${abroad.network.id}`);
    });

    it.each<[string, Partial<Observed>, Partial<Promised>]>([
      ['the teardown was forced', hidden, forced],
      [
        'it is a table on a subnet that is not routed',
        { unread: [{ id: theirs, why: '', aside: true }] },
        {},
      ],
    ])('goes where %s', (_, seen, records) => {
      if (records === forced && one.promised.finished[0]?.kind !== 'teardown') return;
      expect(verdictsOn(one, seen, records).map((verdicts) => verdicts.slice(0, 2))).toEqual([
        ['planned', 'delete'],
      ]);
    });
  },
);

it('a table on a subnet that is not routed counts where an adoption found a route in it', () => {
  const [{ tableId } = { tableId: '' }] = adopted.routes;
  const [[planned, second] = []] = verdictsOn(
    {
      ...adoptedRouteCase,
      kind: 'orphanedGhostedSubnet',
      observed: empty({ subnets: [subnet(adopted.ghostedSubnet, '10.0.2.0/24')] }),
    },
    { unread: [{ id: tableId, why: '', aside: true }] },
  );
  expect([planned, second]).toEqual(['withheld', 'keep']);
});

it.each<[string, Partial<Observed>, Partial<Promised>, string]>([
  ['a peer was not read', hidden, {}, 'ledgerWithoutResource repair blocked'],
  ['a peer was not read, forced or not', hidden, forced, 'ledgerWithoutResource repair blocked'],
  ['a table was not read', unread(theirs), forced, 'ledgerWithoutResource repair blocked'],
  [
    'a table that it remembers was not read',
    { virtualNetwork: peered, unreadTables: [abroad.tableId] },
    { network: { ...network, tables: [{ id: abroad.tableId, subnets: [abroad.routed.id] }] } },
    'ledgerWithoutResource repair blocked',
  ],
  [
    'the VNet of a table that it remembers is connected no more',
    { unreadTables: [abroad.tableId] },
    { network: { ...network, tables: [{ id: abroad.tableId, subnets: [abroad.routed.id] }] } },
    'ledgerWithoutResource repair',
  ],
  [
    'no peering connects what was not read just now',
    unread(abroad.network.id),
    forced,
    'ledgerWithoutResource repair blocked',
  ],
  ['all was read', {}, {}, 'ledgerWithoutResource repair'],
])('a prefix is given back, or not: %s', (_, seen, records, expected) => {
  expect(found(empty(seen), releasing(records))).toContain(expected);
});

it('records that are lost are rebuilt only where the route says whether the host was ready', () => {
  const lost = nobody({ network: farNetwork });
  const nics = healthy().networkInterfaces;
  const of = (tables: Observed['tables']) =>
    found(healthy({ ...hidden, networkInterfaces: nics, virtualMachines: [machine()], tables }), lost).filter(
      (one) => one.startsWith('recordsLost'),
    );
  expect(of([table()])).toEqual(['recordsLost repair']);
  expect(of([])).toEqual(['recordsLost repair blocked']);
});

it('a table of ours does not go from a subnet that cannot be read', () => {
  const observed = empty({ ...hidden, tables: [table({ routes: [], subnets: [onHidden] })] });
  const [finding] = diagnose(observed, nobody({ network: farNetwork })).findings.filter(
    ({ kind }) => kind === 'unneededRouteTable',
  );
  expect(finding?.blockedBy?.join()).toContain(`associated with ${onHidden}, which the app may not read`);
});

it('a VNet that is gone is told beside what was not read', () => {
  const { virtualNetwork: _, ...rest } = healthy(unread(theirs));
  expect(found(rest, promised())).toEqual([told, 'virtualNetworkGone report']);
});

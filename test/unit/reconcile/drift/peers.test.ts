import { diagnose } from '../../../../shared/reconcile/diagnose';
import type { Observed } from '../../../../shared/reconcile/facts';
import {
  abroad,
  farNetwork,
  ghosted,
  healthy,
  linked,
  promised,
  route,
  shared,
  table,
  virtualNetwork,
} from '../world';
import { found, type Case } from './found';

const farther = promised({ network: farNetwork });
const far = (more: Partial<Observed> = {}): Observed =>
  healthy({
    ...linked(),
    subnets: [...shared, ghosted(), abroad.subnet({ tableId: abroad.tableId })],
    tables: [table(), abroad.table()],
    ...more,
  });

it.each<Case>([
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
])('%s', (_, observed, records, findings) => {
  expect(found(observed, records)).toEqual(findings);
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

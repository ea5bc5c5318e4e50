import { diagnose } from '../../../../shared/reconcile/diagnose';
import { definition, layout } from '../../shared/fixture';
import { ghosted, healthy, promised, route, shared, subnet, table } from '../world';
import { found, routed, toFirewall, type Case } from './found';

const tableId = layout.routeTable.id;
const bareVms = subnet('Azure-VMs', '10.0.3.0/24');

it.each<Case>([
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
  ['ghosted subnet gone', healthy({ subnets: shared }), promised(), ['ghostedSubnetGone repair']],
  [
    'foreign NIC in the ghosted subnet',
    healthy({ subnets: [...shared, ghosted({ occupants: ['nic'] })] }),
    promised(),
    ['foreignNetworkInterface report'],
  ],
])('%s', (_, observed, records, findings) => {
  expect(found(observed, records)).toEqual(findings);
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

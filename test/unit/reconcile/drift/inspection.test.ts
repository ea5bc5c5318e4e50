import type { Observed } from '../../../../shared/reconcile/facts';
import { definition } from '../../shared/fixture';
import { ghosted, healthy, route, shared, subnet, table } from '../world';
import { found, routed, toFirewall, type Case } from './found';

/** Azure-VMs reaches guests through a firewall, whose own subnet sends the prefix to NIC 2; answers come back that way. */
const inspecting = routed({ routedSubnets: [{ ...definition.routedSubnets[0], via: 'appliance' }] });
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

it.each<Case>([
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
])('%s', (_, observed, records, findings) => {
  expect(found(observed, records)).toEqual(findings);
});

import type { Observed } from '../../../../shared/reconcile/facts';
import { ghosted, healthy, nic, promised, route, shared, subnet, table } from '../world';
import { found, routed, type Case } from './found';

/** The NAT subnet, with a table of theirs if a default route is given. */
const natSubnet = (more: Partial<Observed['subnets'][number]>, byDefault?: string): Observed => {
  const nat = subnet('NAT', '10.0.0.0/24', { ...more, ...(byDefault ? { tableId: 'nat' } : {}) });
  const out = route({ name: 'out', prefix: '0.0.0.0/0', nextHop: byDefault ?? '' });
  return healthy({
    subnets: [...shared.filter(({ name }) => name !== 'NAT'), nat, ghosted()],
    tables: [table(), ...(byDefault ? [table({ id: 'nat', tags: {}, routes: [out] })] : [])],
  });
};

it.each<Case>([
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
])('%s', (_, observed, records, findings) => {
  expect(found(observed, records)).toEqual(findings);
});

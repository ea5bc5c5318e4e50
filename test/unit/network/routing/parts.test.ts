import { planRouting } from '../../../../shared/network/routing';
import type { UserRouteFacts } from '../../../../shared/network/walk';
import { appliance, lan, routed, view, wish } from './wish';

describe('a route of somebody else inside the prefix', () => {
  const drop = (prefix: string): UserRouteFacts => ({ name: 'drop', prefix, nextHopType: 'None' });
  const ours = appliance('10.0.2.0/24', '10.0.1.4', 'Nested-VMs-hv-01');
  const apps = routed('vnet/apps');
  const at = (...routes: UserRouteFacts[]) =>
    planRouting(view({ theirs: routes }, { 'vnet/apps': 'theirs' }), wish(apps)).problems;

  it.each<[string, UserRouteFacts, RegExp]>([
    [
      'its lower half',
      appliance('10.0.2.0/25'),
      /^The route fw in theirs sends 10\.0\.2\.0\/25 to 10\.0\.9\.4/,
    ],
    ['its upper half', appliance('10.0.2.128/25'), /sends 10\.0\.2\.128\/25 to 10\.0\.9\.4.*Remove it/],
    ['one guest', drop('10.0.2.200/32'), /The route drop in theirs sends 10\.0\.2\.200\/32 to None/],
    ['half, with host bits', appliance('10.0.2.200/25'), /10\.0\.2\.200\/25/],
  ])('takes %s', (_, route, detail) => {
    for (const problems of [at(ours, route), at(route), at(route, ours)]) {
      expect(problems).toEqual([
        {
          code: 'PartRoutedElsewhere',
          subnet: apps.id,
          detail: expect.stringMatching(detail) as string,
          route: { table: 'theirs', name: route.name, prefix: route.prefix },
        },
      ]);
    }
  });

  it.each<[string, UserRouteFacts]>([
    ['leads to the host', appliance('10.0.2.128/25', '10.0.1.4')],
    ['is for others', drop('10.0.3.200/32')],
    ['is for a service', drop('Storage')],
  ])('takes nothing if it %s', (_, route) => expect(at(ours, route)).toEqual([]));

  it('tells each of them', () => {
    expect(at(ours, drop('10.0.2.200/32'), appliance('10.0.2.128/25'))).toHaveLength(2);
  });

  it('also takes from what reaches guests through an appliance', () => {
    const via = routed('vnet/apps', { via: 'appliance' });
    const on = { 'vnet/apps': 'theirs', [lan]: 'lan-table', 'vnet/firewall': 'fw-table' };
    const found = (...more: UserRouteFacts[]) => {
      const theirs = [appliance('10.0.0.0/16'), ...more];
      const tables = { theirs, 'lan-table': [ours, appliance('10.0.3.0/24')], 'fw-table': [ours] };
      return planRouting(view(tables, on), wish(via)).problems;
    };
    expect(found(appliance('10.0.2.0/25'))).toEqual([]);
    for (const route of [drop('10.0.2.0/25'), drop('10.0.2.128/25'), appliance('10.0.2.8/32', '10.0.9.5')]) {
      expect(found(route)).toMatchObject([
        { code: 'PartRoutedElsewhere', subnet: via.id, route: { table: 'theirs', prefix: route.prefix } },
      ]);
    }
  });

  it('is no way to an appliance for all of it', () => {
    const via = routed('vnet/apps', { via: 'appliance' });
    const tables = { theirs: [appliance('10.0.2.0/25')], 'lan-table': [appliance('10.0.3.0/24')] };
    const found = planRouting(view(tables, { 'vnet/apps': 'theirs', [lan]: 'lan-table' }), wish(via));
    expect(found).toMatchObject({
      problems: [{ code: 'NoApplianceRoute', subnet: via.id }],
      tables: [{ subnets: ['vnet/firewall'] }, { subnets: [lan] }],
    });
  });
});

import { blockingRules } from '../../../../shared/network/routing';
import type { SecurityRuleFacts } from '../../../../shared/network/walk';
import { lan, routed, view, wish } from './wish';

describe('security groups', () => {
  const rule = (more: Partial<SecurityRuleFacts>): SecurityRuleFacts => ({
    name: 'closed',
    priority: 200,
    direction: 'Inbound',
    allow: false,
    protocol: '*',
    source: { addresses: ['10.0.2.0/24'], groups: [], ports: ['*'] },
    destination: { addresses: ['*'], groups: [], ports: ['*'] },
    ...more,
  });
  const told = (...rules: SecurityRuleFacts[]) =>
    blockingRules(view({}, {}, rules), wish(routed('vnet/apps')));

  it('say nothing with their default rules', () => {
    expect(told(rule({ source: { addresses: ['192.168.0.0/16'], groups: [], ports: ['*'] } }))).toEqual([]);
  });

  it('are named with the rule that blocks, and the way', () => {
    expect(told(rule({}))).toEqual(['closed of nsg blocks guests to vnet/apps.']);
    expect(
      told(rule({ protocol: 'tcp', destination: { addresses: ['*'], groups: [], ports: ['3389'] } })),
    ).toEqual(['closed of nsg (tcp/3389) blocks guests to vnet/apps.']);
    const out = rule({ direction: 'Outbound', source: { addresses: ['*'], groups: [], ports: ['*'] } });
    expect(told(out)).toEqual(['closed of nsg blocks vnet/apps to guests.']);
    expect(told(rule({}), rule({ name: 'open', priority: 100, allow: true }))).toEqual([]);
  });

  /** The same group on Hyper-V-LAN instead. */
  const toldAtLan = (...rules: SecurityRuleFacts[]) => {
    const { subnets, ...rest } = view({}, {}, rules);
    const moved = subnets.map(({ securityGroupId: _, ...one }) =>
      one.id === lan ? { ...one, securityGroupId: 'nsg' } : one,
    );
    return blockingRules({ ...rest, subnets: moved }, wish(routed('vnet/apps')));
  };
  const from = (...addresses: string[]) => ({ source: { addresses, groups: [], ports: ['*'] } });
  const to = (...addresses: string[]) => ({ destination: { addresses, groups: [], ports: ['*'] } });
  const outbound = { direction: 'Outbound' as const };
  const pools = ['10.0.2.0/24', '10.0.16.0/20'];

  it.each<[string, SecurityRuleFacts, string[]]>([
    [
      'guests of other hosts',
      rule({ ...from(...pools), ...to(...pools) }),
      [
        'closed of nsg blocks guests to guests of other hosts.',
        'closed of nsg blocks guests of other hosts to guests.',
      ],
    ],
    [
      'guests of one other host',
      rule({ ...outbound, ...from('10.0.2.0/24'), ...to('10.0.17.0/24') }),
      ['closed of nsg blocks guests to guests of other hosts, such as 10.0.2.2 to 10.0.17.0.'],
    ],
    ['on-premises', rule(from('192.168.0.0/16')), ['closed of nsg blocks 192.168.0.0/16 to guests.']],
    [
      'a part of on-premises',
      rule({ ...outbound, ...from('*'), ...to('192.168.7.0/24') }),
      ['closed of nsg blocks guests to 192.168.0.0/16, such as 10.0.2.2 to 192.168.7.0.'],
    ],
    [
      'other machines of Hyper-V-LAN',
      rule({ ...from('10.0.1.0/24'), ...to('10.0.2.0/24') }),
      ['closed of nsg blocks vnet/lan to guests.'],
    ],
    [
      'half of the guests',
      rule({ ...from('10.0.3.0/24'), ...to('10.0.2.128/25') }),
      ['closed of nsg blocks vnet/apps to guests, such as 10.0.3.4 to 10.0.2.254.'],
    ],
    [
      'all but networks, and so on-premises counts as one of them',
      rule({ priority: 4000, ...from('Internet') }),
      [],
    ],
  ])('on Hyper-V-LAN stop %s', (_, closed, warnings) => {
    const open = rule({ name: 'open', priority: 3000, allow: true, ...from('VirtualNetwork') });
    expect(toldAtLan(closed)).toEqual(warnings);
    expect(toldAtLan(closed, open, rule({ name: 'rest', priority: 4096, ...from('*') }))).toEqual(warnings);
  });

  it.each<[string, string, string]>([
    ['the upper half', '10.0.3.128/25', '10.0.3.254'],
    ['the lower half', '10.0.3.0/25', '10.0.3.4'],
    ['some in the middle', '10.0.3.64/28', '10.0.3.64'],
    ['one machine', '10.0.3.77', '10.0.3.77'],
  ])('of a routed subnet are seen for %s of it', (_, part, member) => {
    expect(told(rule({ ...outbound, ...from(part) }))).toEqual([
      `closed of nsg blocks vnet/apps to guests, such as ${member} to 10.0.2.2.`,
    ]);
    expect(told(rule({ ...from('*'), ...to(part) }))).toEqual([
      `closed of nsg blocks guests to vnet/apps, such as 10.0.2.2 to ${member}.`,
    ]);
  });
});

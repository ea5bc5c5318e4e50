import { walk } from '../../../../shared/network/walk';
import type { ElementKind } from '../../../../shared/network/walk';
import { defects, names, ways } from '../../walk/defects';
import type { Way } from '../../walk/defects';
import { World } from '../../walk/world';
import { viewOf } from './simulated';

describe('two hosts as they should be', () => {
  const view = viewOf(new World());

  it.each(names)('%s', (way) => {
    const [from, to, seen] = ways[way];
    const result = walk(view, from, to);
    expect(result.brokenBy).toBeUndefined();
    expect(result).toMatchObject({ ok: true, sourceSeen: seen, oneSided: [] });
  });
});

/** What is named for the first way that a defect breaks: kind, element, part of the reason. */
const table = 'route table Routes-for-nested-VMs';
const named: Record<string, [ElementKind, string, string]> = {
  'IP forwarding off on NIC 2': ['interface', 'NIC hv-01-lan', 'drops what comes from 10.0.2.2'],
  'no table on Azure-VMs': ['subnet', 'subnet Azure-VMs', 'it has no route table'],
  'no table on Hyper-V-LAN': ['subnet', 'subnet Hyper-V-LAN', 'no route sends 10.10.0.0/24 to host hv-02'],
  'route missing': ['routeTable', table, 'no route sends 10.0.2.0/24 to host hv-01'],
  'next hop nobody has': ['routeTable', table, 'nobody within reach has its next hop 10.0.1.77'],
  'next hop is the other host': [
    'interface',
    'NIC hv-02-lan',
    'loop by route Nested-VMs-hv-01 (10.0.2.0/24)',
  ],
  'next hop is NIC 1': ['interface', 'NIC hv-01-nat', 'drops what goes to 10.0.2.2'],
  'next hop type None': ['routeTable', table, 'it drops what goes to 10.0.2.2'],
  'host deallocated': ['machine', 'VM hv-01', 'it is not running'],
  'NAT subnet without a way out': ['subnet', 'subnet NAT', 'no way to the internet'],
  'RRAS stopped': ['host', 'host hv-01', 'RRAS does not route'],
  'forwarding off in the switch adapter': ['host', 'host hv-01', 'forwarding is off on the switch'],
  'forwarding off in NIC 2 of Windows': ['host', 'host hv-01', 'forwarding is off on NIC 2'],
  'no NAT': ['host', 'host hv-01', 'it does not translate 10.0.2.2 on NIC 1'],
  'NAT interface private': ['host', 'host hv-01', 'it does not translate 10.0.2.2 on NIC 1'],
  'NAT on the wrong NIC': ['host', 'host hv-01', 'it does not translate 10.0.2.2 on NIC 1'],
  'WinNAT on the guests': ['host', 'host hv-01', 'comes from 10.0.1.4, not from 10.0.2.2 (NetNat'],
  'no host route for the first range': ['host', 'host hv-01', 'comes from 10.0.0.4, not from 10.0.2.2 (RRAS'],
  'no host route for the second range': [
    'host',
    'host hv-01',
    'sends 10.10.0.2 out of NIC 1 instead of NIC 2',
  ],
  'DNS leaves by NIC 2': ['host', 'host hv-01', 'it sends from 10.0.2.2 out of NIC 2'],
  'no switch any more': ['host', 'host hv-01', 'there is no switch with an address'],
  'DHCP stopped': ['host', 'host hv-01', 'the DHCP server is not running'],
  'DHCP hands out another gateway': ['guest', 'guest of hv-01', 'nobody answers at 10.0.2.254'],
  'a security rule against guests': ['securityGroup', 'security group rules', 'rule no-ghosts (Inbound'],
};

describe.each(defects)('$name', ({ name, damage, fail }) => {
  const world = new World();
  damage(world);
  const view = viewOf(world);
  const results = names.map((way) => ({ way, ...walk(view, ways[way][0], ways[way][1]) }));

  it(`breaks exactly ${fail.length === 0 ? 'nothing' : fail.join(', ')}`, () => {
    const broken = results.filter(({ ok }) => !ok).map(({ way }): Way => way);
    expect(broken).toEqual(names.filter((way) => fail.includes(way)));
  });

  it('names the element', () => {
    const first = results.find(({ ok }) => !ok)?.brokenBy;
    const [kind, element, reason] = named[name] ?? [undefined, undefined, ''];
    expect([first?.kind, first?.element]).toEqual([kind, element]);
    expect(first?.reason ?? '').toContain(reason);
  });
});

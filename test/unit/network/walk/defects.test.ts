import { walk } from '../../../../shared/network/walk';
import type { ElementKind, NetworkView } from '../../../../shared/network/walk';
import { defects, names, promised, wayOf } from '../../walk/defects';
import type { Way } from '../../walk/defects';
import { Estate } from '../../walk/estate';
import { viewOf } from './simulated';

const over = (view: NetworkView, way: Way) => {
  const { from, to, options } = wayOf(way);
  return walk(view, from, to, options);
};

describe('two hosts as they should be', () => {
  const view = viewOf(new Estate());

  it.each(promised)('%s', (way) => {
    const result = over(view, way);
    expect(result.brokenBy).toBeUndefined();
    expect(result).toMatchObject({ ok: true, sourceSeen: wayOf(way).seen, oneSided: [] });
  });

  it.each(names.filter((way) => !promised.includes(way)))('%s is closed', (way) => {
    expect(over(view, way).ok).toBe(false);
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
  'metadata filters that name what may pass': ['host', 'host hv-01', 'a filter on the switch drops'],
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
  'a security rule against machines at NIC 2': [
    'securityGroup',
    'security group rules',
    'rule no-ghosts (Inbound',
  ],
  'no table on GatewaySubnet': ['subnet', 'subnet GatewaySubnet', 'it has no route table'],
  'no table on the subnet of the peer': ['subnet', 'subnet Spoke-VMs', 'it has no route table'],
  'the table keeps routes of gateways out': ['subnet', 'subnet Hyper-V-LAN', '192.168.0.0/16 (None)'],
  'peering disconnected': ['subnet', 'subnet Hyper-V-LAN', '10.0.0.0/8 (None)'],
  'peering without forwarded traffic': [
    'peering',
    'peering of Spoke with Nested-Fun',
    'NIC hv-01-lan forwards it from 10.0.2.2',
  ],
  'forwarding off in NIC 1 of Windows': ['host', 'host hv-01', 'forwarding is off on NIC 1'],
  'no default route': ['host', 'host hv-01', 'no route to 203.0.113.10'],
  'default route by NIC 2': ['interface', 'NIC hv-01-lan', 'only its own address has a way to the internet'],
  'the switch has another address': ['guest', 'guest of hv-01', 'nobody answers at 10.0.2.1'],
  'DHCP not bound to the switch': ['host', 'host hv-01', 'DHCP does not serve the switch'],
  'DHCP scope inactive': ['host', 'host hv-01', 'the DHCP scope is not active'],
  'NAT on NIC 2 as well': ['host', 'host hv-01', 'comes from 10.0.1.4, not from 10.0.2.2 (RRAS'],
  'no host route for the peer': ['host', 'host hv-01', 'comes from 10.0.0.4, not from 10.0.2.2 (RRAS'],
  'no host route for the premises': ['host', 'host hv-01', 'comes from 10.0.0.4, not from 10.0.2.2 (RRAS'],
  'no host route for the NAT prefix': ['subnet', 'subnet AzureBastionSubnet', 'it has no route table'],
  'a narrower route for a subnet by NIC 1': [
    'host',
    'host hv-01',
    'comes from 10.0.0.4, not from 10.0.2.2 (RRAS',
  ],
  'the halves of the internet by NIC 2': ['interface', 'NIC hv-01-lan', 'has a way to the internet'],
  'a subnet of the VNet by the switch': [
    'host',
    'host hv-01',
    'route 10.0.3.0/24 via 10.0.2.9 keeps 10.0.3.4 off both NICs',
  ],
  'half of the guests by NIC 2': ['interface', 'NIC hv-01-lan', 'loop'],
  'the route for a range by NIC 1': ['host', 'host hv-01', 'comes from 10.0.0.4, not from 10.0.2.2 (RRAS'],
};

describe.each(defects)('$name', ({ name, damage, fail, open = [], because }) => {
  const estate = new Estate();
  damage(estate);
  const view = viewOf(estate);
  const results = promised.map((way) => ({ way, ...over(view, way) }));

  it(`breaks exactly ${fail.length === 0 ? 'nothing' : fail.join(', ')}: ${because}`, () => {
    const broken = results.filter(({ ok }) => !ok).map(({ way }): Way => way);
    expect(broken).toEqual(promised.filter((way) => fail.includes(way)));
  });

  it(`opens ${open.length === 0 ? 'no way that is closed' : `exactly ${open.join(', ')}`}`, () => {
    const closed = names.filter((way) => !promised.includes(way));
    expect(closed.filter((way) => over(view, way).ok)).toEqual(closed.filter((way) => open.includes(way)));
  });

  it('names the element', () => {
    const first = results.find(({ ok }) => !ok)?.brokenBy;
    const [kind, element, reason] = named[name] ?? [undefined, undefined, ''];
    expect([first?.kind, first?.element]).toEqual([kind, element]);
    expect(first?.reason ?? '').toContain(reason);
  });
});

// "... only the internal Azure platform can source a message from this IP address." (what-is-ip-address-168-63-129-16)
it('what the platform answers and a host sends out again is the fault of the host', () => {
  const estate = new Estate();
  defects.find(({ name }) => name === 'half of the guests by NIC 2')?.damage(estate);
  expect(over(viewOf(estate), 'g1>dns').brokenBy).toMatchObject({
    element: 'host hv-01',
    leg: 'back',
    reason: 'it sends an answer out of NIC 2: only the platform itself sends from 168.63.129.16',
  });
});

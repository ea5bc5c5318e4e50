import { plannedHost, walk } from '../../../../shared/network/walk';
import type { Endpoint, NetworkView } from '../../../../shared/network/walk';
import { Sketch } from './views';

const office: Endpoint = { onPremises: '192.168.7.7' };
const guest: Endpoint = { guestOf: 'hv' };

interface Wish {
  /** Whether the GatewaySubnet has our table; a text: another table. */
  gatewayTable?: string;
  hostRoute?: boolean;
  kind?: 'Vpn' | 'ExpressRoute';
  lanRoute?: 'VirtualNetworkGateway';
  spoke?: { allowGatewayTransit?: boolean; useRemoteGateways?: boolean };
}

/** A hub with a host and a gateway to 192.168.0.0/16; the host may live in a spoke instead. */
function connected({
  gatewayTable = 'ours',
  hostRoute = true,
  kind = 'Vpn',
  lanRoute,
  spoke,
}: Wish = {}): NetworkView {
  const home = spoke ? 'spoke' : 'hub';
  const net = spoke ? '10.20' : '10.0';
  const sketch = new Sketch()
    .network('hub', '10.0.0.0/16')
    .network('spoke', '10.20.0.0/16')
    .subnet('gateways', 'hub', '10.0.255.0/27', { routeTableId: gatewayTable })
    .subnet('nat', home, `${net}.0.0/24`, { natGateway: true })
    .subnet('lan', home, `${net}.1.0/24`, { routeTableId: 'lan' })
    .table('ours', [[`${net}.2.0/24`, 'VirtualAppliance', `${net}.1.4`]])
    .table('deaf', [[`${net}.2.0/24`, 'VirtualAppliance', `${net}.1.4`]], { gatewayRoutes: false })
    .table('default', [
      [`${net}.2.0/24`, 'VirtualAppliance', `${net}.1.4`],
      ['0.0.0.0/0', 'VirtualAppliance', `${net}.1.4`],
    ])
    .table('back', [[`${net}.2.0/24`, 'VirtualNetworkGateway']])
    .table('lan', lanRoute ? [['192.168.0.0/16', lanRoute]] : [])
    .gateway('vpn', 'gateways', ['192.168.0.0/16'], kind)
    .nic('nic1', 'nat', `${net}.0.4`, { machine: { id: 'vm', name: 'hv', running: true } })
    .nic('nic2', 'lan', `${net}.1.4`, {
      machine: { id: 'vm', name: 'hv', running: true },
      primary: false,
      ipForwarding: true,
    });
  if (spoke)
    sketch.peer(
      'hub',
      'spoke',
      { allowGatewayTransit: true, ...spoke },
      { useRemoteGateways: true, ...spoke },
    );
  const lan = (prefix: string) => ({ prefix, gateway: `${net}.1.1`, nic: 2 as const, metric: 256 });
  sketch.view.hosts.push(
    plannedHost(
      { name: 'hv', nic1: 'nic1', nic2: 'nic2', ghostedPrefix: `${net}.2.0/24` },
      {
        routes: [lan(`${net}.0.0/16`), ...(hostRoute ? [lan('192.168.0.0/16')] : [])],
        dnsServers: ['168.63.129.16'],
      },
    ),
  );
  return sketch.view;
}

describe('on-premises behind a gateway', () => {
  it('and guests reach each other untranslated', () => {
    const view = connected();
    expect(walk(view, guest, office)).toMatchObject({ ok: true, sourceSeen: '10.0.2.2' });
    const back = walk(view, office, guest);
    expect(back).toMatchObject({ ok: true, sourceSeen: '192.168.7.7' });
    expect(back.hops.map(({ at }) => at)).toEqual(['gateway vpn', 'NIC nic2', 'host hv']);
    expect(walk(view, { address: '192.168.7.7' }, { address: '10.0.2.9' }).ok).toBe(true);
  });

  it('reaches guests in a spoke that uses the gateway', () => {
    const view = connected({ spoke: {} });
    expect(walk(view, guest, office)).toMatchObject({ ok: true, sourceSeen: '10.20.2.2' });
    expect(walk(view, office, guest)).toMatchObject({ ok: true, sourceSeen: '192.168.7.7' });
  });

  it.each<[string, Wish, Endpoint, Endpoint, string, string]>([
    [
      'GatewaySubnet without our route',
      { gatewayTable: 'none' },
      office,
      guest,
      'subnet gateways',
      'no route sends 10.0.2.0/24',
    ],
    [
      'propagation off there',
      { gatewayTable: 'deaf' },
      office,
      guest,
      'route table deaf',
      'route propagation off',
    ],
    [
      'propagation off there, outbound',
      { gatewayTable: 'deaf' },
      guest,
      office,
      'route table deaf',
      'route propagation off',
    ],
    ['a default route there', { gatewayTable: 'default' }, office, guest, 'route table default', '0.0.0.0/0'],
    [
      'no host route to on-premises',
      { hostRoute: false },
      office,
      guest,
      'gateway vpn',
      'comes from 10.0.0.4',
    ],
    [
      'a route by hand to ExpressRoute',
      { kind: 'ExpressRoute', lanRoute: 'VirtualNetworkGateway' },
      guest,
      office,
      'route table lan',
      'no VPN gateway',
    ],
    [
      'transit not allowed',
      { spoke: { allowGatewayTransit: false } },
      office,
      guest,
      'gateway vpn',
      'does not announce 10.20.2.2',
    ],
    [
      'remote gateways not used',
      { spoke: { useRemoteGateways: false } },
      guest,
      office,
      'subnet lan',
      'drops what goes to 192.168.7.7',
    ],
    [
      'somewhere else on-premises',
      {},
      { onPremises: '192.168.7.7' },
      { address: '10.99.0.4' },
      'gateway vpn',
      'does not announce',
    ],
    [
      'a route back to itself',
      { gatewayTable: 'back' },
      office,
      guest,
      'route table back',
      'back to the gateway',
    ],
  ])('%s', (_, wish, from, to, element, reason) => {
    const { ok, brokenBy } = walk(connected(wish), from, to);
    expect(ok).toBe(false);
    expect(`${brokenBy?.element}: ${brokenBy?.reason}`).toContain(reason);
    if (!reason.startsWith('comes from')) expect(brokenBy?.element).toBe(element);
  });

  it('is not known where no gateway leads', () => {
    expect(() => walk(connected(), { onPremises: '172.31.0.1' }, guest)).toThrow(RangeError);
  });
});

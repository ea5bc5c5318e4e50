import type { Endpoint, NetworkView, PeeringFacts } from '../../../../shared/network/walk';
import { plannedHost, walk } from '../../../../shared/network/walk';
import { Sketch } from './views';

const guest: Endpoint = { guestOf: 'hv' };
const app: Endpoint = { address: '10.1.0.4' };

interface Wish {
  /** Routes of the spoke's subnet. */
  app?: [string, 'VirtualAppliance' | 'None' | 'Internet', string?][];
  /** Routes of Hyper-V-LAN. */
  lan?: [string, 'VirtualAppliance', string][];
  firewall?: { ipForwarding?: boolean; frontends?: string[] };
  hubSide?: Partial<PeeringFacts>;
  spokeSide?: Partial<PeeringFacts>;
  spokeGroup?: string;
}

/** A hub with a host and a firewall, and a spoke whose machine reaches guests through the firewall. */
function inspected(wish: Wish = {}): NetworkView {
  const through: [string, 'VirtualAppliance', string][] = [['10.1.0.0/16', 'VirtualAppliance', '10.0.9.4']];
  const sketch = new Sketch()
    .network('hub', '10.0.0.0/16')
    .network('spoke', '10.1.0.0/16')
    .peer('hub', 'spoke', wish.hubSide, { allowForwardedTraffic: true, ...wish.spokeSide })
    .subnet('nat', 'hub', '10.0.0.0/24', { natGateway: true })
    .subnet('lan', 'hub', '10.0.1.0/24', { routeTableId: 'lan' })
    .subnet('firewalls', 'hub', '10.0.9.0/24', { routeTableId: 'fw', natGateway: true })
    .subnet('apps', 'spoke', '10.1.0.0/24', {
      routeTableId: 'app',
      ...(wish.spokeGroup === undefined ? {} : { securityGroupId: wish.spokeGroup }),
    })
    .table('lan', wish.lan ?? through)
    .table('fw', [['10.0.2.0/24', 'VirtualAppliance', '10.0.1.4']])
    .table('app', wish.app ?? [['10.0.0.0/16', 'VirtualAppliance', '10.0.9.4']])
    .nic('nic1', 'nat', '10.0.0.4', { machine: { id: 'vm', name: 'hv', running: true } })
    .nic('nic2', 'lan', '10.0.1.4', {
      machine: { id: 'vm', name: 'hv', running: true },
      primary: false,
      ipForwarding: true,
    })
    .nic('fw', 'firewalls', '10.0.9.4', { ipForwarding: true, translatesToInternet: true, ...wish.firewall })
    .nic('app', 'apps', '10.1.0.4')
    .group('open', [{ allow: true }]);
  const lan = (prefix: string) => ({ prefix, gateway: '10.0.1.1', nic: 2 as const, metric: 256 });
  sketch.view.hosts.push(
    plannedHost(
      { name: 'hv', nic1: 'nic1', nic2: 'nic2', ghostedPrefix: '10.0.2.0/24' },
      { routes: [lan('10.0.0.0/16'), lan('10.1.0.0/16')], dnsServers: ['168.63.129.16'] },
    ),
  );
  return sketch.view;
}

describe('an appliance in between', () => {
  it('is crossed in both directions', () => {
    for (const [from, to, seen] of [
      [app, guest, '10.1.0.4'],
      [guest, app, '10.0.2.2'],
    ] as const) {
      const result = walk(inspected(), from, to);
      expect(result).toMatchObject({ ok: true, sourceSeen: seen, oneSided: [] });
      expect(result.hops.map(({ at }) => at)).toContain('NIC fw');
      expect(result.returnHops.map(({ at }) => at)).toContain('NIC fw');
    }
  });

  it('that sees one direction only is named', () => {
    expect(walk(inspected({ lan: [] }), app, guest)).toMatchObject({ ok: true, oneSided: ['fw'] });
    const round = inspected({ app: [['10.0.2.0/24', 'VirtualAppliance', '10.0.1.4']] });
    expect(walk(round, guest, app)).toMatchObject({ ok: true, oneSided: ['fw'] });
  });

  it('hands on to the internet under its own address', () => {
    const all = inspected({ app: [['0.0.0.0/0', 'VirtualAppliance', '10.0.9.4']] });
    expect(walk(all, app, 'internet')).toMatchObject({ ok: true, sourceSeen: '10.0.9.4' });
    for (const nic of all.interfaces) nic.translatesToInternet = false;
    expect(walk(all, app, 'internet').brokenBy).toMatchObject({ element: 'NIC fw', kind: 'interface' });
  });

  it('stands behind the address of a load balancer', () => {
    const balanced = inspected({
      app: [['10.0.2.0/24', 'VirtualAppliance', '10.0.9.100']],
      lan: [['10.1.0.0/16', 'VirtualAppliance', '10.0.9.100']],
      firewall: { frontends: ['10.0.9.100'] },
    });
    expect(walk(balanced, app, guest)).toMatchObject({ ok: true, oneSided: [] });
    expect(walk(balanced, guest, { address: '10.0.9.100' })).toMatchObject({ ok: true });
  });

  // "This setting can be selected if you want to allow traffic that doesn't originate from vnet-2 to reach vnet-1."
  // "There's no connectivity between VirtualNetwork1 and VirtualNetwork3 through VirtualNetwork2."
  // "When this setting is disabled, traffic doesn't flow between the peered virtual networks by default; however, traffic
  // may still flow if explicitly allowed through a network security group rule" (all: manage-peering)
  it.each<[string, Wish, boolean, string]>([
    ['its IP forwarding off', { firewall: { ipForwarding: false } }, false, 'interface NIC fw'],
    ['dropping route', { app: [['10.0.2.0/24', 'None']] }, false, 'routeTable route table app'],
    [
      'peering not connected',
      { hubSide: { state: 'Disconnected' } },
      false,
      'peering peering of hub with spoke',
    ],
    [
      'access blocked',
      { spokeSide: { allowVirtualNetworkAccess: false } },
      false,
      'peering peering of hub with spoke',
    ],
    [
      'access blocked from the hub',
      { hubSide: { allowVirtualNetworkAccess: false } },
      false,
      'peering peering of hub with spoke',
    ],
  ])('%s', (_, wish, ok, element) => {
    const result = walk(inspected(wish), app, guest);
    expect(result.ok).toBe(ok);
    expect(`${result.brokenBy?.kind} ${result.brokenBy?.element}`).toBe(element);
  });

  it('sends what it forwards into a peer only where forwarded traffic is allowed', () => {
    const over = (allowForwardedTraffic: boolean) =>
      walk(inspected({ spokeSide: { allowForwardedTraffic } }), guest, app);
    expect(over(true).hops.at(-1)?.at).toBe('NIC app');
    expect(over(false).brokenBy).toMatchObject({ kind: 'peering', element: 'peering of spoke with hub' });
  });

  it('passes blocked access where a rule lets it', () => {
    const hubSide = { allowVirtualNetworkAccess: false };
    expect(walk(inspected({ hubSide }), guest, app).brokenBy?.kind).toBe('peering');
    expect(walk(inspected({ hubSide, spokeGroup: 'open' }), guest, app).hops.at(-1)?.at).toBe('NIC app');
  });

  it('gets back what a host without a switch sends on by its route for the network', () => {
    const view = inspected({ lan: [['10.0.2.0/24', 'VirtualAppliance', '10.0.1.4']] });
    for (const host of view.hosts) delete host.vEthernet;
    expect(walk(view, app, { address: '10.0.2.9' }).brokenBy).toMatchObject({
      reason: expect.stringContaining('loop') as string,
    });
  });
});

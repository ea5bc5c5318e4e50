import { World, idOf } from './world';

/** The default network with a gateway to 192.168.0.0/16, and a spoke that uses it. */
function connected(): World {
  const world = new World();
  world.subnet('Nested-Fun', 'GatewaySubnet', { prefix: '10.0.0.224/27', table: true });
  world.set('NAT', { addressPrefix: '10.0.0.0/25' });
  world.add('Microsoft.Network/virtualNetworkGateways', 'vgw', {
    ipConfigurations: [
      {
        name: 'default',
        properties: { privateIPAddress: '10.0.0.228', subnet: { id: world.find('GatewaySubnet').id } },
      },
    ],
    'x-learnedPrefixes': ['192.168.0.0/16'],
  });
  for (const host of ['hv-01', 'hv-02']) {
    const state = world.windows(host);
    const lan = state.routes.find(({ prefix }) => prefix === '10.0.0.0/22');
    if (lan) state.routes.push({ ...lan, prefix: '192.168.0.0/16' }, { ...lan, prefix: '10.20.0.0/16' });
  }
  return world;
}

function withSpoke(world = connected()): World {
  world.add('Microsoft.Network/virtualNetworks', 'Spoke', {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] },
  });
  world.subnet('Spoke', 'Spoke-VMs', { prefix: '10.20.0.0/24', table: true });
  world.nic('spoke-01-nic', 'Spoke-VMs', '10.20.0.4', {});
  world.vm('spoke-01', ['spoke-01-nic']);
  const peering = (remote: string, more: object): Record<string, unknown> => ({
    peeringState: 'Connected',
    allowVirtualNetworkAccess: true,
    allowForwardedTraffic: true,
    remoteVirtualNetwork: { id: idOf('Microsoft.Network/virtualNetworks', remote) },
    ...more,
  });
  world.addChild(
    'Nested-Fun',
    'virtualNetworkPeerings',
    'to-spoke',
    peering('Spoke', { allowGatewayTransit: true }),
  );
  world.addChild(
    'Spoke',
    'virtualNetworkPeerings',
    'to-hub',
    peering('Nested-Fun', { useRemoteGateways: true }),
  );
  return world;
}

const office = { onPremises: '192.168.7.7' };
const guest = { guestOf: 'hv-01' };

describe('a gateway', () => {
  it('joins guests and premises in both directions, without translation', () => {
    const world = connected();
    const out = world.walk(guest, office);
    expect(out).toMatchObject({ ok: true, sourceSeen: '10.0.2.2' });
    expect(out.hops.at(-1)).toMatchObject({ at: 'gateway vgw', action: 'sends on premises' });
    const back = world.walk(office, guest);
    expect(back).toMatchObject({ ok: true, sourceSeen: '192.168.7.7' });
    expect(back.hops.slice(0, 2)).toMatchObject([
      { at: 'on premises', nextHop: 'gateway vgw' },
      { at: 'gateway vgw', rule: 'route Nested-VMs-hv-01 of Routes-for-nested-VMs' },
    ]);
    expect(world.walk({ address: '192.168.7.7' }, guest).ok).toBe(true);
  });

  it('knows prefixes of local networks as it does learned ones', () => {
    const world = connected();
    delete world.find('vgw').properties['x-learnedPrefixes'];
    expect(world.walk(office, guest)).toMatchObject({ ok: false, brokenBy: { element: 'on premises' } });
    const local = world.add('Microsoft.Network/localNetworkGateways', 'office', {
      localNetworkAddressSpace: { addressPrefixes: ['192.168.0.0/20'] },
    });
    world.add('Microsoft.Network/connections', 'line', {
      virtualNetworkGateway1: { id: world.find('vgw').id },
      localNetworkGateway2: { id: local.id },
    });
    expect(world.walk(office, guest).ok).toBe(true);
  });

  it.each<[string, (world: World) => void, string, RegExp]>([
    [
      'a GatewaySubnet without the route to the guests',
      (world) => delete world.find('GatewaySubnet').properties.routeTable,
      'subnet Ghosted-hv-01',
      /no network interface/,
    ],
    [
      'propagation turned off at the hosts',
      (world) => {
        world.add('Microsoft.Network/routeTables', 'closed', {
          disableBgpRoutePropagation: true,
          routes: [],
        });
        world.set('Hyper-V-LAN', { routeTable: { id: world.find('closed').id } });
      },
      'system route 192.168.0.0/16 (None)',
      /on the way back/,
    ],
    [
      'propagation turned off at the gateway',
      (world) => world.set('Routes-for-nested-VMs', { disableBgpRoutePropagation: true }),
      'gateway vgw',
      /propagation/,
    ],
    [
      'a default route at the gateway',
      (world) => world.route('all', '0.0.0.0/0', '10.0.1.4'),
      'gateway vgw',
      /0\.0\.0\.0\/0/,
    ],
  ])('is stopped by %s', (_what, damage, element, reason) => {
    const world = connected();
    damage(world);
    const result = world.walk(office, guest);
    expect(result.ok).toBe(false);
    expect(result.brokenBy?.element).toBe(element);
    expect(result.brokenBy?.reason).toMatch(reason);
  });

  it('serves a peer that uses it, and only while both sides agree', () => {
    const spoke = { subnet: 'Spoke-VMs' };
    expect(withSpoke().walk(spoke, office)).toMatchObject({ ok: true, sourceSeen: '10.20.0.4' });
    expect(withSpoke().walk(office, spoke).ok).toBe(true);
    for (const [peering, flag] of [
      ['to-spoke', 'allowGatewayTransit'],
      ['to-hub', 'useRemoteGateways'],
    ] as const) {
      const world = withSpoke();
      world.set(peering, { [flag]: false });
      expect(world.walk(office, spoke)).toMatchObject({ ok: false, brokenBy: { element: 'on premises' } });
      expect(world.walk(spoke, office).ok).toBe(false);
    }
  });
});

it('a gateway does nothing with what it serves nobody for, whatever route its own subnet has', () => {
  const world = connected();
  world.add('Microsoft.Network/routeTables', 'to-gateway', {
    routes: [
      { name: 'far', properties: { addressPrefix: '10.99.0.0/16', nextHopType: 'VirtualNetworkGateway' } },
    ],
  });
  world.set('Azure-VMs', { routeTable: { id: world.find('to-gateway').id } });
  world.route('far', '10.99.0.0/16', '10.0.1.4');
  expect(world.walk({ subnet: 'Azure-VMs' }, { address: '10.99.0.4' }).brokenBy).toMatchObject({
    element: 'gateway vgw',
    reason: 'it serves no network with 10.99.0.4',
  });
});

it('shows an appliance in the hops of both directions', () => {
  const world = new World();
  world.nic('fw-nic', 'NAT', '10.0.0.9', { enableIPForwarding: true });
  world.vm('fw', ['fw-nic']);
  const via = (name: string, prefix: string, hop: string): Record<string, unknown> => ({
    routes: [
      { name, properties: { addressPrefix: prefix, nextHopType: 'VirtualAppliance', nextHopIpAddress: hop } },
    ],
  });
  world.add('Microsoft.Network/routeTables', 'apps', via('guests', '10.0.2.0/24', '10.0.0.9'));
  world.add('Microsoft.Network/routeTables', 'back', via('apps', '10.0.3.0/24', '10.0.0.9'));
  world.add('Microsoft.Network/routeTables', 'fw-own', via('guests', '10.0.2.0/24', '10.0.1.4'));
  for (const [subnet, table] of [
    ['Azure-VMs', 'apps'],
    ['Hyper-V-LAN', 'back'],
    ['NAT', 'fw-own'],
  ] as const) {
    world.set(subnet, { routeTable: { id: world.find(table).id } });
  }
  const result = world.walk({ subnet: 'Azure-VMs' }, guest);
  expect(result.ok).toBe(true);
  for (const hops of [result.hops, result.returnHops]) {
    expect(hops.map(({ at }) => at)).toContain('appliance fw');
  }
});

it('sends what a default route covers to the appliance, also where private ranges led nowhere before', () => {
  const world = withSpoke();
  world.nic('fw-nic', 'Spoke-VMs', '10.20.0.9', { enableIPForwarding: true });
  world.vm('fw', ['fw-nic']);
  world.add('Microsoft.Network/routeTables', 'all', {
    routes: [
      {
        name: 'all',
        properties: {
          addressPrefix: '0.0.0.0/0',
          nextHopType: 'VirtualAppliance',
          nextHopIpAddress: '10.20.0.9',
        },
      },
    ],
  });
  world.set('Spoke-VMs', { routeTable: { id: world.find('all').id } });
  const { hops } = world.walk({ address: '10.20.0.4' }, { address: '172.16.0.4' });
  expect(hops[0]).toMatchObject({ rule: 'route all of all', nextHop: '10.20.0.9' });
});
